// One person's approval of one proposal, as it comes back from another machine.
//
// The file, version 1: "quorate-approval" (16 bytes), version (u16), cluster (32), statement (32),
// approver (32), signature (64). Cluster and statement tell what it is of when it does not fit;
// what counts is the signature over the statement that the proposal itself gives.
#pragma once

#include "core/approval/proposal.hpp"

namespace quorate::approval {

inline constexpr std::size_t approval_bytes = 16 + 2 + 32 + 32 + 32 + 64;

struct approval {
  cluster_id cluster;
  digest statement; ///< statement_of() the proposal
  public_key approver;
  signature sig;
  friend bool operator==(const approval&, const approval&) = default;
};

void write(writer& w, const approval& v);
/// Errors: bad_enum for bytes that are no approval; bad_version; truncated.
void read(reader& r, approval& v);

approval approve(const reviewed& what, const signing_key& by);

/// Whether it approves this proposal, in a cluster whose identities are of `suite`.
/// Errors: wrong_cluster; digest_mismatch for an approval of another proposal; bad_signature,
///   bad_public_key.
outcome check(const approval& given, const reviewed& of, crypto_suite suite);

/// The order with these approvals. @pre each was checked, and no two are of one approver.
/// Errors: wrong_operation unless it is a signing_order; over_limit.
expected<ledger::operation> with_approvals(const reviewed& of, const std::vector<approval>& given);

} // namespace quorate::approval
