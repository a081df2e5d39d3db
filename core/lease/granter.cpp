#include "core/lease/granter.hpp"

#include "core/codec/reader.hpp"
#include "core/codec/writer.hpp"

#include <algorithm>

namespace quorate::lease {

void write(writer& w, const promise& v) {
  write(w, v.token.epoch);
  write(w, v.token.view);
  w.u64(v.token.counter);
  w.u64(v.lease_ms);
  write(w, v.until);
  w.u64(v.boot);
}

void read(reader& r, promise& v) {
  read(r, v.token.epoch);
  read(r, v.token.view);
  v.token.counter = r.u64();
  v.lease_ms = r.u64();
  read(r, v.until);
  v.boot = r.u64();
  if (v.lease_ms < lease_ms_min || v.lease_ms > lease_ms_max) r.fail(errc::over_limit);
}

granter::granter(configuration_epoch epoch, const std::optional<promise>& last, std::uint64_t boot,
                 bool remembers, monotonic_ms now)
    : boot_(boot) {
  const auto longest = now.plus(promise_length_ms(lease_ms_max));
  const bool of_this_epoch = last && last->token.epoch == epoch;
  if (of_this_epoch) {
    last_ = last->token;
    const auto whole = now.plus(promise_length_ms(last->lease_ms));
    bound_until_ = last->boot == boot ? std::min(last->until, whole) : whole;
  }
  if (!remembers) bound_until_ = longest;
  const bool first_epoch = epoch == genesis_epoch;
  if (!of_this_epoch && !first_epoch && !planted(fault::lease_over_epochs)) grants_from_ = longest;
}

std::optional<promise> granter::grant(const fencing_token& token, std::uint64_t lease_ms,
                                      monotonic_ms now) {
  if (token <= last_ || lease_ms < lease_ms_min || lease_ms > lease_ms_max) return std::nullopt;
  if (now < grants_from_) return std::nullopt;
  last_ = token;
  bound_until_ = std::max(bound_until_, now.plus(promise_length_ms(lease_ms)));
  return promise{token, lease_ms, bound_until_, boot_};
}

} // namespace quorate::lease
