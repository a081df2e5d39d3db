#include "core/crypto/digests.hpp"

#include "core/crypto/evp.hpp"
#include "core/crypto/hash.hpp"

namespace quorate {

namespace {

template <class Digest>
Digest hash_with(const EVP_MD* algorithm, std::initializer_list<byte_view> parts) noexcept {
  const evp::md_context context{EVP_MD_CTX_new()};
  QUORATE_CHECK(context && EVP_DigestInit_ex(context.get(), algorithm, nullptr) == 1);
  for (auto part : parts)
    QUORATE_CHECK(EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1);
  Digest out;
  QUORATE_CHECK(EVP_MD_get_size(algorithm) == static_cast<int>(Digest::size));
  QUORATE_CHECK(EVP_DigestFinal_ex(context.get(), out.data.data(), nullptr) == 1);
  return out;
}

constexpr auto fetched = evp::fetched<EVP_MD, EVP_MD_fetch>;

} // namespace

digest_512 sha512(std::initializer_list<byte_view> parts) noexcept {
  static const EVP_MD* const algorithm = fetched("SHA512");
  return hash_with<digest_512>(algorithm, parts);
}

digest_160 ripemd160(byte_view in) noexcept {
  static const EVP_MD* const algorithm = fetched("RIPEMD160"); // default provider since 3.0.7
  return hash_with<digest_160>(algorithm, {in});
}

digest_160 hash160(byte_view in) noexcept { return ripemd160(sha256(in).view()); }

digest double_sha256(std::initializer_list<byte_view> parts) noexcept {
  return sha256(sha256(parts).view());
}

digest sm3(std::initializer_list<byte_view> parts) noexcept {
  static const EVP_MD* const algorithm = fetched("SM3");
  return hash_with<digest>(algorithm, parts);
}

} // namespace quorate
