#include "core/crypto/bip340.hpp"

#include "core/crypto/secp256k1_schnorr.hpp"

namespace quorate::bip340 {

namespace {

/// The library's key pair, wiped when it goes.
struct key_pair {
  secp256k1_keypair pair{};

  key_pair() noexcept = default;
  key_pair(const key_pair&) = delete;
  key_pair& operator=(const key_pair&) = delete;
  ~key_pair() { wipe(pair.data, sizeof pair.data); }

  outcome make(const secret_bytes<32>& secret) noexcept {
    if (secp256k1_keypair_create(secp256k1_shared_context(), &pair, secret.data()) != 1)
      return errc::bad_secret_key;
    return {};
  }
};

} // namespace

expected<public_key> public_key_of(const secret_bytes<32>& secret) noexcept {
  const stack_wiper wiper;
  key_pair keys;
  QUORATE_TRY(keys.make(secret));
  const auto* const context = secp256k1_shared_context();
  secp256k1_xonly_pubkey point;
  public_key out;
  QUORATE_CHECK(secp256k1_keypair_xonly_pub(context, &point, nullptr, &keys.pair) == 1);
  QUORATE_CHECK(secp256k1_xonly_pubkey_serialize(context, out.data.data(), &point) == 1);
  return out;
}

expected<signature> sign(const secret_bytes<32>& secret, byte_view message,
                         const std::array<std::uint8_t, 32>& auxiliary) noexcept {
  const stack_wiper wiper;
  key_pair keys;
  QUORATE_TRY(keys.make(secret));
  signature out;
  schnorr_sign(keys.pair, message, auxiliary, out.data);
  return out;
}

outcome verify(const public_key& key, byte_view message, const signature& sig) noexcept {
  secp256k1_xonly_pubkey point;
  if (secp256k1_xonly_pubkey_parse(secp256k1_shared_context(), &point, key.data.data()) != 1)
    return errc::bad_public_key;
  if (!schnorr_verifies(point, message, sig.data)) return errc::bad_signature;
  return {};
}

} // namespace quorate::bip340
