// Every limit of the protocol in one table: what it bounds, why it has this size, and what happens
// at it. Relations between limits are proved at compile time at the end.
//
// Limits of the transport stand in actors/transport/limits.hpp; what an operator may lower is in
// config/.
#pragma once

#include <cstddef>
#include <cstdint>

namespace quorate::limits {

inline constexpr std::size_t KiB = 1024;
inline constexpr std::size_t MiB = 1024 * KiB;

// --- cluster ---------------------------------------------------------------------------------
/// f = 9. Beyond it a NEW-VIEW, which grows with n squared, would not fit into a message, and
/// signed votes cost more than the batch they order. Larger: genesis refused.
inline constexpr std::size_t replicas_max = 28;

// --- operations ------------------------------------------------------------------------------
/// A batch transfer of 256 legs fits. Larger: refused with over_limit.
inline constexpr std::size_t operation_bytes_max = 64 * KiB;
/// Legs of one batch transfer: bounds the time one signature can claim. More: over_limit.
inline constexpr std::size_t transfer_legs_max = 256;
/// Signatures of attesters or administrators on one operation. More: over_limit.
inline constexpr std::size_t approvals_max = 32;
/// A withdrawal's destination: the longest address in use has 108 characters. Longer: over_limit.
inline constexpr std::size_t destination_bytes_max = 128;
/// A deposit's locator inside its transaction. Longer: over_limit.
inline constexpr std::size_t locator_bytes_max = 16;
/// Where a member is reached: a host name has at most 253 characters. Longer: over_limit.
inline constexpr std::size_t endpoint_bytes_max = 260;
/// Payload of a no-op. Longer: over_limit.
inline constexpr std::size_t noop_bytes_max = 16 * KiB;
/// An unsigned transaction to be signed by order: a PSBT with some fifty inputs and what they
/// spend. Larger: over_limit.
inline constexpr std::size_t signing_transaction_bytes_max = 48 * KiB;
/// Payments that one order states, so that people can read what they approve. More: over_limit.
inline constexpr std::size_t payments_max = 64;

// --- ledger ----------------------------------------------------------------------------------
/// Assets genesis can define. More: genesis refused.
inline constexpr std::size_t assets_max = 256;
/// Assets one account can hold, so that its record stays small. More: too_many_assets.
inline constexpr std::size_t assets_per_account_max = 32;
/// Accounts: each takes about 1 KiB of memory with its stored replies. More: too_many_accounts.
inline constexpr std::size_t accounts_max = 4'000'000;
/// Open withdrawals of one account. More: too_many_holds.
inline constexpr std::size_t holds_per_account_max = 64;
/// Replies kept for each account, and so operations that one account may have under way.
/// Older retries get sequence_replayed without the stored result.
inline constexpr std::size_t replies_per_account = 16;
/// One encoded record of the state. Larger: our bug, refused where records come from a peer.
inline constexpr std::size_t state_record_bytes_max = 16 * KiB;

// --- consensus -------------------------------------------------------------------------------
/// Bytes of one batch; a primary closes the batch before it, a backup refuses a larger one.
inline constexpr std::size_t batch_bytes_max = 4 * MiB;
/// Operations of one batch; as above.
inline constexpr std::size_t batch_operations_max = 4096;
/// A checkpoint every so many sequence numbers.
inline constexpr std::uint64_t checkpoint_interval = 128;
/// Sequence numbers above the last stable checkpoint that are taken. Beyond: outside_watermarks.
inline constexpr std::uint64_t watermark_window = 4 * checkpoint_interval;
/// Proposals taken ahead of what was delivered: bounds the bodies that a faulty primary can make us
/// hold. Beyond: dropped, and asked for again when there is room.
inline constexpr std::uint64_t proposals_ahead_max = 64;
/// Votes of one replica kept for a view that this one has not entered yet. Beyond: dropped, and
/// asked for again in that view.
inline constexpr std::size_t early_messages_max = 256;
/// How far a VIEW-CHANGE may be ahead of the own view and still be kept. Beyond: future_view.
inline constexpr std::uint64_t view_lead_max = 1024;
/// Contradictions kept of one replica, in memory and on disk: the first proves that it is faulty,
/// the rest help to find out how. Beyond: counted, not stored.
inline constexpr std::size_t evidence_per_replica_max = 16;
/// One piece of evidence: the largest holds a VIEW-CHANGE with a certificate for each sequence of
/// the window. Larger: counted, not stored.
inline constexpr std::size_t evidence_bytes_max = MiB;
/// One peer message: a NEW-VIEW carries 2f+1 VIEW-CHANGEs, each with a certificate a slot.
inline constexpr std::size_t peer_message_bytes_max = 15 * MiB;

// --- state transfer --------------------------------------------------------------------------
/// Records of one chunk of a snapshot: verified in a few milliseconds, and small enough that a vote
/// does not wait long behind it on a link. Larger: over_limit.
inline constexpr std::size_t snapshot_chunk_bytes_max = 1 * MiB;
/// The least that may be asked for, so that a chunk is never mostly proof. Smaller: over_limit.
inline constexpr std::size_t snapshot_chunk_bytes_min = 32 * KiB;
/// Parts of the key space that are fetched side by side, each chunk after chunk. Keys are hashes,
/// so the parts are about equal.
inline constexpr std::size_t snapshot_lanes = 16;
/// Requests that wait for an answer of one peer. Beyond: another peer is asked, or it waits.
inline constexpr std::size_t snapshot_requests_per_peer_max = 4;
/// Snapshots a replica serves: the newest, and the one before for whoever is half through it.
inline constexpr std::size_t snapshots_served_max = 2;

// --- registry --------------------------------------------------------------------------------
/// A region, an environment or a role, as people write it. Longer: bad_label.
inline constexpr std::size_t label_bytes_max = 32;
/// A host name of the domain name system; an address is shorter. Longer: bad_label.
inline constexpr std::size_t host_bytes_max = 253;

// --- proofs of the relations -----------------------------------------------------------------
static_assert(transfer_legs_max * (4 + 32 + 16) + 256 <= operation_bytes_max,
              "the largest batch transfer fits into an operation");
static_assert(noop_bytes_max + 256 <= operation_bytes_max, "the largest no-op fits too");
static_assert(signing_transaction_bytes_max + payments_max * (4 + destination_bytes_max + 16) +
                      approvals_max * (32 + 64) + 256 <=
                  operation_bytes_max,
              "the largest signing order fits too");
static_assert(operation_bytes_max + KiB <= batch_bytes_max, "any operation fits into a batch");
static_assert(batch_bytes_max + 64 * KiB <= peer_message_bytes_max,
              "a pre-prepare with its batch fits into a message");
static_assert(1 + 53 + 4 + assets_per_account_max * 36 + 4 +
                      holds_per_account_max * (60 + destination_bytes_max) + 4 +
                      replies_per_account * 50 + 1 + 40 <=
                  state_record_bytes_max,
              "the largest account fits into a record");
static_assert(state_record_bytes_max + 36 < snapshot_chunk_bytes_min,
              "a chunk makes progress, whatever the next record is");
static_assert(snapshot_chunk_bytes_max + 64 * KiB <= peer_message_bytes_max,
              "a chunk with its proof fits into a message");
static_assert(256 % snapshot_lanes == 0, "the first byte of a key tells its lane");
static_assert(proposals_ahead_max <= watermark_window - checkpoint_interval,
              "a full pipeline fits between a checkpoint in the making and the high watermark");
static_assert(watermark_window * (128 + replicas_max * 2 / 3 * 66) + 8 * KiB <= evidence_bytes_max,
              "any VIEW-CHANGE fits into evidence");
static_assert(watermark_window % checkpoint_interval == 0 &&
                  watermark_window >= 2 * checkpoint_interval,
              "the window goes on while the next checkpoint becomes stable");

} // namespace quorate::limits
