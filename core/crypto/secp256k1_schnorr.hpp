// The library's BIP-340 under identity.hpp, taproot.hpp and bip340.hpp. Internal to core/crypto.
#pragma once

#include "core/base/bytes.hpp"
#include "core/crypto/secp256k1_context.hpp"

#include <secp256k1_extrakeys.h>
#include <secp256k1_schnorrsig.h>

namespace quorate {

/// Fills the 64 bytes of `out`. For a 32-byte message it is what secp256k1_schnorrsig_sign32 makes.
inline void schnorr_sign(const secp256k1_keypair& pair, byte_view message,
                         const std::array<std::uint8_t, 32>& auxiliary,
                         std::array<std::uint8_t, 64>& out) noexcept {
  secp256k1_schnorrsig_extraparams extra = SECP256K1_SCHNORRSIG_EXTRAPARAMS_INIT;
  extra.ndata = const_cast<std::uint8_t*>(auxiliary.data()); // which it only reads
  QUORATE_CHECK(secp256k1_schnorrsig_sign_custom(secp256k1_shared_context(), out.data(),
                                                 message.data(), message.size(), &pair,
                                                 &extra) == 1);
}

inline bool schnorr_verifies(const secp256k1_xonly_pubkey& key, byte_view message,
                             const std::array<std::uint8_t, 64>& sig) noexcept {
  return secp256k1_schnorrsig_verify(secp256k1_shared_context(), sig.data(), message.data(),
                                     message.size(), &key) == 1;
}

} // namespace quorate
