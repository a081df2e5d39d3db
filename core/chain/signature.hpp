// One signature by a key on secp256k1 over what a chain's rules made: asked for, made and checked,
// alike for every chain.
#pragma once

#include "core/crypto/ecdsa.hpp"
#include "core/crypto/taproot.hpp"

namespace quorate::chain {

/// One signature of the key over 32 bytes that the chain's rules made.
struct wanted_signature {
  digest message;
  /// Set: BIP-340, by the key tweaked with this (BIP-341, key path). None: ECDSA.
  std::optional<digest> taproot_tweak;
  friend bool operator==(const wanted_signature&, const wanted_signature&) = default;
};

/// One signature: 64 bytes, and for ECDSA the recovery id.
struct chain_signature {
  std::array<std::uint8_t, 64> value{};    ///< r and s of ECDSA, s low; or as BIP-340 has it
  std::optional<std::uint8_t> recovery_id; ///< 0 to 3 with ECDSA; none with BIP-340
  friend bool operator==(const chain_signature&, const chain_signature&) = default;
};

/// Signs with a nonce that follows from key, message and `entropy` (RFC 6979, section 3.6;
/// BIP-340's auxiliary randomness): the same call gives the same bytes.
/// @param secret   of the key before any tweak.
/// @param entropy  random, drawn anew for each document: a fault that is induced in one of two
///   signatures over one message, with one nonce, would give the key away.
/// Errors: bad_secret_key; bad_tweak.
expected<chain_signature> sign(const wanted_signature& what, const ec_secret_key& secret,
                               const nonce_entropy& entropy);

/// Whether `made` is what was wanted of `key`, which is the one before any tweak.
/// Errors: bad_signature, also without the recovery id that belongs to it; high_s;
///   not_recoverable; bad_tweak.
outcome verify(const wanted_signature& what, const ec_public_key& key, const chain_signature& made);

/// The signature of these 64 bytes, checked, and its recovery id found by trying.
/// Errors: bad_signature, also for another length; high_s; bad_tweak.
expected<chain_signature> check_signature(const wanted_signature& what, const ec_public_key& key,
                                          byte_view raw);

} // namespace quorate::chain
