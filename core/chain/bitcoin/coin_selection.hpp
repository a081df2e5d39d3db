// Which coins pay for a payment, and the transaction that they make.
//
// First a search for a set that fits so well that no change is needed (branch and bound); when
// there is none, coins are drawn at random until they suffice, so that neither the largest nor the
// oldest coin gives the wallet away. All randomness is an argument: the same call gives the same
// transaction.
#pragma once

#include "core/chain/bitcoin/fee.hpp"

#include <optional>

namespace quorate::bitcoin {

/// A coin that we can spend.
struct coin {
  outpoint from;
  satoshi value;
  coin_kind kind{};

  friend bool operator==(const coin&, const coin&) = default;
};

struct payment {
  std::vector<transaction_output> outputs;
  fee_rate rate = relay_rate_min;
  fee_rate rate_min = relay_rate_min; ///< of the nodes that are to relay it
  bytes change_script;                ///< of ours
  coin_kind change_kind = coin_kind::p2wpkh;
  bool replaceable = true;
  std::uint32_t lock_time = 0;
};

struct planned_payment {
  transaction tx;                    ///< unsigned
  std::vector<std::size_t> coins;    ///< which were chosen, in the order of the inputs
  std::optional<std::size_t> change; ///< index of its output
  satoshi fee;
  std::size_t weight = 0; ///< when signed, at most
};

/// Chooses among `coins`, and puts the change, if any, at a random place.
/// @param randomness  32 bytes that an observer cannot know
/// @returns a transaction whose fee is at least that of the rate; above it only by what would have
///   been dust, or cheaper than a change output
/// Errors: not_enough_coins, also for change when there is no payment; dust when a payment is;
///   bad_amount when the payments or the coins are worth more than money_max; fee_too_low below
///   rate_min; fee_too_high above rate_max; bad_change_script, also when no change would come;
///   input_repeated for a coin that is offered twice; over_limit above coins_max, or when the
///   transaction would weigh more than nodes relay.
/// Source of the search: M. Erhardt, "An Evaluation of Coin Selection Strategies", 2016, 6.1.
expected<planned_payment> plan_payment(std::span<const coin> coins, const payment& wanted,
                                       const digest& randomness);

} // namespace quorate::bitcoin
