// Which offers of a snapshot a node believes.
#pragma once

#include "core/ledger/trust.hpp"
#include "core/state_transfer/message.hpp"

namespace quorate {

/// Checks the certificate in the configuration of its epoch. An epoch's voters are believed only
/// about their own epoch: their keys may be stolen when nobody guards them any more.
/// Errors: wrong_epoch for one that is not trusted (yet); bad_certificate for a height outside its
///   epoch; those of checked_offer::check.
expected<state_transfer::checked_offer> check_offer(const ledger::trusted_epochs& trusted,
                                                    state_transfer::snapshot_offer offer);

} // namespace quorate
