// What a node brings to the signer: an order, and the proof that the cluster committed it.
//
// The proof is checked against the members whom the signer itself followed from genesis, so it is
// all the same who brings it. Nothing of it is taken on the word of one node:
//
// - 2f+1 commits say that the order's block was ordered, in which epoch and in which view;
// - 2f+1 attestations say what became of the operations of that block, and a Merkle path leads from
//   the order's own result to them: it was executed, and not refused;
// - both are of the newest epoch that the signer knows. Members who left may lose their keys, so
//   what only they signed is worth nothing: what an epoch leaves unsigned is ordered again.
//
// The fencing token is the (epoch, view) of a commit certificate, the newest that the node has. Its
// counter is not used. A token that a node may state, or that only its own lease proves, could be
// raised by one liar to lock everybody else out; an epoch and a view in which 2f+1 replicas
// committed cannot be made up, and every correct node can show the same one as soon as it has the
// block. A counter within the view can be raised by its primary alone, so it fences nothing.
#pragma once

#include "core/lease/terms.hpp"
#include "core/ledger/trust.hpp"

namespace quorate::signer {

struct signing_request {
  cluster_id cluster;
  ledger::operation operation;          ///< a signing_order
  ledger::receipt receipt;              ///< of the operation, under 2f+1 attestations
  pbft::commit_certificate certificate; ///< of the operation's block
  pbft::commit_certificate newest;      ///< of the newest block that the node has; may be the same
  friend bool operator==(const signing_request&, const signing_request&) = default;
};

/// Encoded. Larger: over_limit.
inline constexpr std::size_t request_bytes_max = limits::operation_bytes_max +
                                                 3 * (limits::replicas_max * (2 + 64) + 64) +
                                                 merkle_siblings_max * 32 + limits::KiB;

/// Version u8, cluster 32, operation (a blob), receipt, two certificates.
void write(writer& w, const signing_request& v);
/// Errors: bad_version; over_limit; as the parts.
void read(reader& r, signing_request& v);

/// What an approver signs: a tagged hash of the cluster and the whole operation without approvals,
/// so that an approval is good for one order of one account.
/// @pre the operation is a signing_order.
digest approval_statement(const cluster_id& cluster, ledger::operation operation);

/// An order that the cluster committed. Only prove() makes one.
class committed_order {
public:
  const ledger::operation_id& id() const noexcept { return id_; }
  const ledger::operation& operation() const noexcept { return operation_; }
  const ledger::signing_order& order() const noexcept {
    return std::get<ledger::signing_order>(operation_.body);
  }
  /// As the cluster agreed on it.
  block_time_ms block_time() const noexcept { return time_; }
  const lease::fencing_token& token() const noexcept { return token_; }

private:
  friend expected<committed_order> prove(signing_request, const ledger::trusted_epochs&);
  committed_order() = default;

  ledger::operation_id id_;
  ledger::operation operation_;
  block_time_ms time_;
  lease::fencing_token token_;
};

/// Errors: wrong_cluster; wrong_operation for another kind of operation, or a receipt of another
///   one; wrong_epoch for anything that is not of the newest trusted epoch; bad_certificate for a
///   certificate with too few, repeated or false commits, or of another block; bad_signature,
///   unknown_signer as verifier::check_certificate; bad_proof; too_few_attestations; order_refused.
expected<committed_order> prove(signing_request from, const ledger::trusted_epochs& trusted);

} // namespace quorate::signer
