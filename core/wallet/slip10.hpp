// SLIP-10: keys derived from a seed on several curves. Where BIP-32 has no key at an index, this
// hashes again until there is one, so every index has a key.
#pragma once

#include "core/crypto/ed25519.hpp"
#include "core/wallet/derivation_path.hpp"
#include "core/wallet/hd_hash.hpp"

namespace quorate::wallet {

/// secp256k1, as SLIP-10 sees it: BIP-32's keys wherever BIP-32 has one.
struct slip10_secp256k1 {
  static constexpr std::string_view seed_key = "Bitcoin seed";
  static constexpr bool hardened_only = false;

  static bool is_valid(const secret_bytes<32>& secret) noexcept {
    return quorate::is_valid(secret);
  }
  static expected<secret_bytes<32>> tweak_add(const secret_bytes<32>& secret,
                                              key_tweak tweak) noexcept {
    return quorate::tweak_add(secret, tweak);
  }
  static compressed_key public_key(const secret_bytes<32>& secret) noexcept {
    return ec_public_key::of(secret)->compressed();
  }
};

/// Ed25519: any 32 bytes are a key, and every child is hardened.
struct slip10_ed25519 {
  static constexpr std::string_view seed_key = "ed25519 seed";
  static constexpr bool hardened_only = true;

  static bool is_valid(const secret_bytes<32>&) noexcept { return true; }
  static expected<secret_bytes<32>> tweak_add(const secret_bytes<32>&, key_tweak tweak) noexcept {
    return secret_bytes<32>{tweak};
  }
  static ed25519_public_key public_key(const secret_bytes<32>& secret) noexcept {
    return public_key_of(secret);
  }
};

/// A private key with its chain code. A curve says what keys are valid and how two are added.
template <class Curve>
class slip10_key {
public:
  /// @param seed  16 to 64 bytes. Errors: bad_entropy_size.
  static expected<slip10_key> from_seed(byte_view seed) {
    if (seed.size() < hd_seed_bytes_min || seed.size() > hd_seed_bytes_max)
      return errc::bad_entropy_size;
    auto i = hmac_sha512(as_bytes(Curve::seed_key), {seed});
    while (!Curve::is_valid(secret_bytes<32>{left(i)}))
      i = hmac_sha512(as_bytes(Curve::seed_key), {i.view()});
    return slip10_key{secret_bytes<32>{left(i)}, secret_bytes<32>{right(i)}};
  }

  /// Errors: normal_child on a curve whose children are all hardened.
  expected<slip10_key> child(std::uint32_t index) const {
    if (Curve::hardened_only && index < hardened) return errc::normal_child;
    auto i = hash_for(index);
    for (;;) {
      if (auto key = Curve::tweak_add(secret_, left(i)))
        return slip10_key{std::move(*key), secret_bytes<32>{right(i)}};
      constexpr std::array<std::uint8_t, 1> again{1};
      i = hmac_sha512(chain_code_.view(), {again, right(i), ser32(index)});
    }
  }

  /// Errors: as child().
  expected<slip10_key> derive(child_indices indices) const {
    slip10_key at{copy_of(secret_), copy_of(chain_code_)};
    for (const auto index : indices) {
      QUORATE_ASSIGN(at, at.child(index));
    }
    return at;
  }

  const secret_bytes<32>& secret() const noexcept { return secret_; }
  const secret_bytes<32>& chain_code() const noexcept { return chain_code_; }
  auto public_key() const noexcept { return Curve::public_key(secret_); }

private:
  slip10_key(secret_bytes<32> secret, secret_bytes<32> chain_code) noexcept
      : secret_(std::move(secret)), chain_code_(std::move(chain_code)) {}

  hd_hash hash_for(std::uint32_t index) const {
    if constexpr (!Curve::hardened_only)
      if (index < hardened) return normal_hash(chain_code_, public_key(), index);
    return hardened_hash(chain_code_, secret_, index);
  }

  secret_bytes<32> secret_;
  secret_bytes<32> chain_code_;
};

} // namespace quorate::wallet
