// BIP-340 Schnorr signatures over secp256k1: replicas' votes and clients' operations.
//
// Replica signatures and chain signatures are different types and different keys; these here never
// sign a chain transaction.
#pragma once

#include "core/base/bytes.hpp"
#include "core/crypto/secret.hpp"

namespace quorate {

/// An x-only public key, 32 bytes. Not every value is a point: parse before use.
using public_key = fixed_bytes<struct public_key_tag, 32>;
/// A BIP-340 signature, 64 bytes.
using signature = fixed_bytes<struct signature_tag, 64>;

/// A public key that was found to be a point, in the library's form: saves a square root a check.
class verifying_key {
public:
  /// Errors: bad_public_key when the 32 bytes are no x coordinate of a point.
  static expected<verifying_key> parse(const public_key& key) noexcept;

  /// Whether `sig` is a signature of this key over the 32-byte `message`.
  bool verify(const digest& message, const signature& sig) const noexcept;

  const public_key& key() const noexcept { return key_; }

private:
  public_key key_;
  alignas(8) std::array<std::uint8_t, 64> parsed_{}; // secp256k1_xonly_pubkey
};

/// A key pair that signs. Wiped on destruction.
class signing_key {
public:
  /// Errors: bad_secret_key for zero or a number not below the order of the group.
  static expected<signing_key> from_secret(const secret_bytes<32>& secret) noexcept;

  const public_key& key() const noexcept { return key_; }

  /// Signs the 32-byte `message`; deterministic (auxiliary randomness of zeros, as BIP-340 allows).
  signature sign(const digest& message) const noexcept;

  /// As above, with 32 bytes of auxiliary randomness.
  signature sign(const digest& message, const std::array<std::uint8_t, 32>& aux) const noexcept;

private:
  public_key key_;
  secret_bytes<96> pair_; // secp256k1_keypair
};

/// Parses the key and verifies. Errors: bad_public_key, bad_signature.
outcome verify(const public_key& key, const digest& message, const signature& sig) noexcept;

} // namespace quorate
