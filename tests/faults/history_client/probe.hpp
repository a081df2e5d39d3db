// Whether a node serves: something is ordered through it, and it alone, again and again.
#pragma once

#include "actors/client/client.hpp"
#include "tests/faults/history_client/history.hpp"

#include <atomic>

namespace quorate::faults {

/// Submits a no-op to node `node` (the options name it alone) every observation_interval until
/// `stop` is set, without waiting for the one before; writes a "probe" line for each with what came
/// of it: "ok", or the error's name.
void probe_node(const client_options& options, std::size_t node, std::uint64_t seed, history& log,
                const std::atomic<bool>& stop);

} // namespace quorate::faults
