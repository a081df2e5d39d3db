#include "core/crypto/sm2_identity.hpp"

#include <algorithm>

namespace quorate::sm2_identity {

namespace {

sm2_public_key key_of(std::span<const std::uint8_t, 64> point) noexcept {
  sm2_public_key key;
  key.data[0] = 0x04;
  std::ranges::copy(point, key.data.begin() + 1);
  return key;
}

} // namespace

expected<coordinates> parse(const std::array<std::uint8_t, 32>& x) noexcept {
  QUORATE_ASSIGN(const auto key, sm2_even_point(x));
  coordinates point;
  std::copy(key.data.begin() + 1, key.data.end(), point.begin());
  return point;
}

expected<pair_bytes> pair_of(const secret_bytes<32>& secret) noexcept {
  const stack_wiper wiper;
  QUORATE_ASSIGN(const auto even, sm2_even_pair(secret));
  pair_bytes pair;
  std::copy_n(even.secret.data(), 32, pair.data());
  std::copy_n(even.inverse.data(), 32, pair.data() + 32);
  std::copy(even.key.data.begin() + 1, even.key.data.end(), pair.data() + 64);
  return pair;
}

std::array<std::uint8_t, 64> sign(const pair_bytes& pair, const digest& message,
                                  const std::array<std::uint8_t, 32>* entropy) noexcept {
  const stack_wiper wiper;
  sm2_pair signer;
  std::copy_n(pair.data(), 32, signer.secret.data());
  std::copy_n(pair.data() + 32, 32, signer.inverse.data());
  signer.key = key_of(std::span<const std::uint8_t, 64>{pair.data() + 64, 64});
  return sign_sm2(signer, message.view(), entropy).data;
}

bool verify(const coordinates& point, const digest& message,
            const std::array<std::uint8_t, 64>& sig) noexcept {
  sm2_signature made;
  made.data = sig;
  return quorate::verify(key_of(point), message.view(), made).has_value();
}

} // namespace quorate::sm2_identity
