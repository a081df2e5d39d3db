// Messages between the actors of one node. They never cross the network: they carry shared
// pointers, CAF is told to treat them as unsafe to serialise, and the transport refuses them.
#pragma once

#include "core/ledger/ledger_state.hpp"
#include "core/mempool/primary_monitor.hpp"
#include "core/pbft/input.hpp"
#include "core/pbft/replica.hpp"
#include "core/protocol/client.hpp"
#include "core/protocol/peer.hpp"
#include "core/store/record.hpp"

#include <caf/actor_control_block.hpp>
#include <caf/allowed_unsafe_message_type.hpp>

#include <memory>

namespace quorate::local {

using shared_bytes = std::shared_ptr<const bytes>;
using operations_ptr = std::shared_ptr<const std::vector<ledger::operation_ptr>>;

/// The supervisor has wired all actors: begin.
struct start_up {};

// --- to the replica ---------------------------------------------------------------------------

/// Verified inputs from one peer's inbox.
struct consensus_inputs {
  std::shared_ptr<std::vector<pbft::input_event>> events;
};

/// A proposal whose operations were all authorised.
struct checked_proposal {
  std::shared_ptr<const pbft::verified<pbft::proposal>> what;
  operations_ptr operations;
};

/// The answer to batch_wanted: operations in executable order, at least one.
struct batch_offer {
  operations_ptr operations;
};

/// Whether operations wait that are not ordered.
struct work_notice {
  bool waiting = false;
};

/// The primary orders less than it could, or leaves someone out.
struct unfair_notice {
  view_number view; ///< in which that was measured
  mempool::unfairness why{};
};

/// The ledger applied a block and signed for it; the signature leaves behind the own votes.
struct block_applied {
  sequence_number height;
  digest summary_hash;
  ledger::attestation own;
  std::optional<sequence_number> epoch_end; ///< with which checkpoint it ends, once decided
};

/// A link to a peer came up or went down.
struct link_notice {
  replica_id peer;
  bool up = false;
};

struct timer_tick {
  pbft::timer which = pbft::timer::status;
  std::uint64_t generation = 0;
};

/// Whether a snapshot can be hoped for; if not, a replica that is far behind fetches blocks.
struct transfer_notice {
  bool hopeful = true;
};

/// What this replica's read index is, for a question.
struct read_index_wanted {
  protocol::read_nonce nonce;
  std::optional<replica_id> from; ///< a peer; none: the own gateway
};

struct describe_request {};
struct replica_description {
  pbft::replica_view_of_itself what;
  std::vector<protocol::peer_line> peers;
  std::vector<protocol::culprit_line> culprits;
};

// --- to the mempool ---------------------------------------------------------------------------

/// Encoded operations from a client (through the gateway) or from a peer.
struct operation_bundle {
  std::shared_ptr<const std::vector<bytes>> operations;
  std::uint64_t reply_tag = 0; ///< names the gateway's promise; 0: nobody waits for admissions
};

/// What the workers found out about a chunk of a bundle.
struct checked_operations {
  std::uint64_t job = 0;
  std::size_t begin = 0; ///< place of the first result in the job
  std::shared_ptr<std::vector<expected<ledger::operation_ptr>>> results;
};

/// A verified proposal whose operations are to be resolved or checked, then passed to the replica.
struct proposal_check {
  std::shared_ptr<const pbft::verified<pbft::proposal>> what;
};

/// The primary has room for a batch.
struct batch_wanted {};

/// Operations that were taken for a batch are under way, or wait again (view changed).
struct operations_in_flight {
  operations_ptr operations;
};
struct view_notice {
  bool changing = false;
  view_number view;
};

/// What a block executed.
struct applied_notice {
  mempool::block_load load;
  std::shared_ptr<const std::vector<ledger::operation_id>> ids;
  std::shared_ptr<const std::vector<ledger::operation_id>> noops; ///< the unsigned ones of them
  std::shared_ptr<const std::vector<std::pair<ledger::account_id, account_sequence>>> sequences;
};

// --- to a worker ------------------------------------------------------------------------------

/// Check operations[which[begin]] to operations[which[end - 1]].
struct check_job {
  std::uint64_t job = 0;
  std::shared_ptr<const std::vector<bytes>> operations;
  std::shared_ptr<const std::vector<std::uint32_t>> which;
  std::size_t begin = 0;
  std::size_t end = 0;
};

// --- to the ledger ----------------------------------------------------------------------------

/// The records of the block are made durable with its results.
struct ordered_block {
  std::shared_ptr<const ledger::ordered_batch> batch;
  std::shared_ptr<std::vector<record>> records;
};

struct account_lookup {
  ledger::account_id account;
};
struct account_answer {
  std::optional<ledger::account> value;
  ledger::state_proof proof;
  ledger::block_summary summary; ///< the state that the proof is of
};

struct members_lookup {};
struct members_answer {
  ledger::membership value;
};

struct reply_lookup {
  ledger::account_id account;
  account_sequence sequence;
};
struct reply_answer {
  std::optional<ledger::stored_reply> reply;
};

// --- to the gateway ---------------------------------------------------------------------------

/// Admissions for a bundle, in its order.
struct admissions {
  std::uint64_t reply_tag = 0;
  std::shared_ptr<const std::vector<protocol::admission>> what;
};

/// A block with its results, before anyone attested it.
struct block_results {
  std::shared_ptr<const ledger::applied_block> block;
};

/// Attestations of one height, by their claimed replicas: checked against the own summary.
struct attestation_notice {
  protocol::height_attestation what;
};

/// A peer asks for this node's attestation.
struct attestation_wanted {
  replica_id from;
  sequence_number height;
};

/// The log bearer asks for a block under 2f+1 attestations; what a client is shown has f+1.
struct quorum_wanted {
  sequence_number height;
};
struct quorum_answer {
  /// None when the block is not among the newest of this node. Otherwise it may take as long as the
  /// replicas do.
  std::optional<ledger::attested_block> block;
};

// --- to the transfer --------------------------------------------------------------------------

/// What a peer says about snapshots. `credit` is given back when the message was dealt with: the
/// inbox takes no more of a peer than it has credits.
struct snapshot_message {
  replica_id from;
  std::shared_ptr<state_transfer::message> what;
  std::shared_ptr<void> credit;
};

/// Where this replica stands, and the height that f+1 voters claim: one of them is correct.
struct progress_notice {
  sequence_number delivered;
  sequence_number claimed;
};

/// A checkpoint at which a snapshot is due is stable.
struct snapshot_certified {
  std::shared_ptr<const pbft::checkpoint_certificate> certificate;
};

/// The next chunk may be served.
struct serve_tick {};

/// The state of a block at which a snapshot is due was given to the state storage.
struct snapshot_due {
  ledger::block_summary summary;
};

// --- to a peer link ---------------------------------------------------------------------------

/// The peer said hello at the gate; this is where its own link takes frames.
struct link_opened {
  caf::strong_actor_ptr other;
};

/// What came of an attempt to connect; null with a reason when nothing did.
struct link_connected {
  caf::strong_actor_ptr gate;
  std::string why;
};

/// Encoded frame items for the peer, in order.
struct link_items {
  std::shared_ptr<const std::vector<shared_bytes>> items;
  bool urgent = false; ///< ahead of what waits
};

/// To the gateway: a replica's read index, signed by it.
struct read_index_notice {
  protocol::read_index_answer what;
};

/// To the gateway: the node's mode is another one.
struct mode_notice {};

// --- to the heartbeat monitor -----------------------------------------------------------------

/// A peer's, with its own valid signature.
struct heartbeat_notice {
  std::shared_ptr<const lease::heartbeat> what;
};
struct heartbeat_ack_notice {
  std::shared_ptr<const lease::heartbeat_ack> what;
};

} // namespace quorate::local

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::start_up)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::consensus_inputs)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::checked_proposal)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::batch_offer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::work_notice)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::unfair_notice)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::block_applied)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::link_notice)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::timer_tick)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::transfer_notice)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::snapshot_message)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::progress_notice)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::snapshot_certified)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::snapshot_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::serve_tick)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::describe_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::replica_description)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::operation_bundle)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::checked_operations)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::proposal_check)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::batch_wanted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::operations_in_flight)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::view_notice)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::applied_notice)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::check_job)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::ordered_block)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::account_lookup)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::account_answer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::members_lookup)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::members_answer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::reply_lookup)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::reply_answer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::admissions)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::block_results)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::attestation_notice)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::attestation_wanted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::quorum_wanted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::quorum_answer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::link_opened)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::link_connected)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::link_items)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::read_index_wanted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::read_index_notice)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::mode_notice)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::heartbeat_notice)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::heartbeat_ack_notice)
