// What clients and nodes say to each other: canonical bytes inside the typed network messages.
//
// Nothing here is trusted for what it says: operations carry signatures, results and state carry
// proofs under f+1 attestations.
#pragma once

#include "core/lease/monitor.hpp"
#include "core/ledger/trust.hpp"
#include "core/pbft/evidence.hpp"
#include "core/protocol/read.hpp"
#include "core/protocol/signer_line.hpp"
#include "core/registry/registration.hpp"

#include <string>
#include <variant>

namespace quorate::protocol {

inline constexpr std::uint16_t client_version = 4;

/// Operations of one bundle, and their bytes together. More: over_limit.
inline constexpr std::size_t bundle_operations_max = 4096;
inline constexpr std::size_t bundle_bytes_max = 3 * limits::MiB;

/// Characters of an explanation.
inline constexpr std::size_t why_max = 512;

struct client_hello {
  std::uint16_t version = client_version;
  cluster_id cluster;
  friend bool operator==(const client_hello&, const client_hello&) = default;
};

struct server_hello {
  std::uint16_t code = 0; ///< 0, or bad_version, wrong_cluster, busy (too many clients)
  std::uint16_t version = client_version;
  cluster_id cluster;
  configuration_epoch epoch;
  replica_id node;
  sequence_number height;
  friend bool operator==(const server_hello&, const server_hello&) = default;
};

/// Encoded signed operations, in the order in which their accounts want them.
struct submit_request {
  std::vector<bytes> operations; ///< 1 to bundle_operations_max
  friend bool operator==(const submit_request&, const submit_request&) = default;
};

struct admission {
  std::uint16_t code = 0;           ///< 0: waiting to be ordered; else the number of an errc
  std::uint32_t retry_after_ms = 0; ///< with busy: when to try again
  friend bool operator==(const admission&, const admission&) = default;
};

/// One admission an operation, in order.
struct submit_reply {
  std::vector<admission> admissions;
  std::string why; ///< why the node refuses all: its mode, since when and why; else empty
  friend bool operator==(const submit_reply&, const submit_reply&) = default;
};

/// An account with proof of presence or absence: answered with account_answer.
struct account_query {
  ledger::account_id account;
  consistency kind = consistency::stale;
  read_nonce nonce; ///< of a linearizable read
  friend bool operator==(const account_query&, const account_query&) = default;
};

/// The stored result of an operation: answered with ledger::receipt, or not_found.
struct receipt_query {
  ledger::account_id account;
  account_sequence sequence;
  friend bool operator==(const receipt_query&, const receipt_query&) = default;
};

/// Where the node stands: answered with node_status. Not proven: for operators.
struct status_query {
  friend bool operator==(const status_query&, const status_query&) = default;
};

/// The contradictions that the node has found, behind `after` in the order of their ids: answered
/// with evidence_answer. Each piece proves itself.
struct evidence_query {
  std::optional<pbft::evidence_id> after; ///< none: from the first
  friend bool operator==(const evidence_query&, const evidence_query&) = default;
};

/// How the membership changed: answered with epoch_proofs, those from epoch `from` on.
struct epochs_query {
  configuration_epoch from;
  friend bool operator==(const epochs_query&, const epochs_query&) = default;
};
struct epoch_proofs {
  std::vector<ledger::epoch_proof> proofs; ///< at most epoch_proofs_max, rising by one
  friend bool operator==(const epoch_proofs&, const epoch_proofs&) = default;
};

/// Who the members are: answered with ledger::membership. Not proven: for operators.
struct members_query {
  friend bool operator==(const members_query&, const members_query&) = default;
};

/// Where the members are reached, and their labels: answered with registry_answer. Each entry is
/// signed by its member.
struct registry_query {
  friend bool operator==(const registry_query&, const registry_query&) = default;
};
struct registry_answer {
  std::vector<registry::signed_registration> entries; ///< at most replicas_max, rising by replica
  friend bool operator==(const registry_answer&, const registry_answer&) = default;
};

/// The signature that a signing order of this account asked for: the node brings the order, and
/// what proves it, to its signer. Answered with signer::answer; not_found without such an order or
/// signer, not_ready until 2f+1 replicas have attested the order's block.
struct signature_query {
  ledger::account_id account;
  account_sequence sequence;
  friend bool operator==(const signature_query&, const signature_query&) = default;
};

/// The kind on the wire is the index plus one: append only.
using query = std::variant<account_query, receipt_query, status_query, evidence_query, epochs_query,
                           members_query, registry_query, signature_query>;

struct peer_line {
  replica_id replica;
  bool connected = false;
  sequence_number delivered; ///< as the peer said last
  view_number view;
  lease::liveness state = lease::liveness::unreachable; ///< by its heartbeats
  lease::loss loses = lease::loss::both;                ///< which direction of the link
  std::uint64_t silent_ms = 0;                          ///< since its last heartbeat
  std::optional<std::uint64_t> round_trip_ms;
  std::optional<std::int64_t> clock_offset_ms; ///< its monotonic clock less the node's
  friend bool operator==(const peer_line&, const peer_line&) = default;
};

struct counter_line {
  std::string name; ///< is_counter_name() (core/codec/text.hpp)
  std::uint64_t value = 0;
  friend bool operator==(const counter_line&, const counter_line&) = default;
};

struct node_status {
  replica_id node;
  configuration_epoch epoch;
  view_number view;
  replica_id primary;
  bool view_changing = false;
  bool voter = true;
  bool quorum_seen = false; ///< 2f+1 replicas, this one counted, are connected
  sequence_number height;   ///< applied
  sequence_number attested; ///< highest height with f+1 attestations
  sequence_number stable_checkpoint;
  digest state_root;
  std::uint64_t mempool_operations = 0;
  std::uint64_t view_changes = 0;
  std::uint64_t evidence = 0; ///< contradictions found, of all replicas
  std::uint64_t uptime_ms = 0;
  lease::node_mode mode = lease::node_mode::read_only;
  std::uint64_t mode_age_ms = 0;
  std::string mode_why;                      ///< at most why_max of printable ASCII
  std::optional<lease::fencing_token> lease; ///< while it holds one, as the primary
  std::uint64_t lease_left_ms = 0;
  std::string version;                ///< of the program
  std::vector<peer_line> peers;       ///< at most replicas_max
  std::vector<counter_line> counters; ///< at most 512
  std::optional<signer_line> signer;  ///< none: it brings no orders to one
  friend bool operator==(const node_status&, const node_status&) = default;
};

/// How many contradictions of one replica a node has found. Not proven: the pieces are.
struct culprit_line {
  replica_id replica;
  std::uint64_t kept = 0;         ///< on disk, at most evidence_per_replica_max
  std::uint64_t beyond_limit = 0; ///< seen since the node's start and not kept
  friend bool operator==(const culprit_line&, const culprit_line&) = default;
};

/// Bytes of the pieces in one answer, unless a single one is larger.
inline constexpr std::size_t evidence_page_bytes_max = limits::MiB;
/// Pieces that one node can hold.
inline constexpr std::size_t evidence_items_max =
    limits::replicas_max * limits::evidence_per_replica_max;

struct evidence_answer {
  std::vector<culprit_line> culprits;
  std::vector<pbft::evidence> items; ///< rising by id
  bool more = false;                 ///< ask again behind the last one
  friend bool operator==(const evidence_answer&, const evidence_answer&) = default;
};

/// Code 0 and the encoded answer, or the number of an errc and nothing.
struct query_reply {
  std::uint16_t code = 0;
  bytes answer;
  std::string why; ///< with a code: what stands behind it, at most why_max of printable ASCII
  friend bool operator==(const query_reply&, const query_reply&) = default;
};

/// A leaf of a block's result tree: the result, where it is for this client, else only its hash.
using result_leaf = std::variant<ledger::operation_result, digest>;

/// Results of one block for one client. Either the whole tree's leaves (cheap when the client has a
/// good part of the block), or single results with their paths.
struct receipt_group {
  ledger::attested_block block;
  std::vector<result_leaf> leaves; ///< all leaves in order, or empty
  std::vector<std::pair<ledger::operation_result, merkle_path>> singles; ///< or empty
  friend bool operator==(const receipt_group&, const receipt_group&) = default;
};

/// Pushed to the client that submitted the operations.
struct receipt_push {
  std::vector<receipt_group> groups;
  friend bool operator==(const receipt_push&, const receipt_push&) = default;
};

/// Whether a refusal is of the node that was asked, and not of the question.
constexpr bool another_node_may_serve(std::uint16_t code) noexcept {
  const auto why = static_cast<errc>(code);
  return why == errc::read_only || why == errc::halted || why == errc::not_ready ||
         why == errc::no_lease || why == errc::shutting_down;
}

/// Checks a group and gives its results.
/// Errors: bad_proof, too_few_attestations.
expected<std::vector<ledger::operation_result>> verify(const receipt_group& group,
                                                       const ledger::trusted_epochs& trusted);

/// The receipt of one operation out of a verified group, to keep or to show to others.
/// Errors: not_found.
expected<ledger::receipt> receipt_of(const receipt_group& group, const ledger::operation_id& id);

// Errors of reading: truncated, over_limit, bad_enum, not_canonical.
void write(writer& w, const client_hello& v);
void read(reader& r, client_hello& v);
void write(writer& w, const server_hello& v);
void read(reader& r, server_hello& v);
void write(writer& w, const submit_request& v);
void read(reader& r, submit_request& v);
void write(writer& w, const submit_reply& v);
void read(reader& r, submit_reply& v);
void write(writer& w, const query& v);
void read(reader& r, query& v);
void write(writer& w, const epoch_proofs& v);
void read(reader& r, epoch_proofs& v);
void write(writer& w, const registry_answer& v);
void read(reader& r, registry_answer& v);
void write(writer& w, const node_status& v);
void read(reader& r, node_status& v);
void write(writer& w, const evidence_answer& v);
void read(reader& r, evidence_answer& v);
void write(writer& w, const query_reply& v);
void read(reader& r, query_reply& v);
void write(writer& w, const receipt_group& v);
void read(reader& r, receipt_group& v);
void write(writer& w, const receipt_push& v);
void read(reader& r, receipt_push& v);

} // namespace quorate::protocol
