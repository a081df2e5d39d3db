// The actor that is published on the peer port: tells who a frame is from, and hands it to that
// peer's inbox.
#pragma once

#include "actors/interfaces.hpp"

#include <caf/actor_system.hpp>
#include <caf/node_id.hpp>

#include <functional>

namespace quorate {

struct gate_setup {
  protocol::peer_hello own_hello;
  std::map<replica_id, inbox_actor> inboxes;
  std::map<replica_id, link_actor> links; ///< told when their peer says hello
  /// The replica whose certificate key the transport bound to this CAF node; none for a stranger.
  std::function<std::optional<replica_id>(const caf::node_id&)> identify;
};

peer_gate_actor spawn_gate(caf::actor_system& system, gate_setup setup);

} // namespace quorate
