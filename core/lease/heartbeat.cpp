#include "core/lease/heartbeat.hpp"

#include "core/base/limits.hpp"
#include "core/codec/reader.hpp"
#include "core/codec/writer.hpp"
#include "core/crypto/hash.hpp"

namespace quorate::lease {

namespace {

constexpr std::size_t heard_bytes = 2 + 4 + 4;

void write_content(writer& w, const heartbeat& v) {
  write(w, v.epoch);
  write(w, v.from);
  w.u64(v.counter);
  write(w, v.view);
  write(w, v.height);
  w.u32(v.durable_age_ms);
  w.u16(v.load_permille);
  w.u8(static_cast<std::uint8_t>(v.mode));
  w.count(v.heard.size());
  for (const auto& each : v.heard) {
    write(w, each.replica);
    w.u32(each.age_ms);
    w.u32(each.hears);
  }
}

void write_content(writer& w, const heartbeat_ack& v) {
  write(w, v.epoch);
  write(w, v.from);
  write(w, v.to);
  w.u64(v.counter);
  write(w, v.clock);
}

template <class T>
digest statement(const hash_tag& tag, const cluster_id& cluster, const T& v) {
  writer w{256};
  write(w, cluster);
  write_content(w, v);
  return tag(w.view());
}

} // namespace

void write(writer& w, const heartbeat& v) {
  write_content(w, v);
  write(w, v.sig);
}

void read(reader& r, heartbeat& v) {
  read(r, v.epoch);
  read(r, v.from);
  v.counter = r.u64();
  read(r, v.view);
  read(r, v.height);
  v.durable_age_ms = r.u32();
  v.load_permille = r.u16();
  v.mode = static_cast<node_mode>(r.u8());
  if (v.mode > node_mode::halted) r.fail(errc::bad_enum);
  v.heard.resize(r.count(limits::replicas_max, heard_bytes));
  for (std::size_t i = 0; i < v.heard.size(); ++i) {
    read(r, v.heard[i].replica);
    v.heard[i].age_ms = r.u32();
    v.heard[i].hears = r.u32();
    if (i > 0 && v.heard[i].replica <= v.heard[i - 1].replica) r.fail(errc::not_canonical);
  }
  read(r, v.sig);
}

void write(writer& w, const heartbeat_ack& v) {
  write_content(w, v);
  write(w, v.sig);
}

void read(reader& r, heartbeat_ack& v) {
  read(r, v.epoch);
  read(r, v.from);
  read(r, v.to);
  v.counter = r.u64();
  read(r, v.clock);
  read(r, v.sig);
}

digest statement_of(const cluster_id& cluster, const heartbeat& v) {
  static const hash_tag tag{"quorate/lease/heartbeat"};
  return statement(tag, cluster, v);
}

digest statement_of(const cluster_id& cluster, const heartbeat_ack& v) {
  static const hash_tag tag{"quorate/lease/heartbeat-ack"};
  return statement(tag, cluster, v);
}

} // namespace quorate::lease
