// A whole network for tests and demonstrations: keys, certificates, genesis, one folder a node.
//
//   OUT/nodeI/   node.toml node.key tls.crt tls.key node-ca.crt client-ca.crt genesis.json
//                probe.crt probe.key (for its own health check) first-start (it never ran)
//   OUT/client/  client.toml tls.crt tls.key node-ca.crt genesis.json accounts.seed  (written last)
//   OUT/ca/      the two authorities with their keys; no node needs them
//   OUT/admin/   administrator0.key: changes of membership need it
#pragma once

#include "config/secret_file.hpp" // IWYU pragma: export
#include "core/crypto/identity.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace quorate::config {

struct testnet_options {
  std::uint16_t nodes = 4; ///< 3f+1
  std::filesystem::path out;
  bool compose = false;              ///< one container a node: same ports, all interfaces
  std::string host_pattern = "node"; ///< with compose: host names pattern0, pattern1, …
  /// A machine (or network namespace) a node, which listens there: a name or address for each, all
  /// distinct, the same ports everywhere. Empty: all on loopback.
  std::vector<std::string> hosts;
  std::uint16_t base_port = 0;   ///< on loopback: the first of 2n ports; 0: any that are free
  std::uint32_t accounts = 1000; ///< funded accounts of testnet_account_key()
  std::uint64_t units = 1'000'000'000'000; ///< of each asset, for each of them
  bool unsigned_noops = true;
  /// Labels of the nodes: regions in turn (none: no region), the rest the same for all. The client
  /// is in the first region.
  std::vector<std::string> regions;
  std::string environment = "test";
  crypto_suite identity_suite = crypto_suite::standard; ///< of all keys but TLS's
};

/// Of nodes that do not share a machine: compose and hosts.
inline constexpr std::uint16_t own_host_peer_port = 7100;
inline constexpr std::uint16_t own_host_client_port = 7101;

/// The file that marks a node that never ran: an empty data directory without it is a lost disk.
inline constexpr const char* first_start_marker = "first-start";

/// @returns an error sentence; what was written by then stays.
/// Errors: a node count that is not 3f+1, or not that of the hosts; a label that none may have;
///   folders that hold files already; the file system's.
std::optional<std::string> generate_testnet(const testnet_options& options);

/// A node that is to join a test network: what an administrator says of it to the cluster.
struct joining_node {
  std::filesystem::path folder; ///< OUT/nodeN, as those of the others
  public_key key;
  std::string tls_key_sha256; ///< 64 hex digits
  std::string endpoint;       ///< "127.0.0.1:port"
};

/// Makes the folder of the next node of the network in `out`, on loopback, on free ports. It takes
/// part once `quorate member add` was ordered.
/// @param region  its label; empty: none.
/// @returns none with a sentence in `error`; what was written by then stays.
std::optional<joining_node> join_testnet(const std::filesystem::path& out,
                                         const std::string& region, std::string& error);

/// Account `index` of a test network: its secret follows from the seed. Never for real funds.
signing_key testnet_account_key(const std::array<std::uint8_t, 32>& seed, std::uint32_t index,
                                crypto_suite suite);

} // namespace quorate::config
