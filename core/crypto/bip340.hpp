// BIP-340 as the standard has it: messages of any length. Replicas and clients (identity.hpp) and
// chains (taproot.hpp) sign 32-byte digests only, with types of their own; a signature of here has
// another type, so it can stand for none of theirs. Give a key to one of the three and no other:
// over the same 32 bytes all of them sign the same.
#pragma once

#include "core/base/bytes.hpp"
#include "core/crypto/secret.hpp"

namespace quorate::bip340 {

/// The X of a point whose Y is even, 32 bytes. Not every value is a point.
using public_key = fixed_bytes<struct bip340_public_key_tag, 32>;
/// 64 bytes: the X of R, then s.
using signature = fixed_bytes<struct bip340_signature_tag, 64>;

/// The public key of `secret`. Errors: bad_secret_key for zero or a number not below the order.
expected<public_key> public_key_of(const secret_bytes<32>& secret) noexcept;

/// Signs all of `message`, which may be empty, with 32 bytes of auxiliary randomness; zeros are
/// allowed and make it deterministic. Errors: bad_secret_key.
expected<signature> sign(const secret_bytes<32>& secret, byte_view message,
                         const std::array<std::uint8_t, 32>& auxiliary) noexcept;

/// Errors: bad_public_key; bad_signature.
outcome verify(const public_key& key, byte_view message, const signature& sig) noexcept;

} // namespace quorate::bip340
