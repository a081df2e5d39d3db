// The one context of libsecp256k1 that all keys of this folder share. Internal to core/crypto.
#pragma once

#include <secp256k1.h>

namespace quorate {

/// Made at the first call, kept for good; may be used by all threads at once.
const secp256k1_context* secp256k1_shared_context() noexcept;

} // namespace quorate
