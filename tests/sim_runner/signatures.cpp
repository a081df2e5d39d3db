// BIP-340 for simulated clusters: the same interface, and a keyed hash behind it that is a hundred
// times faster.
//
// Linked into the simulator's program ahead of core's own implementation. Without a key nobody can
// make a signature that verifies, which is all that core relies on; keys are real. Every signature
// is checked every time: nothing is remembered, so a run does not depend on the one before it.
#include "core/crypto/hash.hpp"
#include "core/crypto/identity.hpp"

#include <secp256k1.h>
#include <secp256k1_extrakeys.h>

#include <unordered_map>

namespace quorate {

namespace {

const secp256k1_context* context() noexcept {
  static const secp256k1_context* const shared =
      secp256k1_context_create(SECP256K1_CONTEXT_SIGN | SECP256K1_CONTEXT_VERIFY);
  return shared;
}

/// Secrets by public key. A thread runs clusters of its own, with keys that it made itself.
std::unordered_map<public_key, digest>& secrets() {
  static thread_local std::unordered_map<public_key, digest> known;
  return known;
}

signature seal(byte_view secret, const digest& message) noexcept {
  const auto half = sha256({secret, message.view()});
  signature sealed;
  std::memcpy(sealed.data.data(), half.data.data(), digest::size);
  std::memcpy(sealed.data.data() + digest::size, half.data.data(), digest::size);
  return sealed;
}

} // namespace

expected<verifying_key> verifying_key::parse(crypto_suite, const public_key& key) noexcept {
  secp256k1_xonly_pubkey point;
  if (!secrets().contains(key) &&
      secp256k1_xonly_pubkey_parse(context(), &point, key.data.data()) != 1)
    return errc::bad_public_key;
  verifying_key parsed;
  parsed.key_ = key;
  return parsed;
}

bool verifying_key::verify(const digest& message, const signature& sig) const noexcept {
  const auto secret = secrets().find(key_);
  return secret != secrets().end() && seal(secret->second.view(), message) == sig;
}

expected<signing_key> signing_key::from_secret(const secret_bytes<32>& secret,
                                               crypto_suite) noexcept {
  secp256k1_keypair pair;
  if (secp256k1_keypair_create(context(), &pair, secret.data()) != 1) return errc::bad_secret_key;
  secp256k1_xonly_pubkey point;
  signing_key made;
  QUORATE_CHECK(secp256k1_keypair_xonly_pub(context(), &point, nullptr, &pair) == 1);
  QUORATE_CHECK(secp256k1_xonly_pubkey_serialize(context(), made.key_.data.data(), &point) == 1);
  std::memcpy(made.pair_.data(), secret.data(), 32);
  digest copied;
  std::memcpy(copied.data.data(), secret.data(), digest::size);
  secrets().insert_or_assign(made.key_, copied);
  return made;
}

signature signing_key::sign(const digest& message) const noexcept {
  return seal(byte_view{pair_.data(), 32}, message);
}

signature signing_key::sign(const digest& message,
                            const std::array<std::uint8_t, 32>&) const noexcept {
  return sign(message);
}

outcome verify(crypto_suite suite, const public_key& key, const digest& message,
               const signature& sig) noexcept {
  QUORATE_ASSIGN(const auto parsed, verifying_key::parse(suite, key));
  if (!parsed.verify(message, sig)) return errc::bad_signature;
  return {};
}

} // namespace quorate
