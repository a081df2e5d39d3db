// What a node says of itself to operators: where its replica stands, its mode, its peers.
#pragma once

#include "actors/heartbeat/node_health.hpp"
#include "actors/local_messages.hpp"
#include "actors/signer/signer_view.hpp"
#include "core/pbft/configuration.hpp"

namespace quorate {

/// All but what the gateway itself knows: heights, roots, waiting operations, counters, uptime.
/// @param signer  null: this node has none.
protocol::node_status describe_node(const local::replica_description& d,
                                    const pbft::configuration& config, const node_health& health,
                                    const signer_view* signer, monotonic_ms now);

} // namespace quorate
