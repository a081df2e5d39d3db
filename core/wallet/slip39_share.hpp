// One SLIP-39 share: its fields, and the words that it is kept as.
#pragma once

#include "core/wallet/bounded_secret.hpp"

namespace quorate::wallet {

/// Groups of one secret, and shares of one group. More: bad_threshold.
inline constexpr std::size_t slip39_count_max = 16;
/// Master secrets have an even number of bytes from here to 64.
inline constexpr std::size_t slip39_secret_bytes_min = 16;

/// What all shares of one split agree in. Source: SLIP-39, "Format of the share mnemonic".
struct slip39_set {
  std::uint16_t id = 0; ///< 15 bits
  /// The id takes no part in the encryption, so that other splits give the same secret for the same
  /// passphrase. Programs of before 2024 do not read such shares.
  bool extendable = false;
  std::uint8_t iteration_exponent = 0; ///< 0 to 15: 10,000 * 2^exponent rounds of PBKDF2
  std::uint8_t group_threshold = 1;    ///< 1 to group_count
  std::uint8_t group_count = 1;        ///< 1 to 16

  friend bool operator==(const slip39_set&, const slip39_set&) = default;
};

/// A share. Invariant of a parsed one: all numbers are in range, and the value has a valid size.
struct slip39_share {
  slip39_set set;
  std::uint8_t group = 0;            ///< 0 to 15
  std::uint8_t member = 0;           ///< 0 to 15: the place of this share in its group
  std::uint8_t member_threshold = 1; ///< 1 to 16
  secret_value value;
};

/// 20 words for 16 bytes, 33 for 32, and so on; one blank between two. @pre numbers are in range
secret_text to_words(const slip39_share& share);

/// Errors: unknown_word; bad_word_count; bad_word_checksum; bad_share for padding that is not zero,
///   a length that no secret has, or a group threshold above the number of groups.
expected<slip39_share> parse_slip39_share(std::string_view words);

} // namespace quorate::wallet
