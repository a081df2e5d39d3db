// Limits of what is read, each with what happens at it.
#pragma once

#include "core/base/limits.hpp"

namespace quorate::bitcoin::limits {

using quorate::limits::KiB;
using quorate::limits::MiB;

/// No valid transaction is larger: a block weighs at most 4,000,000. Larger: over_limit.
inline constexpr std::size_t transaction_bytes_max = 4'000'000;
/// What nodes relay (MAX_STANDARD_TX_WEIGHT), and so what is made here. Heavier: over_limit.
inline constexpr std::size_t standard_weight_max = 400'000;
/// A PSBT carries the whole previous transaction of every input. Larger: over_limit.
inline constexpr std::size_t psbt_bytes_max = 16 * MiB;
/// The longest key that a BIP defines is a control block: 1 + 33 + 128 * 32 bytes. Longer:
/// over_limit.
inline constexpr std::size_t psbt_key_bytes_max = 8 * KiB;
/// Indices of a derivation path: a BIP-32 key is at most so deep. More: bad_psbt_field.
inline constexpr std::size_t derivation_depth_max = 255;
/// Nodes of a search through the coins, as other wallets have it. At it: the best found so far.
inline constexpr std::size_t coin_search_steps_max = 100'000;
/// Coins that are looked at: the search is over as soon. More: over_limit.
inline constexpr std::size_t coins_max = 100'000;

static_assert(1 + 33 + 128 * 32 <= psbt_key_bytes_max, "any control block is a key");
static_assert(transaction_bytes_max + KiB <= psbt_bytes_max, "any previous transaction fits");

} // namespace quorate::bitcoin::limits
