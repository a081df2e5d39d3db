// What the makers of a test network's folders share: its files, its ports, and what is there
// already. Everything here throws `failure`, which none of them lets out.
#pragma once

#include "config/node_config.hpp"
#include "config/tls_material.hpp"
#include "core/crypto/identity.hpp"

#include <array>
#include <filesystem>
#include <string>
#include <sys/types.h>
#include <vector>

namespace quorate::config::testnet_files {

/// A sentence for the user.
struct failure {
  std::string what;
};

std::array<std::uint8_t, 32> random_bytes();

/// Of a secret that random_bytes() drew.
signing_key key_of(const std::array<std::uint8_t, 32>& secret, crypto_suite suite);

/// A new file: never over another one.
void write_file(const std::filesystem::path& path, const std::string& content, mode_t mode = 0644);

/// A folder that is empty, also when it was there; a mount point may bring lost+found.
void make_folder(const std::filesystem::path& path);

/// Ports that were free on loopback a moment ago, all distinct.
std::vector<std::uint16_t> free_ports(std::size_t count);

/// One of the two authorities of the network in `out`: "node-ca" or "client-ca".
certified_key load_authority(const std::filesystem::path& out, const std::string& name);

/// A node of a network that is there already, as it says of itself.
struct made_node {
  std::filesystem::path file; ///< its node.toml
  node_config config;
  node_address address; ///< host: where it listens
};

/// All of them, in order: node0, node1, …
std::vector<made_node> nodes_in(const std::filesystem::path& out);

/// The text of its genesis.
std::string genesis_in(const std::filesystem::path& out);

/// Of its identities.
crypto_suite suite_in(const std::filesystem::path& out);

} // namespace quorate::config::testnet_files
