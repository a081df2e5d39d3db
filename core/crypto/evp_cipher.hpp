// Running a cipher of OpenSSL. Internal to core/crypto. Every mode used here gives as many bytes as
// it takes.
#pragma once

#include "core/crypto/evp.hpp"

namespace quorate::evp {

inline const EVP_CIPHER* fetched_cipher(const char* name) noexcept {
  return fetched<EVP_CIPHER, EVP_CIPHER_fetch>(name);
}

enum class direction { encrypt, decrypt };

inline cipher_context start(const EVP_CIPHER* algorithm, byte_view key, byte_view iv,
                            direction way) noexcept {
  cipher_context context{EVP_CIPHER_CTX_new()};
  QUORATE_CHECK(context && EVP_CipherInit_ex2(context.get(), algorithm, key.data(), iv.data(),
                                              way == direction::encrypt ? 1 : 0, nullptr) == 1);
  return context;
}

/// @param out  as many bytes as `in`; null for associated data.
inline void update(EVP_CIPHER_CTX* context, byte_view in, std::uint8_t* out) noexcept {
  QUORATE_CHECK(in.size() <= 0x7fffffffU);
  const int size = static_cast<int>(in.size());
  int written = 0;
  QUORATE_CHECK(EVP_CipherUpdate(context, out, &written, not_null(in), size) == 1);
  QUORATE_CHECK(written == size);
}

} // namespace quorate::evp
