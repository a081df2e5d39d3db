#include "core/wallet/slip39_cipher.hpp"

#include "core/crypto/kdf.hpp"

#include <algorithm>

namespace quorate::wallet {

namespace {

using half = bounded_secret<32>;
using round_numbers = std::array<std::uint8_t, 4>;

constexpr std::uint64_t iterations_per_round = 2500;

expected<half> round_function(std::uint8_t round, byte_view right, std::string_view passphrase,
                              const slip39_set& set) {
  secret_text password;
  QUORATE_TRY(password.append(byte_view{&round, 1}));
  QUORATE_TRY(password.append(passphrase));
  bounded_secret<64> salt;
  if (!set.extendable) {
    QUORATE_TRY(salt.append("shamir"));
    QUORATE_TRY(salt.append(
        std::array{static_cast<std::uint8_t>(set.id >> 8), static_cast<std::uint8_t>(set.id)}));
  }
  QUORATE_TRY(salt.append(right));
  auto out = half::zeros(right.size());
  QUORATE_TRY(pbkdf2_hmac_sha256(password.view(), salt.view(),
                                 iterations_per_round << set.iteration_exponent, out.span()));
  return out;
}

expected<secret_value> run(byte_view in, std::string_view passphrase, const slip39_set& set,
                           const round_numbers& rounds) {
  const bool printable =
      std::all_of(passphrase.begin(), passphrase.end(), [](char c) { return c >= 32 && c <= 126; });
  if (!printable || passphrase.size() >= 1024) return errc::bad_passphrase;
  QUORATE_ASSIGN(auto left, half::from(in.first(in.size() / 2)));
  QUORATE_ASSIGN(auto right, half::from(in.last(in.size() / 2)));
  for (const auto round : rounds) {
    QUORATE_ASSIGN(const auto mask, round_function(round, right.view(), passphrase, set));
    for (std::size_t i = 0; i < left.size(); ++i)
      left.span()[i] ^= mask.view()[i];
    std::swap(left, right);
  }
  QUORATE_ASSIGN(auto out, secret_value::from(right.view()));
  QUORATE_TRY(out.append(left.view()));
  return out;
}

} // namespace

expected<secret_value> slip39_encrypt(byte_view secret, std::string_view passphrase,
                                      const slip39_set& set) {
  return run(secret, passphrase, set, {0, 1, 2, 3});
}

expected<secret_value> slip39_decrypt(byte_view encrypted, std::string_view passphrase,
                                      const slip39_set& set) {
  return run(encrypted, passphrase, set, {3, 2, 1, 0});
}

} // namespace quorate::wallet
