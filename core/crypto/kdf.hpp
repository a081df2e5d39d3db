// Keys from passwords and from other keys. Costs that a file or message can set are bounded here,
// so that no input buys more than some seconds or 257 MiB.
#pragma once

#include "core/base/bytes.hpp"

namespace quorate {

/// PBKDF2 with HMAC-SHA-256 (RFC 8018 section 5.2), filling `out`.
/// Errors (out untouched): kdf_parameters unless 1 <= iterations <= pbkdf2_iterations_max.
outcome pbkdf2_hmac_sha256(byte_view password, byte_view salt, std::uint64_t iterations,
                           std::span<std::uint8_t> out) noexcept;

/// PBKDF2 with HMAC-SHA-512; as above.
outcome pbkdf2_hmac_sha512(byte_view password, byte_view salt, std::uint64_t iterations,
                           std::span<std::uint8_t> out) noexcept;

/// PBKDF2 with HMAC-SM3 (GM/T 0091-2020); as above.
outcome pbkdf2_hmac_sm3(byte_view password, byte_view salt, std::uint64_t iterations,
                        std::span<std::uint8_t> out) noexcept;

/// BIP-39 takes 2,048, Ethereum's keystores 262,144, and SLIP-39 at its highest exponent 81,920,000
/// a round; those hash about 30 s each.
inline constexpr std::uint64_t pbkdf2_iterations_max = 82'000'000;

/// scrypt's costs. n: a power of two above 1; r, p: from 1.
struct scrypt_cost {
  std::uint64_t n = 1U << 17; ///< 128 MiB and some 0.4 s with r = 8
  std::uint32_t r = 8;
  std::uint32_t p = 1;

  friend bool operator==(const scrypt_cost&, const scrypt_cost&) = default;
};

/// 128·r·(n + 2·p + 1): the table, the lanes, OpenSSL's copy of them and one lane's workspace. The
/// table of what go-ethereum writes by default is 256 MiB; the rest of it, 3 KiB, fits beside.
inline constexpr std::uint64_t scrypt_memory_bytes_max = 257U << 20;
/// n·r·p, what the time grows with: twice that of go-ethereum's default.
inline constexpr std::uint64_t scrypt_work_max = 1U << 22;

/// Errors: kdf_parameters when a cost is undefined or above the limits.
outcome check(const scrypt_cost& cost) noexcept;

/// scrypt (RFC 7914), filling `out`. Takes the memory that is counted above, and wipes its own. A
/// larger n than the RFC allows for a small r is taken, as Ethereum's keystores have it.
/// Errors (out untouched): kdf_parameters as check() gives.
outcome scrypt(byte_view password, byte_view salt, const scrypt_cost& cost,
               std::span<std::uint8_t> out) noexcept;

/// HKDF with SHA-256 (RFC 5869), extract and expand. @pre out.size() <= 255 * 32
void hkdf_sha256(byte_view key, byte_view salt, byte_view info,
                 std::span<std::uint8_t> out) noexcept;

} // namespace quorate
