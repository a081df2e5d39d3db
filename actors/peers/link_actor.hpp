// The connection to one peer: opened, kept, opened again; sends frames within its credit.
//
// Bounded: at most frames_outstanding_max frames wait for the peer's acknowledgement (and as many
// urgent ones: heartbeats say something only while they are young) and at most queue_bytes_max
// bytes wait here. Beyond, the queue is dropped whole: consensus asks again for what is missing,
// and a slow peer costs no memory.
#pragma once

#include "actors/registry/registry_actor.hpp"

#include <caf/actor_system.hpp>

#include <functional>

namespace quorate {

struct link_limits {
  std::size_t frames_outstanding_max = 4;
  std::size_t frame_bytes_max = 4 * limits::MiB; ///< a single larger item goes alone
  std::size_t queue_bytes_max = 32 * limits::MiB;
  /// Then the frames under way are given up, and the peer counts as unreachable until it answers.
  std::uint64_t ack_timeout_ms = 2'000;
  std::uint64_t reconnect_first_ms = 100;
  std::uint64_t reconnect_most_ms = 1'000;
};

struct link_setup {
  replica_id peer;
  protocol::peer_hello own_hello;
  link_limits limits;
  replica_actor replica;
  inbox_actor inbox; ///< for frames that the peer sends to this link
  /// Asks the transport for the peer's gate; the answer goes to the link as link_connected. Empty
  /// where the peer connects to us.
  std::function<void(link_actor answer_to)> connect;
  registry_actor registry; ///< told when the link is up
};

link_actor spawn_link(caf::actor_system& system, link_setup setup);

} // namespace quorate
