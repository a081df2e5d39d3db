// The keys by which replicas, clients and operators are known, and their signatures: votes,
// operations, approvals, heads of logs. BIP-340 over secp256k1; SM2 in the national suite.
//
// All of one cluster are of one suite, which its genesis names. In both, a public key is the x of a
// point whose y is even (BIP-340's convention; the SM2 standard has both), a signature 64 bytes.
// Identities are other types than the keys of chains, and sign for none.
#pragma once

#include "core/base/bytes.hpp"
#include "core/crypto/crypto_suite.hpp"
#include "core/crypto/secret.hpp"

namespace quorate {

/// An x coordinate, 32 bytes. Not every value is a point's: parse before use.
using public_key = fixed_bytes<struct public_key_tag, 32>;
/// BIP-340: x of the nonce's point, s. SM2: r, s. 64 bytes.
using signature = fixed_bytes<struct signature_tag, 64>;

/// A public key that was found to be a point, in the library's form: saves a square root a check.
class verifying_key {
public:
  /// Errors: bad_public_key when the 32 bytes are no x coordinate of a point of the suite's curve.
  static expected<verifying_key> parse(crypto_suite suite, const public_key& key) noexcept;

  /// Whether `sig` is a signature of this key over the 32-byte `message`.
  bool verify(const digest& message, const signature& sig) const noexcept;

  const public_key& key() const noexcept { return key_; }

private:
  public_key key_;
  crypto_suite suite_ = crypto_suite::standard;
  /// secp256k1_xonly_pubkey; SM2: both coordinates.
  alignas(8) std::array<std::uint8_t, 64> parsed_{};
};

/// A key pair that signs. Wiped on destruction.
class signing_key {
public:
  /// Errors: bad_secret_key for zero or a number not below the order of the suite's group (SM2: not
  /// below the order less one).
  static expected<signing_key> from_secret(const secret_bytes<32>& secret,
                                           crypto_suite suite) noexcept;

  const public_key& key() const noexcept { return key_; }
  crypto_suite suite() const noexcept { return suite_; }

  /// Signs the 32-byte `message`; deterministic (BIP-340: auxiliary randomness of zeros, which it
  /// allows; SM2: a nonce as RFC 6979 makes it).
  signature sign(const digest& message) const noexcept;

  /// As above, with 32 bytes of auxiliary randomness.
  signature sign(const digest& message, const std::array<std::uint8_t, 32>& aux) const noexcept;

private:
  public_key key_;
  crypto_suite suite_ = crypto_suite::standard;
  secret_bytes<128> pair_; ///< secp256k1_keypair, 96 bytes; SM2: sm2_identity::pair_bytes
};

/// Parses the key and verifies. Errors: bad_public_key, bad_signature.
outcome verify(crypto_suite suite, const public_key& key, const digest& message,
               const signature& sig) noexcept;

} // namespace quorate
