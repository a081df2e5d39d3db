// BIP-32: extended keys. A private one derives every key below it; a public one derives the public
// keys of the children that are not hardened.
//
// A public extended key together with the private key of one child that is not hardened gives the
// private extended key away: hand out either, never both.
#pragma once

#include "core/wallet/derivation_path.hpp"
#include "core/wallet/extended_key_text.hpp"
#include "core/wallet/hd_hash.hpp"

namespace quorate::wallet {

/// A public key with its chain code.
class extended_public_key {
public:
  extended_public_key(const ec_public_key& key, secret_bytes<32> chain_code,
                      const key_lineage& lineage) noexcept
      : key_(key), chain_code_(std::move(chain_code)), lineage_(lineage) {}

  /// Errors: hardened_child; path_too_deep; no_key_at_index (once in 2^127: take the next index).
  expected<extended_public_key> child(std::uint32_t index) const;
  /// Errors: as child().
  expected<extended_public_key> derive(child_indices indices) const;

  const ec_public_key& key() const noexcept { return key_; }
  const secret_bytes<32>& chain_code() const noexcept { return chain_code_; }
  const key_lineage& lineage() const noexcept { return lineage_; }
  key_fingerprint fingerprint() const noexcept;

  /// "xpub…", or what `version` makes of it.
  std::string to_string(const key_version& version) const;
  /// Errors: bad_extended_key for another version, a mistyped text, or no point.
  static expected<extended_public_key> parse(std::string_view text, const key_version& version);

private:
  ec_public_key key_;
  secret_bytes<32> chain_code_; // not secret alone, but see above
  key_lineage lineage_;
};

/// A private key with its chain code. Movable, never copied by accident, wiped when it goes.
class extended_private_key {
public:
  /// The master key of a seed of 16 to 64 bytes.
  /// Errors: bad_entropy_size; bad_secret_key (once in 2^127: the seed has no master key).
  static expected<extended_private_key> from_seed(byte_view seed);

  /// Errors: path_too_deep; no_key_at_index (once in 2^127: take the next index).
  expected<extended_private_key> child(std::uint32_t index) const;
  /// Errors: as child().
  expected<extended_private_key> derive(child_indices indices) const;
  extended_private_key clone() const;

  extended_public_key to_public() const;
  const ec_secret_key& secret() const noexcept { return secret_; }
  const ec_public_key& key() const noexcept { return key_; }
  const key_lineage& lineage() const noexcept { return lineage_; }
  key_fingerprint fingerprint() const noexcept;

  /// "xprv…", or what `version` makes of it.
  secret_text to_text(const key_version& version) const;
  /// Errors: bad_extended_key for another version, a mistyped text, or no valid key.
  static expected<extended_private_key> parse(std::string_view text, const key_version& version);

  /// What from_seed() makes of I, apart so that both refusals (IL zero or too large) can be tested.
  static expected<extended_private_key> master_of(const hd_hash& i);
  /// What child() makes of I: no_key_at_index when IL is too large or cancels this key.
  expected<extended_private_key> child_of(const hd_hash& i, std::uint32_t index) const;

private:
  extended_private_key(ec_secret_key secret, const ec_public_key& key, secret_bytes<32> chain_code,
                       const key_lineage& lineage) noexcept
      : secret_(std::move(secret)), key_(key), chain_code_(std::move(chain_code)),
        lineage_(lineage) {}

  ec_secret_key secret_;
  ec_public_key key_; // of secret_: normal children and fingerprints ask for it
  secret_bytes<32> chain_code_;
  key_lineage lineage_;
};

/// The first four bytes of HASH160 of the compressed key.
key_fingerprint fingerprint_of(const ec_public_key& key) noexcept;

} // namespace quorate::wallet
