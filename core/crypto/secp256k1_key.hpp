// Keys on secp256k1 as chains use them: points in both encodings, and the additions that BIP-32
// and BIP-341 derive keys by. Signatures are in ecdsa.hpp and taproot.hpp; the keys of replicas and
// clients, which never sign for a chain, are other types (identity.hpp).
#pragma once

#include "core/base/bytes.hpp"
#include "core/crypto/secret.hpp"

namespace quorate {

/// A secret key of a chain: 32 bytes, big-endian. Valid when from 1 to the order less one.
using ec_secret_key = secret_bytes<32>;
/// A point as 02|X or 03|X, 33 bytes (SEC 1, 2.3.3). Not every value is a point.
using compressed_key = fixed_bytes<struct compressed_key_tag, 33>;
/// A point as 04|X|Y, 65 bytes. Not every value is a point.
using uncompressed_key = fixed_bytes<struct uncompressed_key_tag, 65>;
/// A number that is added to a key, 32 bytes, big-endian.
using key_tweak = std::span<const std::uint8_t, 32>;

/// A public key: a point that was checked, other than infinity.
class ec_public_key {
public:
  /// @param encoded  33 bytes (02, 03) or 65 bytes (04).
  /// Errors: bad_public_key for anything else: no point, another length, the hybrid form (06, 07).
  static expected<ec_public_key> parse(byte_view encoded) noexcept;
  static expected<ec_public_key> parse(const compressed_key& key) noexcept {
    return parse(key.view());
  }

  /// The public key of `secret`. Errors: bad_secret_key.
  static expected<ec_public_key> of(const ec_secret_key& secret) noexcept;

  compressed_key compressed() const noexcept;
  uncompressed_key uncompressed() const noexcept;

  /// This point plus `tweak` times the generator: the public side of tweak_add() below.
  /// Errors: bad_tweak unless the tweak is below the order and the sum is not infinity.
  expected<ec_public_key> tweak_add(key_tweak tweak) const noexcept;

  friend bool operator==(const ec_public_key& a, const ec_public_key& b) noexcept {
    return a.compressed() == b.compressed();
  }

private:
  friend struct ec_public_key_access; // secp256k1_point.hpp
  ec_public_key() = default;
  alignas(8) std::array<std::uint8_t, 64> parsed_{}; // secp256k1_pubkey
};

/// Whether `secret` is from 1 to the order less one.
bool is_valid(const ec_secret_key& secret) noexcept;

/// (secret + tweak) mod the order. Source: BIP-32, "Private parent key -> private child key".
/// Errors: bad_secret_key; bad_tweak unless the tweak is below the order and the sum is not zero.
expected<ec_secret_key> tweak_add(const ec_secret_key& secret, key_tweak tweak) noexcept;

} // namespace quorate
