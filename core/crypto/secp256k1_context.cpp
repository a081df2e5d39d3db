#include "core/crypto/secp256k1_context.hpp"

#include "core/base/check.hpp"
#include "core/crypto/blinding.hpp"

namespace quorate {

namespace {

secp256k1_context* shared_context() noexcept {
  static secp256k1_context* const shared = [] {
    auto* made = secp256k1_context_create(SECP256K1_CONTEXT_SIGN | SECP256K1_CONTEXT_VERIFY);
    QUORATE_CHECK(made != nullptr);
    return made;
  }();
  return shared;
}

} // namespace

const secp256k1_context* secp256k1_shared_context() noexcept { return shared_context(); }

void blind_secp256k1(const blinding_seed& seed) noexcept {
  QUORATE_CHECK(secp256k1_context_randomize(shared_context(), seed.data()) == 1);
}

} // namespace quorate
