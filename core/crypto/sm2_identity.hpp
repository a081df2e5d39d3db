// Identities of the national suite, in the forms that identity.hpp keeps. Internal to core/crypto.
#pragma once

#include "core/crypto/sm2.hpp"

namespace quorate::sm2_identity {

using coordinates = std::array<std::uint8_t, 64>; ///< x, then y, of a point whose y is even

/// Errors: bad_public_key.
expected<coordinates> parse(const std::array<std::uint8_t, 32>& x) noexcept;

/// A pair as bytes: its secret, whose point has an even y, the inverse, the point's coordinates.
using pair_bytes = secret_bytes<128>;

/// Errors: bad_secret_key.
expected<pair_bytes> pair_of(const secret_bytes<32>& secret) noexcept;

/// @pre `pair` is pair_of() a secret. @param entropy  null, or 32 bytes that go into the nonce.
std::array<std::uint8_t, 64> sign(const pair_bytes& pair, const digest& message,
                                  const std::array<std::uint8_t, 32>* entropy) noexcept;

/// @pre `point` is on the curve.
bool verify(const coordinates& point, const digest& message,
            const std::array<std::uint8_t, 64>& sig) noexcept;

} // namespace quorate::sm2_identity
