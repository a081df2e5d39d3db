// The actor that serves snapshots of the ledger to peers, and fetches one when this node is far
// behind: around state_transfer::snapshot_shelf and state_transfer::snapshot_fetcher.
//
// The replica runs on meanwhile, as slow as it is. What is fetched goes to the staging area; when
// it is whole, the node starts again in the same process and installs it (installation.hpp).
#pragma once

#include "actors/interfaces.hpp"
#include "actors/storage/lmdb_store.hpp"

#include <caf/actor_system.hpp>

#include <functional>

namespace quorate {

struct transfer_setup {
  std::shared_ptr<const pbft::configuration> configuration; ///< of the epoch this node is in
  replica_id self;
  node_id node; ///< whose data it is
  ledger::genesis genesis;
  std::shared_ptr<lmdb_store> log;
  std::shared_ptr<lmdb_store> states;
  storage_actor log_storage;
  storage_actor state_storage;
  std::filesystem::path data_directory;
  std::size_t map_size_bytes = 0;
  std::uint64_t snapshot_lag = 0; ///< blocks behind from which on a snapshot is fetched
  /// Called on the actor's thread when a whole snapshot is staged.
  std::function<void()> start_again;
};

struct transfer_wiring {
  replica_actor replica;
  std::map<replica_id, link_actor> links;
};

/// On a thread of its own: it reads and writes the disk and hashes whole states.
transfer_actor spawn_transfer(caf::actor_system& system, transfer_setup setup,
                              std::shared_ptr<const transfer_wiring> wiring);

} // namespace quorate
