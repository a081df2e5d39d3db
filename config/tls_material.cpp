#include "config/tls_material.hpp"

#include "core/base/bytes.hpp"
#include "core/crypto/hash.hpp"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <arpa/inet.h>

namespace quorate::config {

namespace {

constexpr long day_s = 24 * 3600;

std::string take_text(BIO* memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  std::string text(data, static_cast<std::size_t>(size));
  BIO_free(memory);
  return text;
}

void add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  QUORATE_CHECK(extension != nullptr);
  QUORATE_CHECK(X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

certified_key make_unsigned(const std::string& common_name) {
  certified_key made;
  made.key = {EVP_EC_gen("P-256"), &EVP_PKEY_free};
  made.certificate = {X509_new(), &X509_free};
  QUORATE_CHECK(made.key && made.certificate);
  X509* c = made.certificate.get();
  std::uint64_t serial = 0;
  QUORATE_CHECK(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1);
  X509_set_version(c, X509_VERSION_3);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(c), serial >> 1U);
  X509_gmtime_adj(X509_getm_notBefore(c), -day_s);
  X509_gmtime_adj(X509_getm_notAfter(c), 3650 * day_s);
  X509_set_pubkey(c, made.key.get());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(c), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1,
                             0);
  return made;
}

std::string alternative_names(const std::vector<std::string>& hosts,
                              const std::vector<std::string>& uris) {
  std::string names;
  for (const auto& host : hosts) {
    unsigned char address[16];
    const bool is_address = inet_pton(AF_INET, host.c_str(), address) == 1 ||
                            inet_pton(AF_INET6, host.c_str(), address) == 1;
    names += (names.empty() ? "" : ",") + std::string{is_address ? "IP:" : "DNS:"} + host;
  }
  for (const auto& uri : uris)
    names += (names.empty() ? "" : ",") + ("URI:" + uri);
  return names;
}

} // namespace

certified_key make_authority(const std::string& common_name) {
  auto made = make_unsigned(common_name);
  X509* c = made.certificate.get();
  X509_set_issuer_name(c, X509_get_subject_name(c));
  add_extension(c, c, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  add_extension(c, c, NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(c, c, NID_subject_key_identifier, "hash");
  QUORATE_CHECK(X509_sign(c, made.key.get(), EVP_sha256()) > 0);
  return made;
}

certified_key make_certificate(const certified_key& authority, const std::string& common_name,
                               const std::vector<std::string>& hosts, certificate_use use,
                               const std::vector<std::string>& uris) {
  auto made = make_unsigned(common_name);
  X509* c = made.certificate.get();
  X509_set_issuer_name(c, X509_get_subject_name(authority.certificate.get()));
  X509* issuer = authority.certificate.get();
  add_extension(c, issuer, NID_basic_constraints, "critical,CA:FALSE");
  add_extension(c, issuer, NID_key_usage, "critical,digitalSignature");
  add_extension(c, issuer, NID_ext_key_usage,
                use == certificate_use::node ? "serverAuth,clientAuth" : "clientAuth");
  const auto names = alternative_names(hosts, uris);
  if (!names.empty()) add_extension(c, issuer, NID_subject_alt_name, names);
  QUORATE_CHECK(X509_sign(c, authority.key.get(), EVP_sha256()) > 0);
  return made;
}

std::optional<certified_key> load_certified_key(const std::string& certificate_file,
                                                const std::string& key_file) {
  certified_key loaded;
  if (BIO* file = BIO_new_file(certificate_file.c_str(), "r")) {
    loaded.certificate = {PEM_read_bio_X509(file, nullptr, nullptr, nullptr), &X509_free};
    BIO_free(file);
  }
  if (BIO* file = BIO_new_file(key_file.c_str(), "r")) {
    loaded.key = {PEM_read_bio_PrivateKey(file, nullptr, nullptr, nullptr), &EVP_PKEY_free};
    BIO_free(file);
  }
  if (!loaded.certificate || !loaded.key) return std::nullopt;
  return loaded;
}

std::string certified_key::certificate_pem() const {
  BIO* memory = BIO_new(BIO_s_mem());
  QUORATE_CHECK(PEM_write_bio_X509(memory, certificate.get()) == 1);
  return take_text(memory);
}

std::string certified_key::key_pem() const {
  BIO* memory = BIO_new(BIO_s_mem());
  QUORATE_CHECK(
      PEM_write_bio_PrivateKey(memory, key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return take_text(memory);
}

std::string certified_key::key_sha256() const {
  unsigned char* der = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate.get()), &der);
  QUORATE_CHECK(size > 0);
  const auto hash = sha256(byte_view{der, static_cast<std::size_t>(size)});
  OPENSSL_free(der);
  return to_hex(hash);
}

} // namespace quorate::config
