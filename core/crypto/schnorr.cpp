#include "core/crypto/schnorr.hpp"

#include "core/crypto/secp256k1_schnorr.hpp"

namespace quorate {

namespace {

static_assert(sizeof(secp256k1_xonly_pubkey) == 64);
static_assert(sizeof(secp256k1_keypair) == 96);

const secp256k1_context* context() noexcept { return secp256k1_shared_context(); }

} // namespace

expected<verifying_key> verifying_key::parse(const public_key& key) noexcept {
  secp256k1_xonly_pubkey point;
  if (secp256k1_xonly_pubkey_parse(context(), &point, key.data.data()) != 1)
    return errc::bad_public_key;
  verifying_key parsed;
  parsed.key_ = key;
  std::memcpy(parsed.parsed_.data(), point.data, sizeof point.data);
  return parsed;
}

bool verifying_key::verify(const digest& message, const signature& sig) const noexcept {
  secp256k1_xonly_pubkey point;
  std::memcpy(point.data, parsed_.data(), sizeof point.data);
  return schnorr_verifies(point, message.view(), sig.data);
}

expected<signing_key> signing_key::from_secret(const secret_bytes<32>& secret) noexcept {
  const stack_wiper wiper;
  secp256k1_keypair pair;
  if (secp256k1_keypair_create(context(), &pair, secret.data()) != 1) return errc::bad_secret_key;
  secp256k1_xonly_pubkey point;
  signing_key made;
  QUORATE_CHECK(secp256k1_keypair_xonly_pub(context(), &point, nullptr, &pair) == 1);
  QUORATE_CHECK(secp256k1_xonly_pubkey_serialize(context(), made.key_.data.data(), &point) == 1);
  std::memcpy(made.pair_.data(), pair.data, sizeof pair.data);
  wipe(pair.data, sizeof pair.data);
  return made;
}

signature signing_key::sign(const digest& message) const noexcept { return sign(message, {}); }

signature signing_key::sign(const digest& message,
                            const std::array<std::uint8_t, 32>& aux) const noexcept {
  const stack_wiper wiper;
  secp256k1_keypair pair;
  std::memcpy(pair.data, pair_.data(), sizeof pair.data);
  signature out;
  schnorr_sign(pair, message.view(), aux, out.data);
  wipe(pair.data, sizeof pair.data);
  return out;
}

outcome verify(const public_key& key, const digest& message, const signature& sig) noexcept {
  QUORATE_ASSIGN(const auto parsed, verifying_key::parse(key));
  if (!parsed.verify(message, sig)) return errc::bad_signature;
  return {};
}

} // namespace quorate
