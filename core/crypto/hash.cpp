#include "core/crypto/hash.hpp"

#include <openssl/evp.h>

namespace quorate {

namespace {

// Fetching the algorithm costs more than hashing 200 bytes with it, so a thread does it once.
struct sha256_context {
  EVP_MD* algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  EVP_MD_CTX* state = EVP_MD_CTX_new();

  sha256_context() { QUORATE_CHECK(algorithm != nullptr && state != nullptr); }
  sha256_context(const sha256_context&) = delete;
  sha256_context& operator=(const sha256_context&) = delete;
  ~sha256_context() {
    EVP_MD_CTX_free(state);
    EVP_MD_free(algorithm);
  }
};

} // namespace

digest sha256(std::initializer_list<byte_view> parts) noexcept {
  thread_local sha256_context context;
  QUORATE_CHECK(EVP_DigestInit_ex(context.state, context.algorithm, nullptr) == 1);
  for (auto part : parts)
    QUORATE_CHECK(EVP_DigestUpdate(context.state, part.data(), part.size()) == 1);
  digest out;
  QUORATE_CHECK(EVP_DigestFinal_ex(context.state, out.data.data(), nullptr) == 1);
  return out;
}

digest sha256(byte_view in) noexcept { return sha256({in}); }

hash_tag::hash_tag(std::string_view name) noexcept : prefix_(sha256(as_bytes(name))) {}

digest hash_tag::operator()(byte_view in) const noexcept {
  return sha256({prefix_.view(), prefix_.view(), in});
}

} // namespace quorate
