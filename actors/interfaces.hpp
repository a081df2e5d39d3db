// The typed interface of every actor of a node. Those that the network reaches are in
// network_interfaces.hpp; the storage actor's is with its messages in storage/.
#pragma once

#include "actors/local_messages.hpp"
#include "actors/network_interfaces.hpp"
#include "actors/storage/storage_actor.hpp"

#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

namespace quorate {

/// Runs pbft::replica: inputs in, effects out, sends held back until what they rest on is durable.
using replica_actor =
    caf::typed_actor<caf::reacts_to<local::start_up>,          // from the supervisor, once
                     caf::reacts_to<local::consensus_inputs>,  // from the inboxes
                     caf::reacts_to<local::checked_proposal>,  // from the mempool
                     caf::reacts_to<local::batch_offer>,       // from the mempool
                     caf::reacts_to<local::work_notice>,       // from the mempool
                     caf::reacts_to<local::unfair_notice>,     // from the mempool
                     caf::reacts_to<local::block_applied>,     // from the ledger
                     caf::reacts_to<durable>,                  // from the storage
                     caf::reacts_to<local::link_notice>,       // from the links
                     caf::reacts_to<local::transfer_notice>,   // from the transfer
                     caf::reacts_to<local::timer_tick>,        // from itself
                     caf::reacts_to<local::read_index_wanted>, // from gateway and inboxes
                     caf::replies_to<local::describe_request>::with<local::replica_description>>;

/// Admits operations, keeps them in lanes, and checks each signature once.
using mempool_actor = caf::typed_actor<
    caf::reacts_to<local::operation_bundle>, // from gateway and inboxes
    caf::reacts_to<local::proposal_check>,   // from the inboxes
    caf::reacts_to<local::batch_wanted>,     // from the replica
    caf::reacts_to<local::operations_in_flight>, caf::reacts_to<local::view_notice>,
    caf::reacts_to<local::applied_notice>,                          // from the ledger
    caf::reacts_to<local::timer_tick>,                              // from itself: housekeeping
    caf::replies_to<local::describe_request>::with<std::uint64_t>>; // operations that wait

/// Checks signatures of operations. Stateless: there are several.
using worker_actor =
    caf::typed_actor<caf::replies_to<local::check_job>::with<local::checked_operations>>;

/// Applies what was ordered, signs for it, flushes state at checkpoints, answers reads.
using ledger_actor =
    caf::typed_actor<caf::reacts_to<local::ordered_block>, // from the replica
                     caf::reacts_to<durable>,              // from the storage
                     caf::replies_to<local::account_lookup>::with<local::account_answer>,
                     caf::replies_to<local::reply_lookup>::with<local::reply_answer>,
                     caf::replies_to<local::members_lookup>::with<local::members_answer>>;

/// Gathers attestations into receipts, and serves clients (also the published client_gate_actor).
using gateway_actor = client_gate_actor::extend<
    caf::reacts_to<local::admissions>,         // from the mempool
    caf::reacts_to<local::block_results>,      // from the ledger
    caf::reacts_to<local::attestation_notice>, // from replica (own) and inboxes
    caf::reacts_to<local::attestation_wanted>, // from the inboxes
    caf::reacts_to<local::read_index_notice>,  // from replica (own) and inboxes
    caf::reacts_to<local::mode_notice>,        // from the heartbeat monitor
    caf::replies_to<local::quorum_wanted>::with<local::quorum_answer>, // from the log bearer
    caf::reacts_to<local::timer_tick>>;                                // from itself: housekeeping

/// Serves snapshots to peers that are far behind, and fetches one when this node is.
using transfer_actor = caf::typed_actor<caf::reacts_to<local::snapshot_message>, // from the inboxes
                                        caf::reacts_to<local::progress_notice>,  // from the replica
                                        caf::reacts_to<local::snapshot_certified>, // from there too
                                        caf::reacts_to<local::snapshot_due>, // from the ledger
                                        caf::reacts_to<durable>,           // from the state storage
                                        caf::reacts_to<local::timer_tick>, // from itself: retry
                                        caf::reacts_to<local::serve_tick>>; // from itself: pace

/// Says that this node is there, hears of the others, and keeps the node's mode.
using heartbeat_actor =
    caf::typed_actor<caf::reacts_to<local::start_up>,             // from the supervisor, once
                     caf::reacts_to<local::heartbeat_notice>,     // from the inboxes
                     caf::reacts_to<local::heartbeat_ack_notice>, // from the inboxes
                     caf::reacts_to<local::timer_tick>>;          // from itself

/// Decodes and verifies what one peer sends, apart from every other peer.
using inbox_actor = caf::typed_actor<caf::replies_to<wire::peer_frame>::with<wire::peer_ack>>;

/// Keeps the connection to one peer, and sends within its credit. Of two replicas the one with the
/// higher id connects; its link is what the other one's link sends to.
using link_actor = caf::typed_actor<
    caf::reacts_to<local::link_items>,     // from replica, mempool, gateway
    caf::reacts_to<local::link_opened>,    // from the gate: the peer connected to us
    caf::reacts_to<local::link_connected>, // from the transport: we connected to the peer
    caf::reacts_to<local::timer_tick>,     // from itself: connect
    caf::replies_to<wire::peer_frame>::with<wire::peer_ack>>;

} // namespace quorate
