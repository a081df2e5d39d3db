// Identities of the national suite, in the forms that identity.hpp keeps. Internal to core/crypto.
#pragma once

#include "core/crypto/sm2.hpp"

namespace quorate::sm2_identity {

using coordinates = std::array<std::uint8_t, 64>; ///< x, then y, of a point whose y is even

/// Errors: bad_public_key.
expected<coordinates> parse(const std::array<std::uint8_t, 32>& x) noexcept;

/// The secret whose point has an even y, then the point's coordinates. Errors: bad_secret_key.
expected<secret_bytes<96>> pair_of(const secret_bytes<32>& secret) noexcept;

/// @pre `pair` is pair_of() a secret. @param entropy  null, or 32 bytes that go into the nonce.
std::array<std::uint8_t, 64> sign(const secret_bytes<96>& pair, const digest& message,
                                  const std::array<std::uint8_t, 32>* entropy) noexcept;

/// @pre `point` is on the curve.
bool verify(const coordinates& point, const digest& message,
            const std::array<std::uint8_t, 64>& sig) noexcept;

} // namespace quorate::sm2_identity
