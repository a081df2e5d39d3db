#include "core/crypto/suite.hpp"

#include "core/crypto/digests.hpp"
#include "core/crypto/hash.hpp"
#include "core/crypto/sm4.hpp"

namespace quorate {

namespace {

std::span<const std::uint8_t, 32> aes_key(const suite_key& key) noexcept {
  return std::span<const std::uint8_t, 32>{key.data(), 32};
}

std::span<const std::uint8_t, 16> sm4_key(const suite_key& key) noexcept {
  return std::span<const std::uint8_t, 16>{key.data(), 16};
}

} // namespace

digest hash(crypto_suite suite, std::initializer_list<byte_view> parts) noexcept {
  return suite == crypto_suite::national ? sm3(parts) : sha256(parts);
}

crypto_suite suite_of(const password_cost& cost) noexcept {
  return std::holds_alternative<sm3_cost>(cost) ? crypto_suite::national : crypto_suite::standard;
}

expected<suite_key> key_from_password(const password_cost& cost, byte_view password,
                                      byte_view salt) noexcept {
  const stack_wiper wiper;
  suite_key key;
  const std::span<std::uint8_t> out{key.data(), suite_key::size()};
  if (const auto* national = std::get_if<sm3_cost>(&cost)) {
    if (national->iterations > sm3_iterations_max) return errc::kdf_parameters;
    QUORATE_TRY(pbkdf2_hmac_sm3(password, salt, national->iterations, out));
  } else {
    QUORATE_TRY(scrypt(password, salt, std::get<scrypt_cost>(cost), out));
  }
  return key;
}

bytes seal(crypto_suite suite, const suite_key& key, const aead_nonce& nonce, byte_view associated,
           byte_view plain) {
  return suite == crypto_suite::national ? sm4_gcm_seal(sm4_key(key), nonce, associated, plain)
                                         : aes256_gcm_seal(aes_key(key), nonce, associated, plain);
}

outcome open(crypto_suite suite, const suite_key& key, const aead_nonce& nonce,
             byte_view associated, byte_view sealed, std::span<std::uint8_t> out) noexcept {
  return suite == crypto_suite::national
             ? sm4_gcm_open(sm4_key(key), nonce, associated, sealed, out)
             : aes256_gcm_open(aes_key(key), nonce, associated, sealed, out);
}

} // namespace quorate
