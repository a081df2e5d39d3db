#include "core/ledger/trust.hpp"

#include "core/ledger/ledger_state.hpp"
#include "core/pbft/verifier.hpp"

namespace quorate::ledger {

trusted_epochs::trusted_epochs(const genesis& g) : cluster_(id_of(g)), suite_(g.identity_suite) {
  const auto first = membership_of(g);
  epochs_.emplace(first.current.epoch, configuration_of(cluster_, first.current, {}, suite_));
}

const pbft::configuration* trusted_epochs::find(configuration_epoch epoch) const noexcept {
  const auto place = epochs_.find(epoch);
  return place == epochs_.end() ? nullptr : &place->second;
}

outcome trusted_epochs::extend(const epoch_proof& p) {
  if (!p.value.pending || p.value.pending->epoch != newest().next()) return errc::wrong_epoch;
  const auto& next = *p.value.pending;
  QUORATE_TRY(pbft::verifier{*find(newest())}.check_certificate(p.end));
  if (p.end.sequence != next.after || p.end.state != hash(p.summary)) return errc::bad_proof;
  QUORATE_TRY(verify(p.summary.state_root, membership_key(), state_value_hash(p.value), p.proof));
  epochs_.emplace(next.epoch, configuration_of(cluster_, next, {}, suite_));
  return {};
}

void write(writer& w, const epoch_proof& v) {
  write(w, v.value);
  write(w, v.proof);
  write(w, v.summary);
  write(w, v.end);
}
void read(reader& r, epoch_proof& v) {
  read(r, v.value);
  read(r, v.proof);
  read(r, v.summary);
  read(r, v.end);
}

} // namespace quorate::ledger
