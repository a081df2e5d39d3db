// The costly checks of one operation: its signature and its approvals. They need no ledger state,
// so they run once per operation and replica, on any thread, before the operation is ordered.
#pragma once

#include "core/ledger/genesis.hpp"

namespace quorate::ledger {

/// An operation whose signature and approvals were checked. Only authoriser makes one, so apply()
/// cannot be handed anything else.
class authorised_operation {
public:
  const operation& op() const noexcept { return signed_.op; }
  const signed_operation& signed_op() const noexcept { return signed_; }
  const operation_id& id() const noexcept { return id_; }
  /// The canonical bytes with the signature.
  const bytes& encoded() const noexcept { return encoded_; }

private:
  friend class authoriser;
  authorised_operation() = default;

  signed_operation signed_;
  operation_id id_;
  bytes encoded_;
};

class authoriser {
public:
  /// @pre validate(g) succeeded.
  explicit authoriser(const genesis& g);

  /// Decodes and checks one operation.
  /// Errors: those of decoding; unsigned_not_allowed; bad_public_key; bad_signature; not_authorised
  /// when approvals are too few or name no member.
  expected<authorised_operation> check(bytes encoded_signed_operation) const;

  /// As check(), without the signatures, for an operation out of a batch that a certificate proves:
  /// f+1 correct replicas checked them. Errors: those of decoding.
  expected<authorised_operation> accept_certified(bytes encoded_signed_operation) const;

  const cluster_id& cluster() const noexcept { return cluster_; }
  /// Of the keys of all that act in this cluster.
  crypto_suite suite() const noexcept { return suite_; }

private:
  struct member_set {
    std::uint16_t threshold = 0;
    std::vector<verifying_key> keys;
  };
  expected<authorised_operation> decode_operation(bytes encoded_signed_operation) const;
  outcome check_approvals(const operation_body& body) const;

  cluster_id cluster_;
  crypto_suite suite_;
  bool unsigned_noops_ = false;
  member_set attesters_;
  member_set administrators_;
};

} // namespace quorate::ledger
