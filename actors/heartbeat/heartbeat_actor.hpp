// The actor around lease::monitor: says that this node is there, hears of the others, and keeps the
// node's mode.
#pragma once

#include "actors/heartbeat/node_health.hpp"
#include "actors/interfaces.hpp"
#include "actors/storage/storage_counters.hpp"
#include "core/pbft/configuration.hpp"

#include <caf/actor_system.hpp>

namespace quorate {

struct heartbeat_setup {
  std::shared_ptr<const pbft::configuration> configuration;
  std::shared_ptr<const signing_key> key;
  replica_id self;
  lease::monitor_options options;
  std::shared_ptr<node_health> health;
  std::shared_ptr<storage_counters> storage; ///< how long its oldest write has been waiting
};

struct heartbeat_wiring {
  std::map<replica_id, link_actor> links;
  gateway_actor gateway;
};

/// It begins with start_up.
heartbeat_actor spawn_heartbeat(caf::actor_system& system, heartbeat_setup setup,
                                std::shared_ptr<const heartbeat_wiring> wiring);

} // namespace quorate
