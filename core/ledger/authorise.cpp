#include "core/ledger/authorise.hpp"

namespace quorate::ledger {

namespace {

/// The approvals of a body, and whose they have to be.
enum class approvers : std::uint8_t { nobody, attesters, administrators };

struct demanded {
  approvers by = approvers::nobody;
  const std::vector<approval>* approvals = nullptr;
};

demanded approvals_of(const operation_body& body) noexcept {
  if (const auto* v = std::get_if<credit>(&body)) return {approvers::attesters, &v->approvals};
  if (const auto* v = std::get_if<withdrawal_release>(&body))
    return {approvers::attesters, &v->approvals};
  if (const auto* v = std::get_if<set_frozen>(&body))
    return {approvers::administrators, &v->approvals};
  if (const auto* v = std::get_if<change_membership>(&body))
    return {approvers::administrators, &v->approvals};
  return {};
}

} // namespace

authoriser::authoriser(const genesis& g)
    : cluster_(id_of(g)), suite_(g.identity_suite), unsigned_noops_(g.unsigned_noops) {
  const auto parse_all = [suite = suite_](const quorum_policy& policy) {
    member_set set{policy.threshold, {}};
    for (const auto& key : policy.keys) {
      auto parsed = verifying_key::parse(suite, key);
      QUORATE_CHECK(parsed);
      set.keys.push_back(*parsed);
    }
    return set;
  };
  attesters_ = parse_all(g.attesters);
  administrators_ = parse_all(g.administrators);
}

expected<authorised_operation> authoriser::decode_operation(bytes encoded) const {
  if (encoded.size() > limits::operation_bytes_max) return errc::over_limit;
  QUORATE_ASSIGN(auto decoded, decode<signed_operation>(encoded));
  authorised_operation made;
  made.signed_ = std::move(decoded);
  made.id_ = id_of_encoded(cluster_, encoded);
  made.encoded_ = std::move(encoded);
  return made;
}

expected<authorised_operation> authoriser::accept_certified(bytes encoded) const {
  return decode_operation(std::move(encoded));
}

expected<authorised_operation> authoriser::check(bytes encoded) const {
  QUORATE_ASSIGN(auto made, decode_operation(std::move(encoded)));
  if (is_unsigned(made.signed_)) {
    if (!unsigned_noops_) return errc::unsigned_not_allowed;
    return made;
  }
  QUORATE_TRY(verify(suite_, made.op().account, digest{made.id_.data}, made.signed_.sig));
  QUORATE_TRY(check_approvals(made.op().body));
  return made;
}

// Every approval shown must be valid, also beyond the threshold: one form of the truth.
outcome authoriser::check_approvals(const operation_body& body) const {
  const auto needs = approvals_of(body);
  if (needs.by == approvers::nobody) return {};
  const auto& members = needs.by == approvers::attesters ? attesters_ : administrators_;
  if (needs.approvals->size() < members.threshold) return errc::not_authorised;
  const auto statement = approval_statement(cluster_, body);
  for (const auto& given : *needs.approvals) {
    if (given.member >= members.keys.size()) return errc::not_authorised;
    if (!members.keys[given.member].verify(statement, given.sig)) return errc::bad_signature;
  }
  return {};
}

} // namespace quorate::ledger
