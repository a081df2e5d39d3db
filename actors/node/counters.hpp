// What a node counts, for its status.
#pragma once

#include "actors/heartbeat/node_health.hpp"
#include "actors/peers/inbox_actor.hpp"
#include "actors/registry/registry_actor.hpp"
#include "actors/storage/storage_counters.hpp"
#include "actors/transport/transport.hpp"

namespace quorate {

struct counted {
  const storage_counters& storage;
  const transport::transport_counters& transport;
  const node_health& health;
  const registry_counters& registry;
  const std::map<replica_id, std::shared_ptr<inbox_counters>>& inboxes;
};

std::vector<protocol::counter_line> count_all(const counted& what);

} // namespace quorate
