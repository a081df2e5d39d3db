// The actor around pbft::replica.
#pragma once

#include "actors/heartbeat/node_health.hpp"
#include "actors/interfaces.hpp"
#include "actors/storage/lmdb_store.hpp"

#include <caf/actor_system.hpp>

#include <functional>

namespace quorate {

/// What the replica talks to. Handles that come later than the replica are set by replica_wiring.
struct replica_setup {
  std::shared_ptr<const pbft::configuration> configuration;
  std::shared_ptr<const signing_key> key;
  std::shared_ptr<const ledger::authoriser> authoriser;
  std::shared_ptr<lmdb_store> store;
  replica_id self;
  pbft::replica_options options;
  pbft::restored_state state;
  storage_actor storage;
  /// Recovered blocks that lack attestations here: signed again at start, since peers may have
  /// missed them.
  std::vector<ledger::block_summary> unattested;
  /// Called on the replica's thread when its epoch has ended, durably: it is to be replaced.
  std::function<void()> epoch_over;
  std::shared_ptr<node_health> health; ///< told of leases, and of where the replica stands
  std::uint64_t snapshot_interval = 0; ///< 0: off
  std::uint64_t snapshot_lag = 0;      ///< so far behind, it waits for a snapshot
};

/// The other actors, which need the replica's handle themselves.
struct replica_wiring {
  mempool_actor mempool;
  ledger_actor ledger;
  gateway_actor gateway;
  transfer_actor transfer; ///< null where snapshots are off
  std::map<replica_id, link_actor> links;
};

/// Spawns the replica. It does nothing before it is sent its wiring once.
replica_actor spawn_replica(caf::actor_system& system, replica_setup setup,
                            std::shared_ptr<const replica_wiring> wiring);

} // namespace quorate
