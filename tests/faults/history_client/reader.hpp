// Reads that must be current, through one node alone, again and again.
#pragma once

#include "tests/faults/history_client/bank_client.hpp"

#include <deque>

namespace quorate::faults {

/// Asks node `node` (the options name it alone) for one account after the other every
/// observation_interval until `stop` is set: a linearizable read, and after some of them a leased
/// one. Writes a "linearizable_read" or "leased_read" line for each, with what came of it: "ok", or
/// the error's name.
void read_node(const client_options& options, std::size_t node,
               const std::deque<bank_account>& accounts, history& log,
               const std::atomic<bool>& stop);

} // namespace quorate::faults
