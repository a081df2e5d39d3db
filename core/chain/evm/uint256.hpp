// Unsigned integers of 256 bits: the words of the EVM, checked.
//
// A type of our own instead of boost::multiprecision: what is needed is small, cpp_int reports an
// overflow by an exception, and a word also has to be seen as two's complement.
#pragma once

#include "core/base/bytes.hpp"

#include <compare>

namespace quorate::evm {

class uint256 {
public:
  static constexpr std::size_t bits = 256;
  using word = std::array<std::uint8_t, 32>;

  constexpr uint256() noexcept = default;
  constexpr uint256(std::uint64_t value) noexcept // NOLINT(google-explicit-constructor)
      : limbs_{0, 0, 0, value} {}

  static constexpr uint256 max() noexcept {
    uint256 all;
    all.limbs_.fill(~0ULL);
    return all;
  }

  /// The value of at most 32 big-endian bytes; none are zero. Errors: over_limit for more.
  static expected<uint256> from_big_endian(byte_view in);

  /// Big-endian, 32 bytes.
  word to_word() const noexcept;

  /// Big-endian without leading zeros: 0 to 32 bytes.
  bytes to_minimal() const;

  /// Number of bits up to the highest that is set: 0 to 256.
  unsigned bit_length() const noexcept;

  bool is_zero() const noexcept { return *this == uint256{}; }
  bool bit(unsigned index) const noexcept; ///< @pre index < 256; 0 is the lowest.

  /// Errors: number_overflow unless it fits into 64 bits.
  expected<std::uint64_t> to_u64() const;

  friend constexpr auto operator<=>(const uint256&, const uint256&) noexcept = default;
  friend constexpr bool operator==(const uint256&, const uint256&) noexcept = default;

  /// Modulo 2^256.
  friend uint256 operator~(const uint256& a) noexcept;
  friend uint256 wrapping_negate(const uint256& a) noexcept;

  friend expected<uint256> add(const uint256& a, const uint256& b);
  friend expected<uint256> subtract(const uint256& a, const uint256& b);
  friend expected<uint256> multiply(const uint256& a, const uint256& b);
  friend std::uint64_t divide_by(uint256& a, std::uint64_t divisor) noexcept;

private:
  std::array<std::uint64_t, 4>
      limbs_{}; // most significant first: the comparison is by significance
};

/// Errors: number_overflow above 2^256 - 1.
expected<uint256> add(const uint256& a, const uint256& b);
/// Errors: number_overflow when b > a.
expected<uint256> subtract(const uint256& a, const uint256& b);
/// Errors: number_overflow above 2^256 - 1.
expected<uint256> multiply(const uint256& a, const uint256& b);
/// Leaves the quotient in `a`. @returns the remainder. @pre divisor > 0.
std::uint64_t divide_by(uint256& a, std::uint64_t divisor) noexcept;
/// 2^256 - a: two's complement.
uint256 wrapping_negate(const uint256& a) noexcept;
/// Whether a, as two's complement, is below zero.
inline bool is_negative(const uint256& a) noexcept { return a.bit(uint256::bits - 1); }

/// Decimal digits without separators.
std::string to_string(const uint256& a);
/// Decimal digits of `a` as two's complement, with a minus where it is below zero.
std::string to_signed_string(const uint256& a);
/// a / 10^decimals, exactly, without trailing zeros: 1500000000000000000 with 18 is "1.5".
/// @pre decimals <= 80.
std::string to_decimal_string(const uint256& a, unsigned decimals);

/// Decimal digits, or hexadecimal ones (either case) behind 0x; no sign, no leading zeros.
/// Errors: not_canonical; number_overflow above 2^256 - 1.
expected<uint256> parse_uint256(std::string_view text);
/// As above, with an optional minus: two's complement of 256 bits.
/// Errors: not_canonical, also for -0; number_overflow outside -2^255 … 2^255 - 1.
expected<uint256> parse_int256(std::string_view text);

} // namespace quorate::evm
