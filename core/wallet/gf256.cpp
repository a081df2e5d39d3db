#include "core/wallet/gf256.hpp"

namespace quorate::wallet {

std::uint8_t gf256_multiply(std::uint8_t a, std::uint8_t b) noexcept {
  unsigned product = 0;
  unsigned shifted = a;
  for (unsigned bit = 0; bit < 8; ++bit) {
    product ^= shifted & (0U - (b >> bit & 1U));
    shifted = shifted << 1 ^ (0x11bU & (0U - (shifted >> 7)));
  }
  return static_cast<std::uint8_t>(product);
}

std::uint8_t gf256_inverse(std::uint8_t a) noexcept {
  // a^254: the product of a^2, a^4 … a^128.
  std::uint8_t power = a;
  std::uint8_t product = 1;
  for (int i = 0; i < 7; ++i) {
    power = gf256_multiply(power, power);
    product = gf256_multiply(product, power);
  }
  return product;
}

secret_value gf256_interpolate(std::span<const gf256_point> points, std::uint8_t x) {
  QUORATE_CHECK(!points.empty());
  auto sum = secret_value::zeros(points[0].y.size());
  for (const auto& one : points) {
    QUORATE_CHECK(one.y.size() == sum.size());
    std::uint8_t weight = 1;
    for (const auto& other : points) {
      if (&other == &one) continue;
      QUORATE_CHECK(other.x != one.x);
      weight = gf256_multiply(weight, x ^ other.x);
      weight = gf256_multiply(weight, gf256_inverse(one.x ^ other.x));
    }
    for (std::size_t i = 0; i < sum.size(); ++i)
      sum.span()[i] ^= gf256_multiply(one.y.view()[i], weight);
  }
  return sum;
}

} // namespace quorate::wallet
