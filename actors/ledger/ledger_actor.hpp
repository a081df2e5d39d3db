// The actor around ledger::ledger_state.
#pragma once

#include "actors/interfaces.hpp"

#include <caf/actor_system.hpp>

namespace quorate {

struct ledger_setup {
  ledger::ledger_state state; ///< as recovered
  cluster_id cluster;
  configuration_epoch epoch;
  replica_id self;
  std::shared_ptr<const signing_key> key;
  storage_actor blocks; ///< certificates and results, every block
  storage_actor states; ///< ledger records, every state_flush_interval blocks
  std::uint64_t state_flush_interval = 1024;
  std::uint64_t snapshot_interval = 0; ///< a multiple of state_flush_interval; 0: off
};

struct ledger_wiring {
  replica_actor replica;
  mempool_actor mempool;
  gateway_actor gateway;
  transfer_actor transfer; ///< null where snapshots are off
};

ledger_actor spawn_ledger(caf::actor_system& system, ledger_setup setup,
                          std::shared_ptr<const ledger_wiring> wiring);

/// The record of table::meta that proves an epoch to clients, without its certificate: that is the
/// record of how the epoch before it ended.
bytes epoch_proof_key(configuration_epoch epoch);

/// The record under which a flushed state names its block.
bytes last_summary_key();

/// Encoded results of one block, as table::results keeps them: count, then each.
bytes encode_results(const std::vector<ledger::operation_result>& results);
expected<std::vector<ledger::operation_result>> decode_results(byte_view from);

} // namespace quorate
