// The typed interfaces that are reachable over the network: one for nodes, one for clients.
#pragma once

#include "actors/type_ids.hpp"

#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

namespace quorate {

/// What a node publishes on its peer port. Only certificates of the node CA reach it.
using peer_gate_actor = caf::typed_actor<
    // Opens a link: each side shows who it is and which cluster and epoch it serves.
    caf::replies_to<wire::peer_hello>::with<wire::peer_hello>,
    // Takes a frame; the answer is the sender's credit for the next one.
    caf::replies_to<wire::peer_frame>::with<wire::peer_ack>>;

/// What a node publishes on its client port. Only certificates of the client CA reach it.
using client_gate_actor = caf::typed_actor<
    // Registers the sender as the sink of receipts for what it submits.
    caf::replies_to<wire::client_hello>::with<wire::server_hello>,
    // Takes a bundle of operations; answers once each was admitted or refused.
    caf::replies_to<wire::submit_request>::with<wire::submit_reply>,
    // Answers from this node's state, with proofs that the client checks itself.
    caf::replies_to<wire::query_request>::with<wire::query_reply>>;

/// What a signer publishes. Only nodes that its configuration names reach it.
using signer_gate_actor = caf::typed_actor<
    // Answers once everything that the answer rests on is on the signer's disk.
    caf::replies_to<wire::signer_question>::with<wire::signer_answer>>;

/// What a client shows to the node it is connected to.
using receipt_sink_actor = caf::typed_actor<
    // Results of operations that were ordered and applied.
    caf::reacts_to<wire::receipt_push>>;

} // namespace quorate
