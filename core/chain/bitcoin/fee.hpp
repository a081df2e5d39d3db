// Fees: rates, what spending a coin weighs, dust, and what a replacement has to pay.
#pragma once

#include "core/chain/bitcoin/transaction.hpp"

#include <span>

namespace quorate::bitcoin {

/// Satoshi for 1,000 vbytes.
using fee_rate = strong<struct fee_rate_tag>;
/// What a node asks for at least, and on top of what a replacement evicts: 1 satoshi a vbyte.
/// Source: Bitcoin Core, policy DEFAULT_MIN_RELAY_TX_FEE and DEFAULT_INCREMENTAL_RELAY_FEE up to
/// version 29.0. From 29.1 on both are a tenth of it, but older nodes still relay nothing below.
inline constexpr fee_rate relay_rate_min{1'000};
/// A hundred times the highest that was ever needed. Above it: fee_too_high.
inline constexpr fee_rate rate_max{100'000'000};

/// The fee of a transaction of this weight, rounded up.
/// @pre rate at most rate_max, weight at most 4 * transaction_bytes_max
satoshi fee_for(fee_rate rate, std::size_t weight) noexcept;

/// The rate that a fee comes to, rounded down. @pre weight above 0, fee at most money_max
fee_rate rate_of(satoshi fee, std::size_t weight) noexcept;

/// How a coin of ours is spent.
enum class coin_kind : std::uint8_t { p2pkh, p2sh_p2wpkh, p2wpkh, p2tr };

/// Weight of an input that spends such a coin, with the longest signature that we make.
std::size_t input_weight(coin_kind kind) noexcept;

std::size_t output_weight(byte_view locking_script) noexcept;

/// Weight of a transaction without inputs and outputs, but with room for their counts.
std::size_t frame_weight(std::size_t inputs, std::size_t outputs) noexcept;

/// The least that an output of this script may be worth for nodes to relay it: three times what
/// spending it costs at relay_rate_min. 546 for P2PKH, 294 for P2WPKH, 330 for P2TR, 0 for data.
/// Source: Bitcoin Core, policy GetDustThreshold.
satoshi dust_limit(byte_view locking_script) noexcept;

/// Whether the transaction asks to be replaceable. Source: BIP-125, "Summary".
bool is_replaceable(const transaction& tx) noexcept;

/// What goes out of the mempool when a transaction is replaced.
struct eviction {
  satoshi fees;          ///< of the transaction and everything that spends it
  std::size_t count = 1; ///< of transactions
};

/// The most that one replacement may evict. Source: BIP-125, rule 5.
inline constexpr std::size_t evicted_max = 100;

/// A transaction with what is known of it beside its bytes.
struct weighed {
  const transaction& tx;
  satoshi fee;
  std::size_t weight = 0; ///< signed
};

/// The least fee of a replacement of this weight. Errors: bad_amount.
expected<satoshi> replacement_fee_min(const eviction& evicted, std::size_t weight);

/// Whether nodes take `after` in place of `before`.
/// @param unconfirmed  outputs of transactions that are in no block
/// Errors: replacement_refused unless: before is replaceable and they share an input; after spends
///   no unconfirmed output that before does not; it pays all that is evicted and relay_rate_min for
///   its own size on top; its rate is higher; at most evicted_max are evicted.
/// Source: BIP-125, "Implementation Details", rules 1 to 5.
outcome check_replacement(const weighed& before, const eviction& evicted, const weighed& after,
                          std::span<const outpoint> unconfirmed);

} // namespace quorate::bitcoin
