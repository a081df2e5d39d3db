// Between ec_public_key and the library's form of a point. Internal to core/crypto.
#pragma once

#include "core/crypto/secp256k1_context.hpp"
#include "core/crypto/secp256k1_key.hpp"

namespace quorate {

static_assert(sizeof(secp256k1_pubkey) == 64);

struct ec_public_key_access {
  static secp256k1_pubkey point_of(const ec_public_key& key) noexcept {
    secp256k1_pubkey point;
    std::memcpy(point.data, key.parsed_.data(), sizeof point.data);
    return point;
  }

  static ec_public_key key_of(const secp256k1_pubkey& point) noexcept {
    ec_public_key key;
    std::memcpy(key.parsed_.data(), point.data, sizeof point.data);
    return key;
  }
};

} // namespace quorate
