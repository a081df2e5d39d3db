#include "actors/transport/identity.hpp"

#include "core/base/check.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <memory>

namespace quorate::transport {

namespace {

/// Sits in the slot that CAF starts last, but is initialised before anything is started: the node
/// id is in place before the middleman's broker copies it.
class node_id_module : public caf::actor_system::module {
public:
  node_id_module(caf::actor_system& system, const key_hash& key) : system_(system), key_(key) {}

  void start() override {}
  void stop() override {}
  void init(caf::actor_system_config&) override {
    std::uint32_t boot = 0;
    while (boot == 0)
      QUORATE_CHECK(RAND_bytes(reinterpret_cast<unsigned char*>(&boot), sizeof boot) == 1);
    // The system owns its id and offers no setter; the object itself is not const.
    const_cast<caf::node_id&>(system_.node()) = caf::make_node_id(boot, host_part_of(key_));
  }
  id_t id() const override { return network_manager; }
  void* subtype_ptr() override { return this; }

private:
  caf::actor_system& system_;
  key_hash key_;
};

using certificate_ptr = std::unique_ptr<X509, decltype(&X509_free)>;

certificate_ptr read_certificate(const std::string& pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> file{BIO_new_file(pem.c_str(), "r"), &BIO_free};
  return {file ? PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr) : nullptr, &X509_free};
}

std::vector<std::string> uris_of(const X509* certificate) {
  const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> names{
      static_cast<GENERAL_NAMES*>(
          X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
      &GENERAL_NAMES_free};
  std::vector<std::string> uris;
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const auto* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_URI) continue;
    const auto* text = name->d.uniformResourceIdentifier;
    uris.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                      static_cast<std::size_t>(ASN1_STRING_length(text)));
  }
  return uris;
}

} // namespace

std::optional<key_hash> key_hash_of(const x509_st* certificate) {
  unsigned char* der = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
  if (size <= 0) return std::nullopt;
  key_hash hash;
  unsigned int hash_size = 0;
  const int ok = EVP_Digest(der, static_cast<std::size_t>(size), hash.data(), &hash_size,
                            EVP_sha256(), nullptr);
  OPENSSL_free(der);
  if (ok != 1 || hash_size != hash.size()) return std::nullopt;
  return hash;
}

std::optional<key_hash> key_hash_of_file(const std::string& certificate_pem) {
  const auto certificate = read_certificate(certificate_pem);
  if (!certificate) return std::nullopt;
  return key_hash_of(certificate.get());
}

registry::certificate_facts facts_of(const x509_st* certificate, const key_hash& key) {
  return {digest{key}, registry::labels_from_uris(uris_of(certificate))};
}

std::optional<registry::certificate_facts> facts_of_file(const std::string& certificate_pem) {
  const auto certificate = read_certificate(certificate_pem);
  const auto key = certificate ? key_hash_of(certificate.get()) : std::nullopt;
  if (!key) return std::nullopt;
  return facts_of(certificate.get(), *key);
}

host_part host_part_of(const key_hash& key) noexcept {
  host_part host;
  std::copy_n(key.begin(), host.size(), host.begin());
  return host;
}

std::optional<host_part> host_part_of(const caf::node_id& node) {
  if (!node || node->implementation_id() != caf::node_id::default_data::class_id)
    return std::nullopt;
  return static_cast<const caf::node_id::default_data&>(*node).host_id();
}

void bind_node_id(caf::actor_system_config& config, const key_hash& own_key) {
  config.module_factories.push_back([own_key](caf::actor_system& system) {
    return static_cast<caf::actor_system::module*>(new node_id_module(system, own_key));
  });
}

} // namespace quorate::transport
