// Shamir's secret sharing over 2^521 - 1: k of n short texts give a secret back, fewer do not.
//
// Format of a share, 90 bytes, 120 characters of Base64:
//   version 1 | threshold 1 | count 1 | number 1 | set id 16 | f(number) 66 | checksum 4
// f(0) is the secret's length, the secret, zeros up to 48 bytes, and a blinding key of 16 bytes.
// The other coefficients are uniform, so the values of fewer than k shares say nothing about f(0).
// The set id is an HMAC of f(0) under that key: it names the set, serves nobody who does not know
// the key, and finds a false share among those that are combined.
#pragma once

#include "core/wallet/bounded_secret.hpp"

namespace quorate::wallet {

/// The longest secret: f(0) has 520 bits, of which length and blinding key take 17 bytes.
inline constexpr std::size_t shamir_secret_bytes_max = 48;
inline constexpr std::size_t shamir_blinding_bytes = 16;
/// Shares of one set. More: bad_threshold.
inline constexpr std::size_t shamir_shares_max = 255;
/// Characters of one share.
inline constexpr std::size_t shamir_text_bytes = 120;

/// `threshold` of `count` shares.
struct share_policy {
  std::uint8_t threshold = 0;
  std::uint8_t count = 0;

  friend bool operator==(const share_policy&, const share_policy&) = default;
};

/// What the shares of one split have in common.
using share_set_id = fixed_bytes<struct share_set_tag, 16>;

class shamir_share;

/// How many bytes of entropy a split with this threshold takes. @pre threshold > 0
std::size_t shamir_entropy_bytes(std::uint8_t threshold) noexcept;

/// @param secret  1 to 48 bytes.
/// @param entropy  exactly shamir_entropy_bytes(policy.threshold) bytes, uniform, never used twice.
/// Errors: bad_threshold unless 2 <= threshold <= count: one share of a set with a threshold of 1
///   would be the secret itself; bad_entropy_size.
expected<std::vector<shamir_share>> shamir_split(byte_view secret, const share_policy& policy,
                                                 byte_view entropy);

/// Errors: wrong_share_count unless there are exactly as many as the threshold, each once;
///   mixed_shares; false_share when they do not give the secret that their set id stands for.
expected<secret_value> shamir_combine(std::span<const shamir_share> shares);

/// One share, and the text that it is kept as. Invariants: 2 <= threshold <= count, and the number
/// is from 1 to count.
class shamir_share {
public:
  const share_policy& policy() const noexcept { return policy_; }
  std::uint8_t number() const noexcept { return number_; } ///< 1 to policy().count
  const share_set_id& set() const noexcept { return set_; }
  const secret_bytes<66>& value() const noexcept { return value_; }

  /// 120 characters.
  secret_text to_text() const;
  /// Errors: bad_share unless it is a share of this version, character by character.
  static expected<shamir_share> parse(std::string_view text);

private:
  friend expected<std::vector<shamir_share>> shamir_split(byte_view, const share_policy&,
                                                          byte_view);
  shamir_share() = default;

  share_policy policy_;
  std::uint8_t number_ = 0;
  share_set_id set_;
  secret_bytes<66> value_;
};

} // namespace quorate::wallet
