// Whether the log on this disk is the newest that there is.
//
// A store that was set back to an older copy has forgotten what was signed and spent since, and
// nothing in it says so. The ledger does: it takes a head of the log only if it continues the one
// before. So with each start the log gets an entry with random bytes, and nothing is signed before
// the ledger has a head that stands for this entry. A proof from before the start cannot know the
// bytes, and a log that was set back has no way into the ledger. What was signed after the newest
// head that the ledger took stays unknown to it.
#pragma once

#include "core/audit/merkle_log.hpp"
#include "core/ledger/trust.hpp"

namespace quorate::signer {

/// Invariant: once a log was found to be set back or forked it is never the newest again.
class log_anchor {
public:
  /// @param entry  the number of this start's entry
  void begin(std::uint64_t entry) noexcept { entry_ = entry; }

  /// Compares a head that the ledger was proven to have with the own log.
  /// @param own    what of it is on the disk
  /// @param nodes  its subtrees
  /// Errors: log_set_back, log_forked: the ledger has another log, and missing() says so from now
  ///   on; as `nodes`.
  outcome compare(const audit::log_head& in_ledger, const audit::log_head& own,
                  const audit::node_lookup& nodes);

  /// Why nothing may be signed: not_anchored, log_set_back or log_forked; none when it may.
  std::optional<errc> missing() const noexcept { return missing_; }

private:
  std::optional<std::uint64_t> entry_;
  std::optional<errc> missing_ = errc::not_anchored;
};

/// Whether this is the account, as of a block of the newest epoch that 2f+1 replicas attested.
/// Errors: wrong_epoch; bad_proof; too_few_attestations.
outcome check_log_account(const ledger::account_proof& proof, const ledger::account_id& account,
                          const ledger::trusted_epochs& trusted);

} // namespace quorate::signer
