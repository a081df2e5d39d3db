// ECDSA over secp256k1 on digests that a chain's own rules have prepared. Every signature that is
// made or taken here is in its low-s form (s at most half of the order): there is one a message,
// key and nonce, so nobody on the way can give a transaction another id.
#pragma once

#include "core/crypto/secp256k1_key.hpp"

namespace quorate {

/// r, then s, 32 bytes each, big-endian.
using ecdsa_signature = fixed_bytes<struct ecdsa_signature_tag, 64>;
/// 32 bytes that are mixed into the nonce beside key and digest.
using nonce_entropy = std::array<std::uint8_t, 32>;

/// A signature from which the public key follows.
struct recoverable_signature {
  ecdsa_signature compact;
  /// 0..3: bit 0 is the parity of R's y, bit 1 says that r was reduced by the order.
  std::uint8_t recovery_id = 0;

  friend bool operator==(const recoverable_signature&, const recoverable_signature&) = default;
};

/// Signs the 32-byte `message`; low-s.
/// @param entropy  RFC 6979 section 3.6's k' when given; without it the nonce is that of RFC 6979
///   with HMAC-SHA-256, and the same call gives the same bytes for ever.
/// Errors: bad_secret_key.
expected<ecdsa_signature> sign_ecdsa(const ec_secret_key& secret, const digest& message,
                                     const nonce_entropy* entropy = nullptr) noexcept;

/// As above, and says how the key is recovered.
expected<recoverable_signature> sign_recoverable(const ec_secret_key& secret, const digest& message,
                                                 const nonce_entropy* entropy = nullptr) noexcept;

/// Errors: high_s for the second form of a signature; bad_signature.
outcome verify(const ec_public_key& key, const digest& message,
               const ecdsa_signature& sig) noexcept;

/// The one key whose signature this is.
/// Errors: high_s; not_recoverable for an undefined recovery id, r or s out of range, or no point.
expected<ec_public_key> recover(const digest& message, const recoverable_signature& sig) noexcept;

/// Whether s is at most half of the order. False also when r or s is not below the order.
bool has_low_s(const ecdsa_signature& sig) noexcept;

/// The low-s form, for signatures of devices that do not care. It verifies as `sig` did; with a
/// changed s, bit 0 of a recovery id flips. Errors: bad_signature when r or s is out of range.
expected<ecdsa_signature> with_low_s(const ecdsa_signature& sig) noexcept;

/// SEQUENCE of two INTEGERs, 8 to 72 bytes; without a hash type. @pre r and s are below the order
bytes to_der(const ecdsa_signature& sig);

/// Errors: bad_der unless `der` is, byte by byte, what to_der() gives for r and s that are not zero
/// and below the order. High s is taken here and refused by verify(). Source: BIP-66.
expected<ecdsa_signature> from_der(byte_view der) noexcept;

} // namespace quorate
