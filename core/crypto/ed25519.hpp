// Ed25519 (RFC 8032, the pure variant), through OpenSSL.
#pragma once

#include "core/base/bytes.hpp"
#include "core/crypto/secret.hpp"

namespace quorate {

using ed25519_public_key = fixed_bytes<struct ed25519_public_key_tag, 32>;
/// R, then S, 64 bytes.
using ed25519_signature = fixed_bytes<struct ed25519_signature_tag, 64>;
/// What RFC 8032 calls the private key; every 32 bytes are one.
using ed25519_seed = secret_bytes<32>;

ed25519_public_key public_key_of(const ed25519_seed& seed) noexcept;

/// Deterministic: the nonce is a hash of seed and message.
ed25519_signature sign_ed25519(const ed25519_seed& seed, byte_view message) noexcept;

/// Errors: bad_signature, also for S not below the order and for keys that are no point.
outcome verify(const ed25519_public_key& key, byte_view message,
               const ed25519_signature& sig) noexcept;

} // namespace quorate
