// What a suite (crypto_suite.hpp) has for files: hash, key derivation, authenticated encryption.
#pragma once

#include "core/crypto/aes.hpp"
#include "core/crypto/crypto_suite.hpp"
#include "core/crypto/kdf.hpp"
#include "core/crypto/secret.hpp"

#include <variant>

namespace quorate {

/// The suite's 32-byte hash of the concatenation of `parts`.
digest hash(crypto_suite suite, std::initializer_list<byte_view> parts) noexcept;

/// PBKDF2's cost with HMAC-SM3.
struct sm3_cost {
  std::uint64_t iterations = 600'000; ///< some 0.5 s

  friend bool operator==(const sm3_cost&, const sm3_cost&) = default;
};
/// Some 20 s, which is the most that opening a file may take.
inline constexpr std::uint64_t sm3_iterations_max = 20'000'000;

/// What deriving a key from a password costs. The alternative says which suite it belongs to.
using password_cost = std::variant<scrypt_cost, sm3_cost>;

crypto_suite suite_of(const password_cost& cost) noexcept;

/// A suite's encryption key; the national suite uses its first 16 bytes.
using suite_key = secret_bytes<32>;

/// Errors: kdf_parameters.
expected<suite_key> key_from_password(const password_cost& cost, byte_view password,
                                      byte_view salt) noexcept;

/// Authenticated encryption: the ciphertext, then a tag of 16 bytes.
bytes seal(crypto_suite suite, const suite_key& key, const aead_nonce& nonce, byte_view associated,
           byte_view plain);

/// @pre out.size() + 16 == sealed.size(). Errors: decryption_failed; nothing is in `out` then.
outcome open(crypto_suite suite, const suite_key& key, const aead_nonce& nonce,
             byte_view associated, byte_view sealed, std::span<std::uint8_t> out) noexcept;

} // namespace quorate
