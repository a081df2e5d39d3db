// What a signer is told: its place, its keys, and what each of them signs.
#pragma once

#include "config/node_config.hpp"
#include "core/signer/policy.hpp"
#include "core/wallet/keystore.hpp"

namespace quorate::config {

/// A key of the keystore with its policy.
struct signer_key {
  wallet::key_id id;
  compressed_key public_key; ///< has to be that of the secret
  signer::key_policy policy; ///< validated
};

struct signer_config {
  std::string name; ///< for logs
  std::filesystem::path genesis;
  std::filesystem::path data_directory;
  std::filesystem::path keystore;
  std::string listen_address = "127.0.0.1";
  std::uint16_t port = 0;
  tls_paths tls;                   ///< without client_ca
  std::vector<std::string> askers; ///< tls_key_sha256 of the nodes that may ask; at least one
  std::vector<signer_key> keys;    ///< at least one, ids and public keys all distinct
  std::string log_level = "info";
  bool log_json = false;
};

/// Nodes that one signer serves. More: the configuration is refused.
inline constexpr std::size_t askers_max = 4 * limits::replicas_max;

loaded<signer_config> load_signer_config(const std::filesystem::path& file);

} // namespace quorate::config
