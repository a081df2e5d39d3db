#include "core/crypto/secp256k1_context.hpp"

#include "core/base/check.hpp"

namespace quorate {

const secp256k1_context* secp256k1_shared_context() noexcept {
  static const secp256k1_context* const shared = [] {
    const auto* made = secp256k1_context_create(SECP256K1_CONTEXT_SIGN | SECP256K1_CONTEXT_VERIFY);
    QUORATE_CHECK(made != nullptr);
    return made;
  }();
  return shared;
}

} // namespace quorate
