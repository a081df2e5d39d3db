// What a client trusts instead of a node: results and state under roots that f+1 replicas signed.
#pragma once

#include "core/crypto/merkle.hpp"
#include "core/ledger/account.hpp"
#include "core/ledger/operation.hpp"
#include "core/ledger/state_tree.hpp"

#include <optional>

namespace quorate::ledger {

/// The outcome of one ordered operation; a leaf of the result tree of its block.
struct operation_result {
  operation_id id;
  account_id account;
  account_sequence sequence;
  sequence_number height; ///< block in which it was executed
  std::uint16_t code = 0; ///< 0: done; else the number of an errc (4xx, 502)
  friend bool operator==(const operation_result&, const operation_result&) = default;
};

/// What applying one batch gave. Each links to the one before it.
struct block_summary {
  sequence_number height;
  digest previous;     ///< hash() of the summary before; zero at height 1
  digest batch_digest; ///< the digest that was agreed by consensus
  block_time_ms time;  ///< never below that of the block before
  digest result_root;  ///< Merkle root over the encoded operation_results
  digest state_root;   ///< root of the state tree after the block
  friend bool operator==(const block_summary&, const block_summary&) = default;
};

/// One replica's signature over attestation_statement().
struct attestation {
  replica_id replica;
  signature sig;
  friend bool operator==(const attestation&, const attestation&) = default;
};

/// A summary with the signatures of f+1 or more voters of `epoch`, rising by replica. After a
/// restart a node signs earlier blocks anew, so the epoch may be later than the block's own.
struct attested_block {
  block_summary summary;
  std::vector<attestation> attestations;
  configuration_epoch epoch = genesis_epoch;
  friend bool operator==(const attested_block&, const attested_block&) = default;
};

struct receipt {
  operation_result result;
  merkle_path path;
  attested_block block;
  friend bool operator==(const receipt&, const receipt&) = default;
};

/// An account, or its absence, as of a block.
struct account_proof {
  std::optional<account> value;
  state_proof proof;
  attested_block block;
  friend bool operator==(const account_proof&, const account_proof&) = default;
};

class trusted_epochs; // trust.hpp

digest hash(const block_summary& summary);

/// What a replica signs once a block: tagged hash of cluster, epoch and summary.
digest attestation_statement(const cluster_id& cluster, configuration_epoch epoch,
                             const block_summary& summary);

/// Errors: wrong_epoch for one that is not trusted (yet); too_few_attestations (invalid and
/// repeated ones do not count).
outcome verify(const attested_block& block, const trusted_epochs& trusted);

/// As above, by 2f+1 voters: what a signer asks for. A client asks whether a result is right, and
/// one correct voter among f+1 tells; a signature cannot be taken back, so nothing less than what
/// ordered the block is taken for it.
outcome verify_by_quorum(const attested_block& block, const trusted_epochs& trusted);

/// Errors: bad_proof; too_few_attestations; wrong_operation unless the receipt is of `expected_id`.
outcome verify(const receipt& r, const operation_id& expected_id, const trusted_epochs& trusted);
outcome verify_by_quorum(const receipt& r, const operation_id& expected_id,
                         const trusted_epochs& trusted);

/// Errors: bad_proof; too_few_attestations.
outcome verify(const account_proof& p, const account_id& of, const trusted_epochs& trusted);
outcome verify_by_quorum(const account_proof& p, const account_id& of,
                         const trusted_epochs& trusted);

void write(writer& w, const operation_result& v);
void read(reader& r, operation_result& v);
void write(writer& w, const block_summary& v);
void read(reader& r, block_summary& v);
void write(writer& w, const attestation& v);
void read(reader& r, attestation& v);
void write(writer& w, const attested_block& v);
void read(reader& r, attested_block& v);
void write(writer& w, const receipt& v);
void read(reader& r, receipt& v);
void write(writer& w, const account_proof& v);
void read(reader& r, account_proof& v);

} // namespace quorate::ledger
