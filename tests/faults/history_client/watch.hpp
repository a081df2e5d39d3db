// Where each node stands, asked over a connection of its own while the run goes on.
#pragma once

#include "actors/client/client.hpp"
#include "tests/faults/history_client/history.hpp"

#include <atomic>

namespace quorate::faults {

/// Asks node `node` (the options name it alone) some twenty times a second until `stop` is set;
/// writes a "status" line for each answer, and none while it is away.
void watch_node(const client_options& options, std::size_t node, history& log,
                const std::atomic<bool>& stop);

} // namespace quorate::faults
