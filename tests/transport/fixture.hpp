// A node's network in this process, an honest peer, and a raw TLS connection for everybody else.
#pragma once

#include "actors/transport/transport.hpp"
#include "config/tls_material.hpp"
#include "core/codec/writer.hpp"

#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <filesystem>
#include <memory>
#include <string>

struct ssl_st;
struct ssl_ctx_st;

namespace quorate::testing {

/// Two authorities and certificates for everyone, as PEM files in a folder of their own.
class material {
public:
  material();
  ~material();

  struct identity {
    std::string certificate, key;
    transport::key_hash hash{};
  };

  transport::tls_files files_of(const identity& who) const;
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  identity node_a, node_b, client, stranger; ///< the stranger's authority is its own

private:
  identity write(const std::string& name, const config::certified_key& key);
  std::filesystem::path folder_;
};

const material& certificates();

/// One actor system with its endpoint.
class party {
public:
  party(const material::identity& who, bool listens, transport::transport_limits limits = {});
  ~party();

  /// Sends a frame to the published gate of `port` and waits for the acknowledgement.
  bool round_trip(std::uint16_t port, const material::identity& expected);
  /// A client's hello to the gateway of `port`.
  bool client_round_trip(std::uint16_t port, const material::identity& expected);
  std::uint64_t refused(transport::refusal why) const;

  caf::actor_system_config config;
  std::unique_ptr<caf::actor_system> system;
  std::unique_ptr<transport::endpoint> net;
  peer_gate_actor gate;
  client_gate_actor client_gate;
  std::uint16_t peer_port = 0;
  std::uint16_t client_port = 0;
};

/// A TLS connection of which every byte is ours.
class raw_connection {
public:
  /// @param who  null: no certificate. @param tls_version  the highest to offer.
  raw_connection(std::uint16_t port, const material::identity* who, int tls_version = 0x0304);
  ~raw_connection();
  raw_connection(const raw_connection&) = delete;
  raw_connection& operator=(const raw_connection&) = delete;

  bool established() const noexcept { return established_; }
  void send(byte_view bytes);
  /// Whether the other side closes within a while; reads and forgets what comes until then.
  bool is_closed_soon(int timeout_ms = 6000);

  /// A BASP header; see actors/transport/frame_guard.hpp.
  static bytes header(std::uint8_t operation, std::uint32_t payload_size, std::uint64_t receiver,
                      std::uint8_t flags = 0, std::uint64_t sender = 77);
  static bytes node_id(const transport::key_hash& key, std::uint32_t process = 4711);
  /// A client handshake that is bound to this certificate.
  static bytes handshake(const material::identity& who);
  /// A direct message: empty forwarding stack, type names, content.
  static bytes direct(std::uint64_t receiver, const std::string& types, byte_view content);
  static bytes length(std::size_t n);

private:
  int socket_ = -1;
  ssl_ctx_st* context_ = nullptr;
  ssl_st* ssl_ = nullptr;
  bool established_ = false;
};

} // namespace quorate::testing
