// Amounts of an asset in integer base units (satoshi, wei, uatom): 128 bits, checked.
//
// 128 bits hold 3.4e38 units, so 3.4e20 coins of 18 decimals; 64 bits would end at 18 of them.
#pragma once

#include "core/base/expected.hpp"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace quorate {

class amount {
public:
  constexpr amount() noexcept = default;
  constexpr explicit amount(std::uint64_t units) noexcept : low_(units) {}
  constexpr amount(std::uint64_t high, std::uint64_t low) noexcept : high_(high), low_(low) {}

  static constexpr amount max() noexcept { return {~0ULL, ~0ULL}; }

  constexpr std::uint64_t high() const noexcept { return high_; }
  constexpr std::uint64_t low() const noexcept { return low_; }
  constexpr bool is_zero() const noexcept { return high_ == 0 && low_ == 0; }

  friend constexpr auto operator<=>(const amount&, const amount&) noexcept = default;
  friend constexpr bool operator==(const amount&, const amount&) noexcept = default;

private:
  std::uint64_t high_ = 0; // declared first: the default comparison is by significance
  std::uint64_t low_ = 0;
};

/// Errors: amount_overflow above 2^128 - 1.
expected<amount> add(amount a, amount b);

/// Errors: insufficient_funds when b > a.
expected<amount> subtract(amount a, amount b);

/// Decimal digits without separators.
std::string to_string(amount a);

/// Errors: not_canonical for anything but digits without leading zeros; amount_overflow above
/// 2^128 - 1.
expected<amount> parse_amount(std::string_view digits);

} // namespace quorate
