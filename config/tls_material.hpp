// Certificate authorities and certificates for test networks: P-256, PEM, X.509 v3.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

struct evp_pkey_st;
struct x509_st;

namespace quorate::config {

/// A certificate with its private key.
struct certified_key {
  std::shared_ptr<x509_st> certificate;
  std::shared_ptr<evp_pkey_st> key;

  std::string certificate_pem() const;
  std::string key_pem() const;
  /// SHA-256 of the DER-encoded SubjectPublicKeyInfo, 64 hex digits.
  std::string key_sha256() const;
};

enum class certificate_use { node, client };

/// Valid from a day ago for ten years. OpenSSL failing here is out of memory: it aborts.
certified_key make_authority(const std::string& common_name);

/// Reads PEM files. Errors: none when one of them cannot be read.
std::optional<certified_key> load_certified_key(const std::string& certificate_file,
                                                const std::string& key_file);

/// @param hosts  DNS names and IP addresses for the subject alternative name.
/// @param uris  further entries of it, without commas: registry::to_uris().
certified_key make_certificate(const certified_key& authority, const std::string& common_name,
                               const std::vector<std::string>& hosts, certificate_use use,
                               const std::vector<std::string>& uris = {});

} // namespace quorate::config
