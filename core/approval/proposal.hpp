// What is brought to people who approve on machines of their own: an operation that was written
// down in place of being submitted, and what their machines make of it.
//
// A proposal says nothing of what it does: whoever approves reads the transaction, or the change of
// membership, out of the very bytes that the approval then covers. What a file adds to an order,
// the network and the public key, is checked against it: the order names the key by its hash and
// states the payments as the network writes them, so another network gives other payments.
//
// The file, version 1, in the canonical encoding: "quorate-proposal" (16 bytes), version (u16),
// cluster (32), the operation (a blob); behind a signing_order its network and the compressed key.
// Of a change of membership account, sequence and expiry are zero: approvals do not cover them, and
// whoever submits it gives his own.
#pragma once

#include "core/signer/reading.hpp"
#include "core/signer/request.hpp"

namespace quorate::approval {

/// Characters of an address prefix (BIP-173). Longer: over_limit.
inline constexpr std::size_t prefix_bytes_max = 83;
/// Longer: no proposal.
inline constexpr std::size_t proposal_bytes_max = limits::operation_bytes_max + limits::KiB;

/// Of a signing order: how its transaction is read.
struct key_and_network {
  signer::network where;
  compressed_key key{};
  friend bool operator==(const key_and_network&, const key_and_network&) = default;
};

/// Invariants: a signing_order or a change_membership without approvals; `reading` with the former
/// and only there, for the order's chain.
struct proposal {
  cluster_id cluster;
  ledger::operation operation;
  std::optional<key_and_network> reading;
  friend bool operator==(const proposal&, const proposal&) = default;
};

void write(writer& w, const proposal& v);
/// Errors: bad_enum for bytes that are no proposal; bad_version; wrong_operation for another kind
///   of operation; not_canonical when it has approvals, or an account and a sequence that its kind
///   has not; over_limit, truncated.
void read(reader& r, proposal& v);

/// What approvers sign, and the proposal's name: signer::approval_statement() of an order,
/// ledger::approval_statement() of a change.
digest statement_of(const proposal& of);

/// A proposal that was read to its end. Only review() makes one, and only such a one is approved.
class reviewed {
public:
  const proposal& what() const noexcept { return what_; }
  const digest& statement() const noexcept { return statement_; }
  /// Lines of printable ASCII.
  const std::string& text() const noexcept { return text_; }
  /// The messages that the key is to sign, in the order of the transaction; of a change none.
  const std::vector<digest>& digests() const noexcept { return digests_; }

private:
  friend expected<reviewed> review(proposal from);
  reviewed() = default;

  proposal what_;
  digest statement_;
  std::string text_;
  std::vector<digest> digests_;
};

/// Errors: bad_public_key; wrong_key when the order is for another key than the file shows;
///   amount_mismatch unless the order states exactly what its transaction pays; those of
///   signer::read_transaction().
expected<reviewed> review(proposal from);

} // namespace quorate::approval
