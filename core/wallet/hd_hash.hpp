// The one hash that keys are derived by, in BIP-32 and SLIP-10 alike.
#pragma once

#include "core/crypto/hmac.hpp"
#include "core/crypto/secp256k1_key.hpp"

namespace quorate::wallet {

/// I: the left half becomes part of a key, the right half a chain code.
using hd_hash = secret_bytes<64>;
/// Seeds of 128 to 512 bits are taken, as both standards say.
inline constexpr std::size_t hd_seed_bytes_min = 16;
inline constexpr std::size_t hd_seed_bytes_max = 64;

inline std::span<const std::uint8_t, 32> left(const hd_hash& i) noexcept {
  return std::span<const std::uint8_t, 64>{i.data(), 64}.first<32>();
}
inline std::span<const std::uint8_t, 32> right(const hd_hash& i) noexcept {
  return std::span<const std::uint8_t, 64>{i.data(), 64}.last<32>();
}

/// A second one of a secret: written out where it is meant.
inline secret_bytes<32> copy_of(const secret_bytes<32>& secret) noexcept {
  return secret_bytes<32>{std::span<const std::uint8_t, 32>{secret.data(), 32}};
}

/// ser32: four bytes, big-endian.
inline std::array<std::uint8_t, 4> ser32(std::uint32_t value) noexcept {
  return {static_cast<std::uint8_t>(value >> 24), static_cast<std::uint8_t>(value >> 16),
          static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
}

/// For a child with a hardened `index`: HMAC-SHA-512(chain code, 0x00 || secret || index).
inline hd_hash hardened_hash(const secret_bytes<32>& chain_code, const secret_bytes<32>& secret,
                             std::uint32_t index) noexcept {
  constexpr std::array<std::uint8_t, 1> zero{};
  return hmac_sha512(chain_code.view(), {zero, secret.view(), ser32(index)});
}

/// For the other children: HMAC-SHA-512(chain code, public key || index).
inline hd_hash normal_hash(const secret_bytes<32>& chain_code, const compressed_key& key,
                           std::uint32_t index) noexcept {
  return hmac_sha512(chain_code.view(), {key.view(), ser32(index)});
}

} // namespace quorate::wallet
