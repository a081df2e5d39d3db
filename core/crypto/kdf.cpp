#include "core/crypto/kdf.hpp"

#include "core/crypto/evp.hpp"

#include <openssl/core_names.h>

namespace quorate {

namespace {

outcome pbkdf2_with(const EVP_MD* hash, byte_view password, byte_view salt,
                    std::uint64_t iterations, std::span<std::uint8_t> out) noexcept {
  if (iterations == 0 || iterations > pbkdf2_iterations_max) return errc::kdf_parameters;
  QUORATE_CHECK(PKCS5_PBKDF2_HMAC(reinterpret_cast<const char*>(evp::not_null(password)),
                                  static_cast<int>(password.size()), evp::not_null(salt),
                                  static_cast<int>(salt.size()), static_cast<int>(iterations), hash,
                                  static_cast<int>(out.size()), out.data()) == 1);
  return {};
}

OSSL_PARAM octets(const char* name, byte_view value) noexcept {
  return OSSL_PARAM_construct_octet_string(name, const_cast<std::uint8_t*>(evp::not_null(value)),
                                           value.size());
}

} // namespace

outcome pbkdf2_hmac_sha256(byte_view password, byte_view salt, std::uint64_t iterations,
                           std::span<std::uint8_t> out) noexcept {
  return pbkdf2_with(EVP_sha256(), password, salt, iterations, out);
}

outcome pbkdf2_hmac_sha512(byte_view password, byte_view salt, std::uint64_t iterations,
                           std::span<std::uint8_t> out) noexcept {
  return pbkdf2_with(EVP_sha512(), password, salt, iterations, out);
}

outcome pbkdf2_hmac_sm3(byte_view password, byte_view salt, std::uint64_t iterations,
                        std::span<std::uint8_t> out) noexcept {
  return pbkdf2_with(EVP_sm3(), password, salt, iterations, out);
}

void hkdf_sha256(byte_view key, byte_view salt, byte_view info,
                 std::span<std::uint8_t> out) noexcept {
  QUORATE_CHECK(out.size() <= 255 * 32);
  static EVP_KDF* const algorithm = evp::fetched<EVP_KDF, EVP_KDF_fetch>("HKDF");
  char hash[] = "SHA256";
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, hash, 0),
                                   octets(OSSL_KDF_PARAM_KEY, key),
                                   octets(OSSL_KDF_PARAM_SALT, salt),
                                   octets(OSSL_KDF_PARAM_INFO, info), OSSL_PARAM_construct_end()};
  const evp::kdf_context context{EVP_KDF_CTX_new(algorithm)};
  QUORATE_CHECK(context && EVP_KDF_derive(context.get(), out.data(), out.size(), parameters) == 1);
}

} // namespace quorate
