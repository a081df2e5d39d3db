// The actor around mempool::mempool: admission, forwarding to peers, batches for the primary.
#pragma once

#include "actors/heartbeat/node_health.hpp"
#include "actors/interfaces.hpp"
#include "core/mempool/limits.hpp"

#include <caf/actor_system.hpp>

namespace quorate {

struct mempool_setup {
  mempool::mempool_limits limits;
  std::shared_ptr<const ledger::authoriser> authoriser;
  std::vector<worker_actor> workers; ///< at least one
  /// Where the ledger stands at start.
  std::vector<std::pair<ledger::account_id, account_sequence>> sequences;
  std::size_t batch_operations_max = 1000;
  std::size_t batch_bytes_max = limits::MiB;
  /// While other batches are under way, a batch waits for so many operations.
  std::size_t batch_min_in_flight = 250;
  std::uint64_t request_timeout_ms = 1000;
  std::shared_ptr<node_health> health; ///< is told how full it is; may be null
};

struct mempool_wiring {
  replica_actor replica;
  gateway_actor gateway;
  std::vector<link_actor> links;
};

mempool_actor spawn_mempool(caf::actor_system& system, mempool_setup setup,
                            std::shared_ptr<const mempool_wiring> wiring);

} // namespace quorate
