// Base58's alphabet and the long arithmetic under it, in memory of the caller's: addresses and
// extended keys, of which some are secret, each have their rules around it.
#pragma once

#include "core/base/bytes.hpp"

namespace quorate::base58 {

inline constexpr std::string_view alphabet =
    "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// number = number * factor + carry, its digits in the given base, the lowest last.
/// @returns what does not fit.
inline std::uint32_t multiply_add(std::span<std::uint8_t> number, std::uint32_t base,
                                  std::uint32_t factor, std::uint32_t carry) noexcept {
  for (auto digit = number.rbegin(); digit != number.rend(); ++digit) {
    const auto value = *digit * factor + carry;
    *digit = static_cast<std::uint8_t>(value % base);
    carry = value / base;
  }
  return carry;
}

} // namespace quorate::base58
