// The resource's side of a fencing token: whatever acts outside is asked for one, and the resource
// refuses what is older than what it has seen. Safe without any clock.
// Source: Kleppmann, "How to do distributed locking", 2016; Chubby's sequencers (OSDI '06, 2.4).
#pragma once

#include "core/base/expected.hpp"
#include "core/lease/terms.hpp"

namespace quorate::lease {

/// Invariant: what it admitted never goes back. The owner makes highest() durable before it acts.
class fence {
public:
  /// @param highest  as it was stored; all zero at first.
  explicit fence(fencing_token highest = {}) : highest_(highest) {}

  /// Errors (state unchanged): stale_token for one below the highest seen.
  outcome admit(const fencing_token& token) noexcept {
    if (token < highest_) return errc::stale_token;
    highest_ = token;
    return {};
  }

  const fencing_token& highest() const noexcept { return highest_; }

private:
  fencing_token highest_;
};

} // namespace quorate::lease
