#include "core/crypto/identity.hpp"

#include "core/crypto/secp256k1_schnorr.hpp"
#include "core/crypto/sm2_identity.hpp"

#include <algorithm>

namespace quorate {

namespace {

static_assert(sizeof(secp256k1_xonly_pubkey) == 64);
static_assert(sizeof(secp256k1_keypair) <= 128);

using bytes_32 = std::array<std::uint8_t, 32>;
using bytes_64 = std::array<std::uint8_t, 64>;
using kept_pair = secret_bytes<128>;

const secp256k1_context* context() noexcept { return secp256k1_shared_context(); }

expected<bytes_64> parse_bip340(const bytes_32& x) noexcept {
  secp256k1_xonly_pubkey point;
  if (secp256k1_xonly_pubkey_parse(context(), &point, x.data()) != 1) return errc::bad_public_key;
  bytes_64 parsed;
  std::memcpy(parsed.data(), point.data, sizeof point.data);
  return parsed;
}

bool verify_bip340(const bytes_64& parsed, const digest& message, const bytes_64& sig) noexcept {
  secp256k1_xonly_pubkey point;
  std::memcpy(point.data, parsed.data(), sizeof point.data);
  return schnorr_verifies(point, message.view(), sig);
}

expected<kept_pair> bip340_pair_of(const secret_bytes<32>& secret) noexcept {
  secp256k1_keypair pair;
  if (secp256k1_keypair_create(context(), &pair, secret.data()) != 1) return errc::bad_secret_key;
  kept_pair kept;
  std::memcpy(kept.data(), pair.data, sizeof pair.data);
  wipe(pair.data, sizeof pair.data);
  return kept;
}

bytes_32 bip340_key_of(const kept_pair& kept) noexcept {
  secp256k1_keypair pair;
  std::memcpy(pair.data, kept.data(), sizeof pair.data);
  secp256k1_xonly_pubkey point;
  bytes_32 key;
  QUORATE_CHECK(secp256k1_keypair_xonly_pub(context(), &point, nullptr, &pair) == 1);
  QUORATE_CHECK(secp256k1_xonly_pubkey_serialize(context(), key.data(), &point) == 1);
  wipe(pair.data, sizeof pair.data);
  return key;
}

bytes_64 sign_bip340(const kept_pair& kept, const digest& message, const bytes_32& aux) noexcept {
  secp256k1_keypair pair;
  std::memcpy(pair.data, kept.data(), sizeof pair.data);
  bytes_64 out;
  schnorr_sign(pair, message.view(), aux, out);
  wipe(pair.data, sizeof pair.data);
  return out;
}

} // namespace

expected<verifying_key> verifying_key::parse(crypto_suite suite, const public_key& key) noexcept {
  verifying_key made;
  made.key_ = key;
  made.suite_ = suite;
  QUORATE_ASSIGN(made.parsed_, suite == crypto_suite::national ? sm2_identity::parse(key.data)
                                                               : parse_bip340(key.data));
  return made;
}

bool verifying_key::verify(const digest& message, const signature& sig) const noexcept {
  return suite_ == crypto_suite::national ? sm2_identity::verify(parsed_, message, sig.data)
                                          : verify_bip340(parsed_, message, sig.data);
}

expected<signing_key> signing_key::from_secret(const secret_bytes<32>& secret,
                                               crypto_suite suite) noexcept {
  const stack_wiper wiper;
  const bool is_sm2 = suite == crypto_suite::national;
  signing_key made;
  made.suite_ = suite;
  QUORATE_ASSIGN(made.pair_, is_sm2 ? sm2_identity::pair_of(secret) : bip340_pair_of(secret));
  if (is_sm2)
    std::copy_n(made.pair_.data() + 64, public_key::size, made.key_.data.begin());
  else
    made.key_.data = bip340_key_of(made.pair_);
  return made;
}

signature signing_key::sign(const digest& message) const noexcept {
  const stack_wiper wiper;
  signature out;
  out.data = suite_ == crypto_suite::national ? sm2_identity::sign(pair_, message, nullptr)
                                              : sign_bip340(pair_, message, {});
  return out;
}

signature signing_key::sign(const digest& message, const bytes_32& aux) const noexcept {
  const stack_wiper wiper;
  signature out;
  out.data = suite_ == crypto_suite::national ? sm2_identity::sign(pair_, message, &aux)
                                              : sign_bip340(pair_, message, aux);
  return out;
}

outcome verify(crypto_suite suite, const public_key& key, const digest& message,
               const signature& sig) noexcept {
  QUORATE_ASSIGN(const auto parsed, verifying_key::parse(suite, key));
  if (!parsed.verify(message, sig)) return errc::bad_signature;
  return {};
}

} // namespace quorate
