// The actor that is published on the client port: takes operations, pushes receipts, answers reads.
#pragma once

#include "actors/heartbeat/node_health.hpp"
#include "actors/interfaces.hpp"
#include "actors/registry/registry_actor.hpp"
#include "actors/signer/desk_actor.hpp"
#include "actors/storage/lmdb_store.hpp"

#include <caf/actor_system.hpp>

namespace quorate {

struct gateway_limits {
  std::size_t clients_max = 1024;
  std::size_t pending_per_client_max = 65'536; ///< operations without receipt; beyond: busy
};

struct gateway_setup {
  std::shared_ptr<const pbft::configuration> configuration;
  replica_id self;
  gateway_limits limits;
  std::shared_ptr<lmdb_store> store; ///< receipts of older blocks
  storage_actor storage;
  /// The newest blocks, as recovered, rising.
  std::vector<std::shared_ptr<const ledger::applied_block>> recent;
  ledger::block_summary head_summary;
  /// Counters of other parts, for status.
  std::function<std::vector<protocol::counter_line>()> counters;
  std::shared_ptr<node_health> health;       ///< what may be served
  desk_actor desk;                           ///< null: this node brings no orders to a signer
  std::shared_ptr<const signer_view> signer; ///< null with it
};

struct gateway_wiring {
  replica_actor replica;
  mempool_actor mempool;
  ledger_actor ledger;
  std::vector<link_actor> links;
  std::map<replica_id, link_actor> link_of;
  registry_actor registry;
};

gateway_actor spawn_gateway(caf::actor_system& system, gateway_setup setup,
                            std::shared_ptr<const gateway_wiring> wiring);

} // namespace quorate
