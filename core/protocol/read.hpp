// How current a read is, and what proves it.
//
// A linearizable read is a quorum read index: 2f+1 replicas sign, for this one question, the
// highest sequence number that they may have helped to commit. What was acknowledged before the
// question took 2f+1 commits; one correct replica is in both quorums, so a proven state at the
// highest of those numbers holds it. No clock and no single node is trusted.
#pragma once

#include "core/lease/mode.hpp"
#include "core/lease/terms.hpp"
#include "core/ledger/receipt.hpp"
#include "core/pbft/configuration.hpp"

#include <optional>

namespace quorate::protocol {

/// The numbers go over the wire: append only.
enum class consistency : std::uint8_t {
  stale = 0,        ///< of the newest block that the node can prove: true, and possibly old
  leased = 1,       ///< of the primary under its lease: current, if that one node is honest
  linearizable = 2, ///< all that was acknowledged before the question
};

/// Chosen by the client at random, so that no answer fits another question.
using read_nonce = fixed_bytes<struct read_nonce_tag, 16>;

/// "For this question: I sent no commit above `voted`."
struct read_index {
  replica_id replica;
  sequence_number voted;
  signature sig;
  friend bool operator==(const read_index&, const read_index&) = default;
};

/// Between nodes: asks for the receiver's read index, and the answer.
struct read_index_request {
  read_nonce nonce;
  friend bool operator==(const read_index_request&, const read_index_request&) = default;
};
struct read_index_answer {
  read_nonce nonce;
  read_index index;
  friend bool operator==(const read_index_answer&, const read_index_answer&) = default;
};

/// What a read was, beside its value and proof. Only the indexes prove anything.
struct read_label {
  consistency kind = consistency::stale;
  lease::node_mode mode = lease::node_mode::normal; ///< of the node that answered
  std::uint64_t age_ms = 0; ///< since a quorum was last known to be in that node's reach
  configuration_epoch epoch;
  std::optional<lease::fencing_token> token; ///< leased: under which lease
  std::vector<read_index> indexes;           ///< linearizable: 2f+1, rising by replica
  friend bool operator==(const read_label&, const read_label&) = default;
};

struct account_answer {
  ledger::account_proof proof;
  read_label label;
};

/// What a replica signs (32 bytes).
digest read_index_statement(const cluster_id& cluster, configuration_epoch epoch,
                            const read_nonce& nonce, sequence_number voted);

/// The height that a state has to have so that the read is linearizable.
/// Errors: too_few_attestations for fewer than 2f+1 valid indexes of distinct voters.
expected<sequence_number> read_height(const std::vector<read_index>& indexes,
                                      const read_nonce& nonce, const pbft::configuration& in);

// Errors of reading: truncated, over_limit, bad_enum, not_canonical.
void write(writer& w, const read_index_request& v);
void read(reader& r, read_index_request& v);
void write(writer& w, const read_index_answer& v);
void read(reader& r, read_index_answer& v);
void write(writer& w, const account_answer& v);
void read(reader& r, account_answer& v);

} // namespace quorate::protocol
