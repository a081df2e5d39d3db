// Keys and BIP-340 signatures of Bitcoin's taproot outputs. Other types than those of replicas and
// clients (identity.hpp), so that neither can stand where the other belongs.
#pragma once

#include "core/crypto/secp256k1_key.hpp"

namespace quorate {

/// The X of a point whose Y is even, 32 bytes. Not every value is a point.
using x_only_key = fixed_bytes<struct x_only_key_tag, 32>;
/// A BIP-340 signature without a hash type, 64 bytes.
using taproot_signature = fixed_bytes<struct taproot_signature_tag, 64>;

/// A tweaked key and what a control block must say about it.
struct tweaked_x_only_key {
  x_only_key key;
  bool has_odd_y = false;
};

/// The X of `key`; its Y is forgotten.
x_only_key x_only(const ec_public_key& key) noexcept;

/// The x-only key of `secret`. Errors: bad_secret_key.
expected<x_only_key> x_only_of(const ec_secret_key& secret) noexcept;

/// The point with X = `key` and even Y, plus `tweak` times the generator.
/// Source: BIP-341, taproot_tweak_pubkey; the tweak is its tagged hash, made by the caller.
/// Errors: bad_public_key; bad_tweak.
expected<tweaked_x_only_key> tweak_add(const x_only_key& key, key_tweak tweak) noexcept;

/// The secret key of what the function above gives: negated first where the public key's Y is odd.
/// Source: BIP-341, taproot_tweak_seckey. Errors: bad_secret_key; bad_tweak.
expected<ec_secret_key> taproot_tweak_add(const ec_secret_key& secret, key_tweak tweak) noexcept;

/// A secret key that signs, with its public key: making that costs as much as a signature, so it is
/// made once for all that the key signs in a row. Movable, wiped when it goes.
class taproot_signing_key {
public:
  /// Of `secret` as it is. Errors: bad_secret_key.
  static expected<taproot_signing_key> of(const ec_secret_key& secret) noexcept;

  /// Of what taproot_tweak_add() gives. Errors: bad_secret_key; bad_tweak.
  static expected<taproot_signing_key> tweaked(const ec_secret_key& secret,
                                               key_tweak tweak) noexcept;

  /// Signs the 32-byte `message`, with 32 bytes of auxiliary randomness; zeros are allowed and make
  /// it deterministic. Source: BIP-340.
  taproot_signature sign(const digest& message,
                         const std::array<std::uint8_t, 32>& auxiliary) const noexcept;

private:
  taproot_signing_key() = default;
  secret_bytes<96> pair_; // secp256k1_keypair
};

/// One signature of `secret` as it is (tweak it before). Errors: bad_secret_key.
expected<taproot_signature> sign_taproot(const ec_secret_key& secret, const digest& message,
                                         const std::array<std::uint8_t, 32>& auxiliary) noexcept;

/// Errors: bad_public_key; bad_signature.
outcome verify(const x_only_key& key, const digest& message, const taproot_signature& sig) noexcept;

} // namespace quorate
