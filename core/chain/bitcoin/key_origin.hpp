// What a PSBT says of where keys come from: BIP-174's and BIP-371's derivation fields. A hint for
// finding keys, and never more: who uses it derives the key and compares.
#pragma once

#include "core/chain/bitcoin/psbt.hpp"
#include "core/crypto/secp256k1_key.hpp"

namespace quorate::bitcoin {

struct key_origin {
  compressed_key key;                        ///< of a taproot key, which has no parity, 02|X
  std::array<std::uint8_t, 4> fingerprint{}; ///< of the master key
  std::vector<std::uint32_t> path;           ///< hardened indices with their top bit
  friend bool operator==(const key_origin&, const key_origin&) = default;
};

/// Those of the inputs or of the outputs, in their order, each key once. Keys that are not
/// compressed are left out, and those that only a script of a taproot tree names.
std::vector<key_origin> key_origins(const psbt& of, psbt_scope scope);

} // namespace quorate::bitcoin
