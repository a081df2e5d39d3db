// Pays more for a transaction of ours that waits in the mempool: the transaction that takes its
// place, with the same payments and a higher fee.
#pragma once

#include "core/chain/bitcoin/coin_selection.hpp"

namespace quorate::bitcoin {

/// A transaction of ours that is signed, and may have been broadcast.
struct sent_payment {
  transaction tx;                    ///< signed
  std::vector<coin> coins;           ///< what it spends, in the order of its inputs
  std::optional<std::size_t> change; ///< index of its output that pays to us
  coin_kind change_kind = coin_kind::p2wpkh;
  /// Fees and number of the transactions that spend from it: they go with it.
  eviction descendants{{}, 0};
};

/// What the replacement is to be.
struct replacement {
  fee_rate rate;
  std::span<const coin> more; ///< further coins of ours, for when change does not pay the fee
  /// Outputs of transactions that are in no block: such coins are passed over (BIP-125, rule 2).
  std::span<const outpoint> unconfirmed;
  bytes change_script; ///< of ours; for change where the transaction before has none
};

struct planned_replacement {
  transaction tx;                    ///< unsigned; first the inputs of the transaction before
  std::vector<std::size_t> more;     ///< which further coins were taken, in the order of inputs
  std::optional<std::size_t> change; ///< index of its output
  satoshi fee;
  std::size_t weight = 0; ///< when signed, at most
};

/// Makes the transaction that takes the place of `before`. It keeps version and lock time, every
/// input with its sequence, so that it asks to be replaceable as well, and every payment. Change
/// shrinks, and goes when it would be dust. Further coins are taken only where that does not
/// suffice, those of the most worth first.
/// @pre before.change, if any, is the index of an output
/// @returns a transaction whose fee is at least that of the rate, and at least all that is evicted
///   and relay_rate_min for its own size on top; above it only by what would have been dust, or
///   cheaper than a change output
/// Errors: not_replaceable when no input of `before` asks to be; wrong_previous when before.coins
///   are not what it spends; missing_signatures when it is not signed, since its rate is not known
///   then; fee_too_low below relay_rate_min, or when the rate is not above that of `before`;
///   fee_too_high above rate_max, also where what is evicted asks for that; bad_change_script, also
///   when no change would come; input_repeated for a coin that is there twice; replacement_refused
///   when more than evicted_max would be evicted; bad_amount when the coins are worth more than
///   money_max or less than what is paid; not_enough_coins; over_limit above coins_max, or when the
///   transaction would weigh more than nodes relay.
/// Source: BIP-125, "Implementation Details", rules 1 to 5; that the rate has to rise is Bitcoin
///   Core's, doc/policy/mempool-replacements.md.
expected<planned_replacement> plan_replacement(const sent_payment& before,
                                               const replacement& wanted);

} // namespace quorate::bitcoin
