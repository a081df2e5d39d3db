// A primary's side of its lease: rounds of requests, the grants of each, and how long that lasts.
#pragma once

#include "core/lease/terms.hpp"

#include <deque>
#include <optional>
#include <set>

namespace quorate::lease {

/// Invariants: a grant counts for the round that it names and no other; a lease is counted from the
/// moment at which its round was asked for, and ends later only by a later round.
class holder {
public:
  /// @param lease_ms  lease_ms_min to lease_ms_max
  /// @param quorum    2f+1: how many promises a lease takes, the own one included
  holder(std::uint64_t lease_ms, std::size_t quorum) : lease_ms_(lease_ms), quorum_(quorum) {}

  /// Begins a round. At most rounds_max are open; the oldest goes.
  /// @pre token rises; the own promise for it is persisted before the request leaves.
  void ask(const fencing_token& token, replica_id self, monotonic_ms now);

  /// Counts a grant. @returns whether the lease begins, or lasts longer now.
  bool take_grant(const fencing_token& token, replica_id from, monotonic_ms now);

  /// The view is left, or over: nothing is held any more.
  void drop();

  /// What is held, also when its time is over: compare `until`.
  const std::optional<held>& lease() const noexcept { return held_; }

  static constexpr std::size_t rounds_max = 2 * renewals_per_lease;

private:
  struct round {
    fencing_token token;
    monotonic_ms asked;
    std::set<replica_id> granted;
  };

  std::uint64_t lease_ms_;
  std::size_t quorum_;
  std::deque<round> open_; ///< rising
  std::optional<held> held_;
};

} // namespace quorate::lease
