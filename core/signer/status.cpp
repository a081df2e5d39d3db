#include "core/signer/status.hpp"

#include "core/codec/text.hpp"

namespace quorate::signer {

void write(writer& w, const status_answer& v) {
  write(w, v.epoch);
  write(w, v.token.epoch);
  write(w, v.token.view);
  w.u64(v.token.counter);
  audit::write(w, v.log);
  write(w, v.account);
  w.count(v.counters.size());
  for (const auto& [name, value] : v.counters) {
    w.blob(as_bytes(name));
    w.u64(value);
  }
  w.u8(v.locked ? 1 : 0);
  w.u16(v.unanchored ? static_cast<std::uint16_t>(*v.unanchored) : std::uint16_t{0});
}

void read(reader& r, status_answer& v) {
  read(r, v.epoch);
  read(r, v.token.epoch);
  read(r, v.token.view);
  v.token.counter = r.u64();
  audit::read(r, v.log);
  read(r, v.account);
  v.counters.resize(r.count(counters_max, 4 + 8));
  for (auto& [name, value] : v.counters) {
    name = read_counter_name(r, counter_name_max);
    value = r.u64();
  }
  v.locked = r.boolean();
  v.unanchored.reset();
  const auto number = r.u16();
  if (number == 0) return;
  if (!is_defined(number)) r.fail(errc::bad_enum);
  v.unanchored = static_cast<errc>(number);
}

} // namespace quorate::signer
