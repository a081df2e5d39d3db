// What the files of this folder share in calling OpenSSL. Nothing outside of it includes this.
//
// Contexts of algorithms that see secrets are made for one call and freed after it: OpenSSL wipes
// a context when it frees it, while one that is kept holds the last state it had.
#pragma once

#include "core/base/bytes.hpp"

#include <openssl/evp.h>
#include <openssl/kdf.h>

#include <memory>

namespace quorate::evp {

/// Frees with the function that OpenSSL has for the type.
template <auto Free>
struct freed_by {
  template <class T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};

using md_context = std::unique_ptr<EVP_MD_CTX, freed_by<EVP_MD_CTX_free>>;
using mac_context = std::unique_ptr<EVP_MAC_CTX, freed_by<EVP_MAC_CTX_free>>;
using kdf_context = std::unique_ptr<EVP_KDF_CTX, freed_by<EVP_KDF_CTX_free>>;
using cipher_context = std::unique_ptr<EVP_CIPHER_CTX, freed_by<EVP_CIPHER_CTX_free>>;
using key_object = std::unique_ptr<EVP_PKEY, freed_by<EVP_PKEY_free>>;

/// Memory that is there also when it is empty: OpenSSL takes a null pointer for "not given".
inline const std::uint8_t* not_null(byte_view in) noexcept {
  static constexpr std::uint8_t nothing = 0;
  return in.data() != nullptr ? in.data() : &nothing;
}

/// An algorithm of OpenSSL's default provider, fetched once: fetching costs more than a short hash.
/// Its absence is a broken installation, and stops the process.
template <class T, T* (*Fetch)(OSSL_LIB_CTX*, const char*, const char*)>
T* fetched(const char* name) noexcept {
  T* algorithm = Fetch(nullptr, name, nullptr);
  QUORATE_CHECK(algorithm != nullptr);
  return algorithm;
}

} // namespace quorate::evp
