// What one node and one client are told: typed, validated, with a reason for each default.
#pragma once

#include "config/metrics_config.hpp"
#include "core/base/limits.hpp"
#include "core/lease/terms.hpp"
#include "core/registry/labels.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace quorate::config {

/// PEM files. client_ca only in a node's.
struct tls_paths {
  std::filesystem::path certificate, key, node_ca, client_ca;
};

struct node_address {
  std::string host;
  std::uint16_t port = 0;
  std::string tls_key_sha256; ///< 64 hex digits: which certificate key to find there
};

struct node_config {
  std::string name; ///< for logs
  std::filesystem::path genesis;
  std::filesystem::path node_key; ///< 64 hex digits of the secp256k1 secret
  /// Where its key rotates: the new one, from the epoch on in which it is the member's.
  std::filesystem::path node_key_next;
  std::filesystem::path data_directory;
  std::string listen_address = "127.0.0.1";
  std::uint16_t peer_port = 0;
  std::uint16_t client_port = 0;
  std::string client_host; ///< where clients reach this node; empty: where its peers do
  tls_paths tls;
  registry::labels labels;               ///< the same as in its certificate
  std::vector<node_address> peers;       ///< every replica in order of id, this one included
  std::optional<node_address> signer;    ///< whom it brings signing orders to; none: it brings none
  std::optional<metrics_config> metrics; ///< none: it shows none

  std::uint64_t pipeline_depth = 4; ///< batches under way
  std::uint64_t batch_operations_max = 2000;
  std::uint64_t batch_bytes_max = limits::MiB;
  std::uint64_t batch_min_in_flight = 250; ///< a batch waits for so many while others are under way
  std::uint64_t request_timeout_ms = 1000;
  std::uint64_t view_timeout_ms = 1000;
  std::uint64_t status_interval_ms = 250;
  /// How often a node says that it is there, and after how long without a word it is suspected.
  std::uint64_t heartbeat_ms = 250;
  std::uint64_t suspect_after_ms = 750;
  std::string failure_detector = "fixed"; ///< or "phi"
  /// How long a primary's lease is, and how long a node goes on without a quorum in reach. The same
  /// on every node.
  std::uint64_t lease_ms = 600;
  /// A write that takes longer halts the node until it is done.
  std::uint64_t disk_stall_ms = 3000;
  std::uint64_t state_flush_interval = 1024; ///< blocks between two stored states
  /// Blocks between two snapshots that peers may fetch; 0: neither serves nor fetches any. The same
  /// on every node, so that a fetcher finds several with the same one.
  std::uint64_t snapshot_interval = 16'384;
  /// Blocks behind f+1 peers from which on a snapshot is fetched instead of every block.
  std::uint64_t snapshot_lag = 4'096;

  std::uint64_t mempool_operations_max = 100'000;
  std::uint64_t mempool_bytes_max = 128 * limits::MiB;
  std::uint64_t verify_workers = 2;
  std::uint64_t map_size_mib = 1024; ///< address space to begin with; grows
  std::string log_level = "info";
  bool log_json = false;
};

struct client_config {
  std::filesystem::path genesis;
  tls_paths tls;
  std::vector<node_address> nodes;
  std::filesystem::path accounts_seed; ///< test networks only; may be empty
  std::filesystem::path account_key;   ///< may be empty
  std::uint64_t answer_timeout_ms = 5000;
  std::string region; ///< nodes with this label are preferred; may be empty
};

/// The value, or every error as "file:line:column: what is wrong, and what to do".
template <class T>
struct loaded {
  std::optional<T> value;
  std::vector<std::string> errors;
};

loaded<node_config> load_node_config(const std::filesystem::path& file);
loaded<client_config> load_client_config(const std::filesystem::path& file);

std::string to_toml(const node_config& c);
std::string to_toml(const client_config& c);

} // namespace quorate::config
