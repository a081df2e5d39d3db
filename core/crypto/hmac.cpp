#include "core/crypto/hmac.hpp"

#include "core/crypto/evp.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>

namespace quorate {

namespace {

/// A context that knows its hash but no key. Copying it is cheaper than naming the hash each time.
EVP_MAC_CTX* keyless(const char* hash) noexcept {
  EVP_MAC* const algorithm = evp::fetched<EVP_MAC, EVP_MAC_fetch>("HMAC");
  EVP_MAC_CTX* const context = EVP_MAC_CTX_new(algorithm);
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, const_cast<char*>(hash), 0),
      OSSL_PARAM_construct_end()};
  QUORATE_CHECK(context != nullptr && EVP_MAC_CTX_set_params(context, parameters) == 1);
  return context;
}

template <std::size_t N>
secret_bytes<N> hmac_with(const EVP_MAC_CTX* hash, byte_view key,
                          std::initializer_list<byte_view> parts) noexcept {
  const evp::mac_context context{EVP_MAC_CTX_dup(hash)};
  QUORATE_CHECK(context);
  QUORATE_CHECK(EVP_MAC_init(context.get(), evp::not_null(key), key.size(), nullptr) == 1);
  for (auto part : parts)
    QUORATE_CHECK(EVP_MAC_update(context.get(), part.data(), part.size()) == 1);
  secret_bytes<N> out;
  std::size_t written = 0;
  QUORATE_CHECK(EVP_MAC_final(context.get(), out.data(), &written, N) == 1 && written == N);
  return out;
}

} // namespace

secret_bytes<32> hmac_sha256(byte_view key, std::initializer_list<byte_view> parts) noexcept {
  static const EVP_MAC_CTX* const hash = keyless("SHA256");
  return hmac_with<32>(hash, key, parts);
}

secret_bytes<64> hmac_sha512(byte_view key, std::initializer_list<byte_view> parts) noexcept {
  static const EVP_MAC_CTX* const hash = keyless("SHA512");
  return hmac_with<64>(hash, key, parts);
}

bool equal_in_constant_time(byte_view a, byte_view b) noexcept {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

} // namespace quorate
