#include "core/protocol/signer_line.hpp"

#include "core/base/errc.hpp"

namespace quorate::protocol {

void write(writer& w, const signer_line& v) {
  w.u8(v.reachable ? 1 : 0);
  w.u16(v.failure);
  w.u64(v.silent_ms);
  w.u8(v.said ? 1 : 0);
  if (v.said) signer::write(w, *v.said);
}

void read(reader& r, signer_line& v) {
  v.reachable = r.boolean();
  v.failure = r.u16();
  if (v.failure != 0 && !is_defined(v.failure)) r.fail(errc::bad_enum);
  v.silent_ms = r.u64();
  v.said.reset();
  if (r.boolean()) signer::read(r, v.said.emplace());
}

} // namespace quorate::protocol
