// The hashes that chains and standards ask for beside SHA-256 (hash.hpp) and Keccak (keccak.hpp).
// All through OpenSSL; nothing of what was hashed stays behind in a context.
#pragma once

#include "core/base/bytes.hpp"

#include <initializer_list>

namespace quorate {

/// A SHA-512 digest, 64 bytes.
using digest_512 = fixed_bytes<struct digest_512_tag, 64>;
/// A 20-byte digest: RIPEMD-160, or RIPEMD-160 of SHA-256.
using digest_160 = fixed_bytes<struct digest_160_tag, 20>;

/// SHA-512 (FIPS 180-4) of the concatenation of `parts`.
digest_512 sha512(std::initializer_list<byte_view> parts) noexcept;
inline digest_512 sha512(byte_view in) noexcept { return sha512({in}); }

/// RIPEMD-160 (ISO/IEC 10118-3).
digest_160 ripemd160(byte_view in) noexcept;

/// RIPEMD-160 of SHA-256: Bitcoin's and Cosmos's name of a public key or script.
digest_160 hash160(byte_view in) noexcept;

/// SHA-256 of SHA-256 of the concatenation of `parts`: Bitcoin's transaction ids and checksums.
digest double_sha256(std::initializer_list<byte_view> parts) noexcept;
inline digest double_sha256(byte_view in) noexcept { return double_sha256({in}); }

/// SM3 (GB/T 32905-2016) of the concatenation of `parts`.
digest sm3(std::initializer_list<byte_view> parts) noexcept;
inline digest sm3(byte_view in) noexcept { return sm3({in}); }

} // namespace quorate
