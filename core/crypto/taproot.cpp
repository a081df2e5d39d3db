#include "core/crypto/taproot.hpp"

#include "core/crypto/secp256k1_point.hpp"
#include "core/crypto/secp256k1_schnorr.hpp"

namespace quorate {

namespace {

const secp256k1_context* context() noexcept { return secp256k1_shared_context(); }

/// The library's key pair, wiped when it goes.
struct key_pair {
  secp256k1_keypair pair;

  key_pair() noexcept = default;
  explicit key_pair(const secret_bytes<96>& from) noexcept {
    std::memcpy(pair.data, from.data(), sizeof pair.data);
  }
  key_pair(const key_pair&) = delete;
  key_pair& operator=(const key_pair&) = delete;
  ~key_pair() { wipe(pair.data, sizeof pair.data); }

  bool make(const ec_secret_key& secret) noexcept {
    return secp256k1_keypair_create(context(), &pair, secret.data()) == 1;
  }
  outcome make_tweaked(const ec_secret_key& secret, key_tweak tweak) noexcept {
    if (!make(secret)) return errc::bad_secret_key;
    if (secp256k1_keypair_xonly_tweak_add(context(), &pair, tweak.data()) != 1)
      return errc::bad_tweak;
    return {};
  }
};

static_assert(sizeof(secp256k1_keypair) == 96);

x_only_key serialised(const secp256k1_xonly_pubkey& point) noexcept {
  x_only_key out;
  QUORATE_CHECK(secp256k1_xonly_pubkey_serialize(context(), out.data.data(), &point) == 1);
  return out;
}

bool parse(const x_only_key& key, secp256k1_xonly_pubkey& point) noexcept {
  return secp256k1_xonly_pubkey_parse(context(), &point, key.data.data()) == 1;
}

} // namespace

x_only_key x_only(const ec_public_key& key) noexcept {
  const auto compressed = key.compressed();
  x_only_key out;
  std::memcpy(out.data.data(), compressed.data.data() + 1, x_only_key::size);
  return out;
}

expected<x_only_key> x_only_of(const ec_secret_key& secret) noexcept {
  QUORATE_ASSIGN(const auto key, ec_public_key::of(secret));
  return x_only(key);
}

expected<tweaked_x_only_key> tweak_add(const x_only_key& key, key_tweak tweak) noexcept {
  secp256k1_xonly_pubkey internal;
  if (!parse(key, internal)) return errc::bad_public_key;
  secp256k1_pubkey sum;
  if (secp256k1_xonly_pubkey_tweak_add(context(), &sum, &internal, tweak.data()) != 1)
    return errc::bad_tweak;
  secp256k1_xonly_pubkey output;
  int has_odd_y = 0;
  QUORATE_CHECK(secp256k1_xonly_pubkey_from_pubkey(context(), &output, &has_odd_y, &sum) == 1);
  return tweaked_x_only_key{serialised(output), has_odd_y == 1};
}

expected<ec_secret_key> taproot_tweak_add(const ec_secret_key& secret, key_tweak tweak) noexcept {
  const stack_wiper wiper;
  key_pair keys;
  QUORATE_TRY(keys.make_tweaked(secret, tweak));
  ec_secret_key out;
  QUORATE_CHECK(secp256k1_keypair_sec(context(), out.data(), &keys.pair) == 1);
  return out;
}

expected<taproot_signing_key> taproot_signing_key::of(const ec_secret_key& secret) noexcept {
  const stack_wiper wiper;
  key_pair keys;
  if (!keys.make(secret)) return errc::bad_secret_key;
  taproot_signing_key made;
  std::memcpy(made.pair_.data(), keys.pair.data, sizeof keys.pair.data);
  return made;
}

expected<taproot_signing_key> taproot_signing_key::tweaked(const ec_secret_key& secret,
                                                           key_tweak tweak) noexcept {
  const stack_wiper wiper;
  key_pair keys;
  QUORATE_TRY(keys.make_tweaked(secret, tweak));
  taproot_signing_key made;
  std::memcpy(made.pair_.data(), keys.pair.data, sizeof keys.pair.data);
  return made;
}

taproot_signature
taproot_signing_key::sign(const digest& message,
                          const std::array<std::uint8_t, 32>& auxiliary) const noexcept {
  const stack_wiper wiper;
  const key_pair keys{pair_};
  taproot_signature out;
  schnorr_sign(keys.pair, message.view(), auxiliary, out.data);
  return out;
}

expected<taproot_signature> sign_taproot(const ec_secret_key& secret, const digest& message,
                                         const std::array<std::uint8_t, 32>& auxiliary) noexcept {
  QUORATE_ASSIGN(const auto key, taproot_signing_key::of(secret));
  return key.sign(message, auxiliary);
}

outcome verify(const x_only_key& key, const digest& message,
               const taproot_signature& sig) noexcept {
  secp256k1_xonly_pubkey point;
  if (!parse(key, point)) return errc::bad_public_key;
  if (!schnorr_verifies(point, message.view(), sig.data)) return errc::bad_signature;
  return {};
}

} // namespace quorate
