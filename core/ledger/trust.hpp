// Whom a client trusts, and how that trust follows changes of membership.
#pragma once

#include "core/ledger/membership.hpp"
#include "core/ledger/receipt.hpp"
#include "core/pbft/message.hpp"

#include <map>

namespace quorate::ledger {

/// That the voters of one epoch decided on the next: the membership in the state with which their
/// epoch ended, which a quorum of them signed. Every node that went through the epoch has it.
struct epoch_proof {
  membership value; ///< value.pending is the epoch that is proven
  state_proof proof;
  block_summary summary;            ///< of the epoch's last block
  pbft::checkpoint_certificate end; ///< of hash(summary)
  friend bool operator==(const epoch_proof&, const epoch_proof&) = default;
};
/// Of one answer.
inline constexpr std::size_t epoch_proofs_max = 16;

/// The configurations of all epochs from genesis to the newest that was proven. A client trusts any
/// f+1 voters of one of them together, and none alone.
class trusted_epochs {
public:
  /// @pre validate(g) succeeded.
  explicit trusted_epochs(const genesis& g);

  const cluster_id& cluster() const noexcept { return cluster_; }
  crypto_suite suite() const noexcept { return suite_; }
  configuration_epoch newest() const noexcept { return epochs_.rbegin()->first; }
  /// Null for an epoch that was not proven.
  const pbft::configuration* find(configuration_epoch epoch) const noexcept;

  /// Adds the epoch after the newest. Errors: wrong_epoch when it is another one; bad_proof; those
  /// of verifier::check_certificate. Nothing changes on error.
  outcome extend(const epoch_proof& p);

private:
  cluster_id cluster_;
  crypto_suite suite_;
  std::map<configuration_epoch, pbft::configuration> epochs_;
};

void write(writer& w, const epoch_proof& v);
void read(reader& r, epoch_proof& v);

} // namespace quorate::ledger
