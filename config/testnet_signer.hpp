// The folder of a signer beside a test network:
//
//   OUT/signer/  tls.crt tls.key node-ca.crt genesis.json log.key policy.toml
//                signer.toml, to which its keys have to be added  (written last)
#pragma once

#include "core/crypto/identity.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace quorate::config {

struct testnet_signer_options {
  std::filesystem::path out; ///< of generate_testnet
  /// A container of its own: reached as compose_signer_host, listens on all interfaces, keystore
  /// and data in folders of their own. Otherwise on loopback, on a free port.
  bool compose = false;
};

inline constexpr const char* compose_signer_host = "signer";
inline constexpr std::uint16_t compose_signer_port = 7102;

/// What was made.
struct signer_place {
  std::filesystem::path folder; ///< OUT/signer
  public_key log_account;       ///< of log.key: into it go the heads of the signer's audit log
};

/// Makes the folder of a signer for the network in `out` and names it in the configuration of every
/// node. policy.toml is an example of what a key may sign, ordered by the network's first account.
/// @returns none with a sentence in `error`; what was written by then stays.
/// Errors: no network there; a node that has a signer already; a folder that holds files; the file
///   system's.
std::optional<signer_place> add_testnet_signer(const testnet_signer_options& options,
                                               std::string& error);

} // namespace quorate::config
