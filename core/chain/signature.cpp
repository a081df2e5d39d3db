#include "core/chain/signature.hpp"

#include <algorithm>

namespace quorate::chain {

expected<chain_signature> sign(const wanted_signature& what, const ec_secret_key& secret,
                               const nonce_entropy& entropy) {
  const stack_wiper wiper;
  if (what.taproot_tweak) {
    QUORATE_ASSIGN(const auto tweaked, taproot_tweak_add(secret, what.taproot_tweak->data));
    QUORATE_ASSIGN(const auto made, sign_taproot(tweaked, what.message, entropy));
    return chain_signature{made.data, std::nullopt};
  }
  QUORATE_ASSIGN(const auto made, sign_recoverable(secret, what.message, &entropy));
  return chain_signature{made.compact.data, made.recovery_id};
}

outcome verify(const wanted_signature& what, const ec_public_key& key,
               const chain_signature& made) {
  if (made.recovery_id.has_value() == what.taproot_tweak.has_value()) return errc::bad_signature;
  if (what.taproot_tweak) {
    QUORATE_ASSIGN(const auto tweaked, tweak_add(x_only(key), what.taproot_tweak->data));
    return quorate::verify(tweaked.key, what.message, taproot_signature{made.value});
  }
  QUORATE_ASSIGN(const auto by,
                 recover(what.message, {ecdsa_signature{made.value}, *made.recovery_id}));
  if (!(by == key)) return errc::bad_signature;
  return {};
}

expected<chain_signature> check_signature(const wanted_signature& what, const ec_public_key& key,
                                          byte_view raw) {
  chain_signature made;
  if (raw.size() != made.value.size()) return errc::bad_signature;
  std::ranges::copy(raw, made.value.begin());
  if (what.taproot_tweak) {
    QUORATE_TRY(verify(what, key, made));
    return made;
  }
  QUORATE_TRY(quorate::verify(key, what.message, ecdsa_signature{made.value}));
  for (std::uint8_t id = 0; id <= 3; ++id) {
    made.recovery_id = id;
    if (verify(what, key, made)) return made;
  }
  return errc::bad_signature;
}

} // namespace quorate::chain
