// AES-256-GCM for what we keep, and AES-128-CTR for reading Ethereum's keystores.
#pragma once

#include "core/base/bytes.hpp"

namespace quorate {

/// Bytes that authenticated encryption adds: its tag.
inline constexpr std::size_t aead_tag_bytes = 16;
/// A nonce; never used twice with one key.
using aead_nonce = fixed_bytes<struct aead_nonce_tag, 12>;

/// The ciphertext of `plain`, then the tag of 16 bytes over it and `associated`.
/// Source: NIST SP 800-38D.
bytes aes256_gcm_seal(std::span<const std::uint8_t, 32> key, const aead_nonce& nonce,
                      byte_view associated, byte_view plain);

/// Checks the tag and decrypts into `out`. @pre out.size() + 16 == sealed.size()
/// Errors (out wiped): decryption_failed for another key, or anything that was changed.
outcome aes256_gcm_open(std::span<const std::uint8_t, 32> key, const aead_nonce& nonce,
                        byte_view associated, byte_view sealed,
                        std::span<std::uint8_t> out) noexcept;

/// AES-128 in counter mode (the counter is all 16 bytes of `iv`, big-endian); its own inverse.
/// It proves nothing: check a MAC first. @pre out.size() == in.size()
void aes128_ctr(std::span<const std::uint8_t, 16> key, std::span<const std::uint8_t, 16> iv,
                byte_view in, std::span<std::uint8_t> out) noexcept;

} // namespace quorate
