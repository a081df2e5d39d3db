// What a node knows when it starts: opens the stores, restores the ledger, replays blocks.
#pragma once

#include "actors/storage/lmdb_store.hpp"
#include "config/node_config.hpp"
#include "core/ledger/ledger_state.hpp"
#include "core/pbft/durable.hpp"

namespace quorate {

struct recovered {
  std::shared_ptr<lmdb_store> log;    ///< votes, bodies, blocks, results
  std::shared_ptr<lmdb_store> states; ///< the ledger as of the last flush
  ledger::ledger_state ledger;
  /// The newest blocks whose results are known, rising; the last one is the head.
  std::vector<std::shared_ptr<const ledger::applied_block>> recent;
  pbft::restored_state replica;
  pbft::configuration configuration; ///< of the epoch to go on in
};

/// Damage, another node's data, or a directory in use end the process with their exit code.
recovered recover(const config::node_config& config, const ledger::genesis& genesis,
                  const ledger::authoriser& authoriser, const node_id& self,
                  const std::filesystem::path& first_start_marker);

} // namespace quorate
