// GF(2^8) with the polynomial of AES, as SLIP-39 shares secrets in it byte by byte.
#pragma once

#include "core/wallet/bounded_secret.hpp"

namespace quorate::wallet {

/// The product modulo x^8 + x^4 + x^3 + x + 1, in a time that depends on neither factor.
std::uint8_t gf256_multiply(std::uint8_t a, std::uint8_t b) noexcept;

/// The inverse; of 0: 0.
std::uint8_t gf256_inverse(std::uint8_t a) noexcept;

/// A place, which is public, and the value of each byte's polynomial there.
struct gf256_point {
  std::uint8_t x = 0;
  secret_value y;
};

/// The values at `x` of the polynomials of lowest degree through all points.
/// @pre not empty, no two with the same x, all of the same size
/// Source: SLIP-39, "Polynomial interpolation".
secret_value gf256_interpolate(std::span<const gf256_point> points, std::uint8_t x);

} // namespace quorate::wallet
