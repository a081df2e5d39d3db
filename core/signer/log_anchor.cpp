#include "core/signer/log_anchor.hpp"

namespace quorate::signer {

outcome log_anchor::compare(const audit::log_head& in_ledger, const audit::log_head& own,
                            const audit::node_lookup& nodes) {
  const auto differs = [this](errc why) {
    missing_ = why;
    return why;
  };
  if (in_ledger.size > own.size) return differs(errc::log_set_back);
  QUORATE_ASSIGN(const auto then, audit::head_of(in_ledger.size, nodes));
  if (then != in_ledger) return differs(errc::log_forked);
  const bool has_this_start = entry_ && in_ledger.size > *entry_;
  if (has_this_start && missing_ == errc::not_anchored) missing_.reset();
  return {};
}

outcome check_log_account(const ledger::account_proof& proof, const ledger::account_id& account,
                          const ledger::trusted_epochs& trusted) {
  if (!proof.value) return errc::bad_proof;
  if (proof.block.epoch != trusted.newest()) return errc::wrong_epoch;
  return ledger::verify_by_quorum(proof, account, trusted);
}

} // namespace quorate::signer
