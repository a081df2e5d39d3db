// The suites that keystores and identities choose from: the default one, and the national one of
// China's standards. One switch for a file, and one for a cluster. What identities sign is a tagged
// SHA-256 in both, and blocks are hashed with it (identity.hpp, hash.hpp).
#pragma once

#include "core/base/expected.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace quorate {

/// Numbers stand in files: append only.
enum class crypto_suite : std::uint8_t {
  standard = 1, ///< SHA-256, scrypt, AES-256-GCM; identities: BIP-340 over secp256k1
  national = 2, ///< SM3, PBKDF2 with HMAC-SM3, SM4-GCM; identities: SM2
};

/// "standard" or "national".
std::string_view name(crypto_suite suite) noexcept;
/// The suite of this name, if there is one.
std::optional<crypto_suite> suite_named(std::string_view text) noexcept;
/// Errors: bad_enum.
expected<crypto_suite> suite_of(std::uint8_t number) noexcept;

} // namespace quorate
