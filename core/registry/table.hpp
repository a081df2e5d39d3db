// The registrations that a node has heard of: one a member, each for 30 s.
#pragma once

#include "core/registry/registration.hpp"

#include <map>

namespace quorate::registry {

/// Of one configuration: a new epoch begins with an empty table.
/// Invariant: at most one entry a member of it, so at most limits::replicas_max.
class table {
public:
  /// Errors (state unchanged): stale_registration unless its counter is above that of every earlier
  ///   one of this node, expired or not; wrong_epoch when it was checked under another
  ///   configuration than those before.
  outcome step(const verified_registration& in, monotonic_ms now);

  /// Those that count at `now`, rising by replica.
  std::vector<signed_registration> live(monotonic_ms now) const;

private:
  struct entry {
    signed_registration what;
    monotonic_ms received;
  };
  std::map<replica_id, entry> entries_;
};

/// Whether what was received then still counts.
inline bool is_live(monotonic_ms received, monotonic_ms now) noexcept {
  return now.value - received.value < lease_ms;
}

} // namespace quorate::registry
