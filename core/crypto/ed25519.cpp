#include "core/crypto/ed25519.hpp"

#include "core/crypto/evp.hpp"

namespace quorate {

namespace {

evp::key_object secret_key(const ed25519_seed& seed) noexcept {
  evp::key_object key{
      EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size())};
  QUORATE_CHECK(key);
  return key;
}

} // namespace

ed25519_public_key public_key_of(const ed25519_seed& seed) noexcept {
  const stack_wiper wiper;
  ed25519_public_key out;
  std::size_t size = ed25519_public_key::size;
  QUORATE_CHECK(EVP_PKEY_get_raw_public_key(secret_key(seed).get(), out.data.data(), &size) == 1 &&
                size == ed25519_public_key::size);
  return out;
}

ed25519_signature sign_ed25519(const ed25519_seed& seed, byte_view message) noexcept {
  const stack_wiper wiper;
  const auto key = secret_key(seed);
  const evp::md_context context{EVP_MD_CTX_new()};
  QUORATE_CHECK(context &&
                EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1);
  ed25519_signature out;
  std::size_t size = ed25519_signature::size;
  QUORATE_CHECK(EVP_DigestSign(context.get(), out.data.data(), &size, evp::not_null(message),
                               message.size()) == 1 &&
                size == ed25519_signature::size);
  return out;
}

outcome verify(const ed25519_public_key& key, byte_view message,
               const ed25519_signature& sig) noexcept {
  const evp::key_object parsed{EVP_PKEY_new_raw_public_key(
      EVP_PKEY_ED25519, nullptr, key.data.data(), ed25519_public_key::size)};
  const evp::md_context context{EVP_MD_CTX_new()};
  QUORATE_CHECK(parsed && context &&
                EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, parsed.get()) == 1);
  if (EVP_DigestVerify(context.get(), sig.data.data(), ed25519_signature::size,
                       evp::not_null(message), message.size()) != 1)
    return errc::bad_signature;
  return {};
}

} // namespace quorate
