// HMAC (RFC 2104) with SHA-256 and SHA-512. What comes out is as secret as what goes in, so it is
// wiped when it goes.
#pragma once

#include "core/crypto/secret.hpp"

#include <initializer_list>

namespace quorate {

/// HMAC-SHA-256 of the concatenation of `parts`; the key may have any length.
secret_bytes<32> hmac_sha256(byte_view key, std::initializer_list<byte_view> parts) noexcept;

/// HMAC-SHA-512 of the concatenation of `parts`; the key may have any length.
secret_bytes<64> hmac_sha512(byte_view key, std::initializer_list<byte_view> parts) noexcept;

/// Whether two byte strings are equal, in a time that depends on their lengths only.
bool equal_in_constant_time(byte_view a, byte_view b) noexcept;

} // namespace quorate
