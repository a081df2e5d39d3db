// Where a node shows its metrics, if it does.
#pragma once

#include "config/toml_reader.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace quorate::config {

/// [metrics] in the node's TOML. Plain HTTP, to whoever reaches the port.
struct metrics_config {
  std::string address;       ///< of an interface, IPv4 or IPv6, no name
  std::uint16_t port = 0;    ///< from 1
  bool allow_remote = false; ///< other machines may reach the address
};

/// Whether only this machine reaches the address: 127.0.0.0/8 and ::1.
bool is_loopback(const std::string& address);

/// "127.0.0.1:9464" or "[::1]:9464"; none for anything else.
std::optional<metrics_config> parse_listen(const std::string& text);

/// Leaves `metrics` empty when `listen` is not set. Complains of a place that is none, and of one
/// that other machines reach without `allow_remote`.
void read_metrics(toml_table root, std::optional<metrics_config>& metrics);

/// As parse_listen() reads it.
std::string to_string(const metrics_config& place);

} // namespace quorate::config
