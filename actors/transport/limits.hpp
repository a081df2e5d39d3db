// What a connection may cost, and what may travel on it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace quorate::transport {

/// At each limit the connection in question is refused or closed, and counted.
struct transport_limits {
  std::size_t peer_connections_max = 128;
  std::size_t client_connections_max = 1024;
  /// Connections whose TLS handshake is not finished, together. Beyond: the newest is refused.
  std::size_t half_open_max = 128;
  std::uint64_t handshake_timeout_ms = 5'000;
  std::uint64_t connect_timeout_ms = 5'000;
  /// Bytes that wait to be written to one connection. A peer slower than that is cut off.
  std::size_t write_buffer_bytes_max = 64U << 20U;
};

/// Who is at the other end.
enum class role : std::uint8_t {
  peer,
  client,
  node_of_client,
  asker,  ///< a node that asks the signer
  signer, ///< the signer that a node asks
};
inline constexpr std::size_t roles = 5;

/// One message type that may cross the network: nothing else is ever deserialised.
struct allowed_type {
  std::string_view name; ///< as CAF writes it
  std::size_t bytes_max; ///< of its one byte vector
  role from;
};

inline constexpr std::size_t KiB = 1024;
inline constexpr std::size_t MiB = 1024 * KiB;

inline constexpr allowed_type allowed_types[] = {
    {"quorate::wire::peer_hello", 64 * KiB, role::peer},
    // A frame holds the largest NEW-VIEW (core/base/limits.hpp) with its item header.
    {"quorate::wire::peer_frame", 16 * MiB, role::peer},
    {"quorate::wire::peer_ack", 1 * KiB, role::peer},
    {"quorate::wire::client_hello", 64 * KiB, role::client},
    {"quorate::wire::submit_request", 4 * MiB, role::client},
    {"quorate::wire::query_request", 4 * KiB, role::client},
    {"quorate::wire::server_hello", 64 * KiB, role::node_of_client},
    {"quorate::wire::submit_reply", 4 * MiB, role::node_of_client},
    {"quorate::wire::query_reply", 4 * MiB, role::node_of_client},
    {"quorate::wire::receipt_push", 16 * MiB, role::node_of_client},
    // An order with its proofs, or sixteen proofs of epochs.
    {"quorate::wire::signer_question", 1 * MiB, role::asker},
    // A signature for every input of the largest transaction.
    {"quorate::wire::signer_answer", 128 * KiB, role::signer},
};

/// Longest payload of a direct message: type name and headers come on top of the bytes.
inline constexpr std::size_t direct_overhead_max = 1 * KiB;
/// Handshakes carry a node id, application ids and an interface description.
inline constexpr std::size_t handshake_payload_max = 8 * KiB;

} // namespace quorate::transport
