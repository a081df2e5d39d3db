#include "core/crypto/secret.hpp"

#include <openssl/crypto.h>

namespace quorate {

void wipe(void* data, std::size_t size) noexcept { OPENSSL_cleanse(data, size); }

} // namespace quorate
