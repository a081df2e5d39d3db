// SLIP-39: a master secret, encrypted with a passphrase and shared among groups of people. As many
// groups as the group threshold, each by as many members as its own threshold, give it back.
#pragma once

#include "core/wallet/slip39_share.hpp"

namespace quorate::wallet {

/// `threshold` of the `count` members of one group.
struct slip39_group {
  std::uint8_t threshold = 1;
  std::uint8_t count = 1;

  friend bool operator==(const slip39_group&, const slip39_group&) = default;
};

/// How a secret is shared.
struct slip39_plan {
  std::uint8_t group_threshold = 1;
  std::vector<slip39_group> groups; ///< 1 to 16
  std::uint8_t iteration_exponent = 1;
  bool extendable = true;
};

/// Errors: bad_threshold unless 1 <= group threshold <= groups <= 16, 1 <= threshold <= count <= 16
///   in each group, count = 1 where the threshold is 1, and iteration_exponent <= 15.
outcome check(const slip39_plan& plan) noexcept;

/// How many bytes of entropy a split takes. @pre check(plan) holds
std::size_t slip39_entropy_bytes(const slip39_plan& plan, std::size_t secret_bytes) noexcept;

/// The shares, those of the first group first. 40,000 * 2^exponent HMACs of work at most.
/// @param secret  16 to 64 bytes, an even number; for a wallet BIP-32's seed, or BIP-39's entropy.
/// @param passphrase  printable ASCII; empty for none. None is wrong when combining: each gives
///   another secret.
/// @param entropy  exactly slip39_entropy_bytes(), uniform, never used twice.
/// Errors: bad_threshold; bad_entropy_size; bad_passphrase.
expected<std::vector<slip39_share>> slip39_split(byte_view secret, std::string_view passphrase,
                                                 const slip39_plan& plan, byte_view entropy);

/// @param shares  of exactly as many groups as the group threshold, and of each of these exactly as
///   many members as its threshold; in any order. Up to 15 in the exponent of the shares costs half
///   a minute: show it before you combine what a stranger gave.
/// Errors: mixed_shares; wrong_share_count; false_share; bad_passphrase.
expected<secret_value> slip39_combine(std::span<const slip39_share> shares,
                                      std::string_view passphrase);

} // namespace quorate::wallet
