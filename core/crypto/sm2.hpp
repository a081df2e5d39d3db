// SM2 signatures (GB/T 32918.2-2016, on the curve of part 5), the national suite's. Messages are
// hashed with SM3 behind the signer's id and key.
#pragma once

#include "core/base/bytes.hpp"
#include "core/crypto/secret.hpp"

namespace quorate {

/// 04|X|Y, 65 bytes. Not every value is a point.
using sm2_public_key = fixed_bytes<struct sm2_public_key_tag, 65>;
/// r, then s, 32 bytes each, big-endian.
using sm2_signature = fixed_bytes<struct sm2_signature_tag, 64>;
/// 32 bytes, big-endian, from 1 to the order less two.
using sm2_secret_key = secret_bytes<32>;

/// The signer's id where nothing else was agreed. Source: GM/T 0009-2012, section 10.
inline constexpr std::string_view sm2_default_id = "1234567812345678";

/// Errors: bad_secret_key.
expected<sm2_public_key> sm2_public_key_of(const sm2_secret_key& secret);

/// Signs with a nonce as RFC 6979 makes it (HMAC-SHA-256 over key, digest and a name for SM2).
/// @param entropy  32 bytes that go into the nonce when given.
/// @param id  at most 8,191 bytes.
/// Errors: bad_secret_key; over_limit for a longer id.
expected<sm2_signature> sign_sm2(const sm2_secret_key& secret, byte_view message,
                                 const std::array<std::uint8_t, 32>* entropy = nullptr,
                                 std::string_view id = sm2_default_id);

/// As above by a pair that was made before, which saves a multiplication and an inversion: this
/// never fails, and the id is the default one.
struct sm2_pair {
  sm2_secret_key secret;
  secret_bytes<32> inverse; ///< of the secret plus one, in the field of the group's order
  sm2_public_key key;       ///< the secret's
};
sm2_signature sign_sm2(const sm2_pair& pair, byte_view message,
                       const std::array<std::uint8_t, 32>* entropy = nullptr);

/// Of the two secrets whose points share an x coordinate the one whose point has an even y, with
/// that point. Errors: bad_secret_key.
expected<sm2_pair> sm2_even_pair(const sm2_secret_key& secret);
/// The point with an even y that has this x coordinate. Errors: bad_public_key when there is none.
expected<sm2_public_key> sm2_even_point(const std::array<std::uint8_t, 32>& x);

/// Errors: bad_public_key; bad_signature; over_limit for a longer id.
outcome verify(const sm2_public_key& key, byte_view message, const sm2_signature& sig,
               std::string_view id = sm2_default_id);

} // namespace quorate
