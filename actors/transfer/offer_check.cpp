#include "actors/transfer/offer_check.hpp"

namespace quorate {

expected<state_transfer::checked_offer> check_offer(const ledger::trusted_epochs& trusted,
                                                    state_transfer::snapshot_offer offer) {
  const auto epoch = offer.certificate.epoch;
  const auto height = offer.certificate.sequence;
  const auto* voters = trusted.find(epoch);
  if (voters == nullptr) return errc::wrong_epoch;
  const auto* next = trusted.find(epoch.next());
  if (height <= voters->start().sequence || (next && height > next->start().sequence))
    return errc::bad_certificate;
  return state_transfer::checked_offer::check(pbft::verifier{*voters}, std::move(offer));
}

} // namespace quorate
