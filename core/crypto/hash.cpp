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

namespace {

digest hash_parts(std::span<const byte_view> parts) noexcept {
  thread_local sha256_context context;
  QUORATE_CHECK(EVP_DigestInit_ex(context.state, context.algorithm, nullptr) == 1);
  for (auto part : parts)
    QUORATE_CHECK(EVP_DigestUpdate(context.state, part.data(), part.size()) == 1);
  digest out;
  QUORATE_CHECK(EVP_DigestFinal_ex(context.state, out.data.data(), nullptr) == 1);
  return out;
}

} // namespace

digest sha256(std::initializer_list<byte_view> parts) noexcept {
  return hash_parts({parts.begin(), parts.size()});
}

digest sha256(byte_view in) noexcept { return sha256({in}); }

hash_tag::hash_tag(std::string_view name) noexcept : prefix_(sha256(as_bytes(name))) {}

digest hash_tag::operator()(byte_view in) const noexcept {
  return sha256({prefix_.view(), prefix_.view(), in});
}

digest hash_tag::operator()(std::initializer_list<byte_view> parts) const noexcept {
  std::array<byte_view, 8> all{prefix_.view(), prefix_.view()};
  QUORATE_CHECK(parts.size() + 2 <= all.size());
  std::size_t n = 2;
  for (auto part : parts)
    all[n++] = part;
  return hash_parts({all.data(), n});
}

} // namespace quorate
