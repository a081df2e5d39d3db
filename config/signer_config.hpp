// What a signer is told: its place, its keys, and what each of them signs.
#pragma once

#include "config/node_config.hpp"
#include "core/signer/policy.hpp"
#include "core/wallet/keystore.hpp"

namespace quorate::config {

/// CKA_ID of a key in a token, in bytes. Longer: the configuration is refused.
inline constexpr std::size_t token_id_bytes_max = 64;

/// A key with its policy.
struct signer_key {
  wallet::key_id id;         ///< in the keystore; zero for a key in the token
  bytes token_id;            ///< CKA_ID in the token; empty for a key in the keystore
  compressed_key public_key; ///< has to be that of the secret
  signer::key_policy policy; ///< validated
  bool standby = false;      ///< created only, until it is activated or takes another key's place

  bool is_in_token() const noexcept { return !token_id.empty(); }
};

/// The hardware security module that some keys are in.
struct signer_token {
  std::filesystem::path module; ///< the PKCS#11 library
  std::string label;
  std::uint64_t call_timeout_s = 30; ///< for a call into the module, from 1 to call_timeout_s_max
};

/// Generating a key may take a token a minute; nothing takes ten.
inline constexpr std::uint64_t call_timeout_s_max = 600;

struct signer_config {
  std::string name; ///< for logs
  std::filesystem::path genesis;
  std::filesystem::path data_directory;
  std::filesystem::path keystore;    ///< empty when no key is in it
  std::optional<signer_token> token; ///< there when a key is in it
  std::filesystem::path log_key;     ///< secret of the account into which the audit log's heads go
  std::string listen_address = "127.0.0.1";
  std::uint16_t port = 0;
  tls_paths tls;                   ///< without client_ca
  std::vector<std::string> askers; ///< tls_key_sha256 of the nodes that may ask; at least one
  std::vector<signer_key> keys;    ///< at least one, public keys all distinct
  std::string log_level = "info";
  bool log_json = false;
  bool core_dumps = false; ///< memory may be dumped, and read by others of its user: for tests
};

/// Nodes that one signer serves. More: the configuration is refused.
inline constexpr std::size_t askers_max = 4 * limits::replicas_max;

loaded<signer_config> load_signer_config(const std::filesystem::path& file);

} // namespace quorate::config
