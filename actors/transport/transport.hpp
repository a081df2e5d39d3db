// The guarded transport under CAF's remote actors: the only way onto and off the network.
//
// CAF's stock network layer can be crashed, filled or stalled by one peer. Here a connection
// reaches CAF only after mutual TLS 1.3, is bound to its certificate's key, and carries nothing but
// the message types of actors/messages.hpp to actors that were exposed by name.
//
//   caf::actor_system_config config;
//   if (auto error = transport::prepare(config, options)) …   // before the actor_system
//   caf::actor_system system{config};
//   transport::endpoint net{system, options};
//   net.expose(gate); net.listen_for_peers("0.0.0.0", 7100, gate, allowed_keys, error);
//   net.connect({host, port, pin}, role::peer, [](caf::strong_actor_ptr gate, std::string why) …);
#pragma once

#include "actors/network_interfaces.hpp"
#include "actors/transport/identity.hpp"
#include "actors/transport/limits.hpp"
#include "actors/transport/tls_context.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <set>

namespace quorate::transport {

struct transport_options {
  tls_files tls;
  transport_limits limits;
  /// Called for refusals, at most once a second for each reason. Any thread.
  std::function<void(std::string line)> log;
};

struct transport_counters {
  std::atomic<std::uint64_t> accepted{0};
  std::atomic<std::uint64_t> connected{0};
  std::array<std::atomic<std::uint64_t>, static_cast<std::size_t>(refusal::count_)> refused{};
};

/// Where to connect, and which certificate to find there.
struct target {
  std::string host;
  std::uint16_t port = 0;
  std::optional<key_hash> pin; ///< none: any certificate of the node authority
};

/// Settles CAF's configuration: message types, node id, scheduler and time-outs; no file or command
/// line of CAF's own is read. Call before the actor_system is made.
/// @returns an error sentence when a TLS file cannot be used.
std::optional<std::string> prepare(caf::actor_system_config& config,
                                   const transport_options& options);

/// One actor system's network. Must not outlive the system.
class endpoint {
public:
  /// @pre prepare() succeeded with the same options.
  endpoint(caf::actor_system& system, transport_options options);
  ~endpoint();
  endpoint(const endpoint&) = delete;
  endpoint& operator=(const endpoint&) = delete;

  /// Lets messages from outside reach this actor: the gates, and whoever expects answers or pushes.
  void expose(const caf::strong_actor_ptr& actor);
  template <class Handle>
  void expose(const Handle& actor) {
    expose(caf::actor_cast<caf::strong_actor_ptr>(actor));
  }

  /// @param allowed  keys that may connect; empty: any certificate of the authority.
  /// @returns the port, or 0 with `error`.
  std::uint16_t listen_for_peers(const std::string& address, std::uint16_t port,
                                 const peer_gate_actor& gate, std::set<key_hash> allowed,
                                 std::string& error);
  std::uint16_t listen_for_clients(const std::string& address, std::uint16_t port,
                                   const client_gate_actor& gate, std::string& error);

  /// For the signer. @param allowed  keys of the nodes that may ask; at least one.
  std::uint16_t listen_for_askers(const std::string& address, std::uint16_t port,
                                  const signer_gate_actor& gate, std::set<key_hash> allowed,
                                  std::string& error);

  /// Opens a connection and finds the actor that is published there. Any thread; the answer comes
  /// on another one within connect, handshake and hello time-outs.
  using found = std::function<void(caf::strong_actor_ptr gate, std::string why)>;
  /// @param other_side  peer between nodes, node_of_client from a client, signer from a node.
  void connect(const target& where, role other_side, found done);

  /// What the certificate said that a peer showed when it was last connected; none before. Of those
  /// keys only that a listener allows or a connect() names. Any thread.
  std::optional<registry::certificate_facts> shown_by_peer(const key_hash& key) const;

  const transport_counters& counters() const noexcept;

private:
  class state;
  std::shared_ptr<state> state_;
};

} // namespace quorate::transport
