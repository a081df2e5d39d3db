// Decodes and verifies what one peer sends. Each peer has its own, so that a flood of bad
// signatures from one costs the others nothing but its share of the processor.
#pragma once

#include "actors/registry/registry_actor.hpp"

#include <caf/actor_system.hpp>

#include <atomic>

namespace quorate {

/// Written by the inbox, read for status.
struct inbox_counters {
  std::atomic<std::uint64_t> frames{0};
  std::atomic<std::uint64_t> messages{0};
  std::atomic<std::uint64_t> refused{0}; ///< did not decode or verify
  std::atomic<std::uint64_t> other_epoch{0};
  std::atomic<std::size_t> snapshot_waiting{0}; ///< messages that the transfer has not dealt with
};

struct inbox_setup {
  replica_id peer;
  std::shared_ptr<const pbft::configuration> configuration;
  replica_actor replica;
  mempool_actor mempool;
  gateway_actor gateway;
  transfer_actor transfer; ///< may be null: snapshots are off
  std::shared_ptr<inbox_counters> counters;
  registry_actor registry;
  heartbeat_actor heartbeat;
};

inbox_actor spawn_inbox(caf::actor_system& system, inbox_setup setup);

} // namespace quorate
