#include "core/protocol/read.hpp"

#include "core/codec/reader.hpp"
#include "core/codec/writer.hpp"
#include "core/crypto/hash.hpp"

#include <algorithm>

namespace quorate::protocol {

namespace {

constexpr std::size_t index_bytes = 2 + 8 + 64;

void write(writer& w, const read_index& v) {
  quorate::write(w, v.replica);
  quorate::write(w, v.voted);
  quorate::write(w, v.sig);
}
void read(reader& r, read_index& v) {
  quorate::read(r, v.replica);
  quorate::read(r, v.voted);
  quorate::read(r, v.sig);
}

void write(writer& w, const read_label& v) {
  w.u8(static_cast<std::uint8_t>(v.kind));
  w.u8(static_cast<std::uint8_t>(v.mode));
  w.u64(v.age_ms);
  quorate::write(w, v.epoch);
  w.u8(v.token ? 1 : 0);
  if (v.token) {
    quorate::write(w, v.token->epoch);
    quorate::write(w, v.token->view);
    w.u64(v.token->counter);
  }
  w.count(v.indexes.size());
  for (const auto& each : v.indexes)
    write(w, each);
}
void read(reader& r, read_label& v) {
  v.kind = static_cast<consistency>(r.u8());
  v.mode = static_cast<lease::node_mode>(r.u8());
  if (v.kind > consistency::linearizable || v.mode > lease::node_mode::halted)
    r.fail(errc::bad_enum);
  v.age_ms = r.u64();
  quorate::read(r, v.epoch);
  if (r.boolean()) {
    auto& token = v.token.emplace();
    quorate::read(r, token.epoch);
    quorate::read(r, token.view);
    token.counter = r.u64();
  }
  v.indexes.resize(r.count(limits::replicas_max, index_bytes));
  for (std::size_t i = 0; i < v.indexes.size(); ++i) {
    read(r, v.indexes[i]);
    if (i > 0 && v.indexes[i].replica <= v.indexes[i - 1].replica) r.fail(errc::not_canonical);
  }
}

} // namespace

digest read_index_statement(const cluster_id& cluster, configuration_epoch epoch,
                            const read_nonce& nonce, sequence_number voted) {
  static const hash_tag tag{"quorate/read-index"};
  writer w{96};
  quorate::write(w, cluster);
  quorate::write(w, epoch);
  quorate::write(w, nonce);
  quorate::write(w, voted);
  return tag(w.view());
}

// Any 2f+1 will do, so the lowest are taken: f liars cannot push the height up.
expected<sequence_number> read_height(const std::vector<read_index>& indexes,
                                      const read_nonce& nonce, const pbft::configuration& in) {
  std::vector<sequence_number> voted;
  std::optional<replica_id> before;
  for (const auto& each : indexes) {
    if (before && each.replica <= *before) return errc::too_few_attestations;
    before = each.replica;
    const auto statement = read_index_statement(in.cluster(), in.epoch(), nonce, each.voted);
    if (in.is_voter(each.replica) && in.key(each.replica).verify(statement, each.sig))
      voted.push_back(each.voted);
  }
  if (voted.size() < in.quorum()) return errc::too_few_attestations;
  std::sort(voted.begin(), voted.end());
  return voted[in.quorum() - 1];
}

void write(writer& w, const read_index_request& v) { quorate::write(w, v.nonce); }
void read(reader& r, read_index_request& v) { quorate::read(r, v.nonce); }

void write(writer& w, const read_index_answer& v) {
  quorate::write(w, v.nonce);
  write(w, v.index);
}
void read(reader& r, read_index_answer& v) {
  quorate::read(r, v.nonce);
  read(r, v.index);
}

void write(writer& w, const account_answer& v) {
  ledger::write(w, v.proof);
  write(w, v.label);
}
void read(reader& r, account_answer& v) {
  ledger::read(r, v.proof);
  read(r, v.label);
}

} // namespace quorate::protocol
