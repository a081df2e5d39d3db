// Brings the heads of the signer's audit log into the ledger, at most one at a time.
//
// Every node with a signer does so, and none is trusted with it: the signer is shown what the
// ledger has under 2f+1 attestations, signs the operation itself, for the account of its log, and
// the ledger takes a head only when it continues the one before. What two nodes bring at once is
// the same operation, or one of them comes too late. A signer that was just started signs nothing
// for anybody before it was shown its new head in the ledger.
#pragma once

#include "actors/heartbeat/node_health.hpp"
#include "actors/interfaces.hpp"
#include "actors/signer/desk_actor.hpp"

namespace quorate {

using log_bearer_actor =
    log_watcher_actor::extend<caf::reacts_to<local::timer_tick>,  // from itself: looks
                              caf::reacts_to<local::serve_tick>>; // from itself: looks again soon

struct log_bearer_setup {
  desk_actor desk;
  mempool_actor mempool;
  ledger_actor ledger;
  gateway_actor gateway; ///< has the attestations of blocks
  std::shared_ptr<node_health> health;
  cluster_id cluster;
  /// An operation that was not executed by then was lost, and is asked for again.
  std::uint64_t patience_ms = 5'000;
};

/// Asks for the signer's status when the desk asked it for a signature, and once a second, also
/// while this node may not bring anything: what the desk hears is what operators see.
log_bearer_actor spawn_log_bearer(caf::actor_system& system, log_bearer_setup setup);

} // namespace quorate
