// SM4-GCM, the authenticated encryption of the national suite. Source: GB/T 32907-2016 (SM4, which
// is OpenSSL's) and RFC 8998. OpenSSL before 3.1 has SM4 without GCM, so that mode is ours.
#pragma once

#include "core/crypto/aes.hpp"

namespace quorate {

/// The ciphertext of `plain`, then the tag of 16 bytes over it and `associated`.
bytes sm4_gcm_seal(std::span<const std::uint8_t, 16> key, const aead_nonce& nonce,
                   byte_view associated, byte_view plain);

/// Checks the tag, then decrypts into `out`. @pre out.size() + 16 == sealed.size()
/// Errors (out untouched): decryption_failed for another key, or anything that was changed.
outcome sm4_gcm_open(std::span<const std::uint8_t, 16> key, const aead_nonce& nonce,
                     byte_view associated, byte_view sealed, std::span<std::uint8_t> out) noexcept;

} // namespace quorate
