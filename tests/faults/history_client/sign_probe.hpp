// Whether a node brings orders to a signer: asked of it, and it alone, again and again.
#pragma once

#include "tests/faults/history_client/bank_client.hpp"

namespace quorate::faults {

/// Asks node `node` (the options name it alone) for the signatures of an order that there is not
/// every observation_interval until `stop` is set. Writes a "signature" line for each with what
/// came of it, an error's name: "not_found" of a node that would bring an order to the signer.
void ask_node_to_sign(const client_options& options, std::size_t node, const bank_account& account,
                      history& log, const std::atomic<bool>& stop);

} // namespace quorate::faults
