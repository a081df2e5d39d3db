// The arithmetic of leases: what one duration means on two clocks that drift, and the fencing
// token.
//
// Time decides nothing that cannot be undone: whoever acts outside shows a fencing token, and what
// it acts on refuses a token that goes back (fence.hpp). A lease only saves asking.
#pragma once

#include "core/base/planted.hpp"
#include "core/base/strong.hpp"

#include <string>

namespace quorate::lease {

/// How far any correct clock may run from real time, either way. Quartz stays within 0.01 %, and a
/// clock that is being corrected within 0.05 %: 1 % leaves room for virtual machines.
inline constexpr std::uint64_t clock_error_percent = 1;
/// Milliseconds are cut off on both sides, and a clock is read a little before it is acted on.
inline constexpr std::uint64_t margin_ms = 10;
inline constexpr std::uint64_t lease_ms_min = 100;
/// The longest that a view change can be held up by a promise.
inline constexpr std::uint64_t lease_ms_max = 5'000;
/// A primary asks again this often within one lease, so that one lost message costs nothing.
inline constexpr std::uint64_t renewals_per_lease = 4;

/// How long a replica that promised stays in its view, from the receipt of the request:
/// D(1+e), rounded up.
inline std::uint64_t promise_length_ms(std::uint64_t lease_ms) noexcept {
  if (planted(fault::lease_drift_ignored)) return lease_ms;
  return lease_ms + lease_ms * clock_error_percent / 100 + 1;
}

/// How long the primary may act, from the moment of its request: D(1-e) less the margin, rounded
/// down.
/// @pre lease_ms_min <= lease_ms <= lease_ms_max.
inline std::uint64_t holding_length_ms(std::uint64_t lease_ms) noexcept {
  if (planted(fault::lease_drift_ignored)) return lease_ms;
  return lease_ms - lease_ms * clock_error_percent / 100 - 1 - margin_ms;
}
static_assert(lease_ms_min > 2 * margin_ms, "the shortest lease leaves time to act");

/// How long after a quorum answered a node goes on serving, counted from when it asked: less than a
/// lease, so that what it refuses is refused within one.
constexpr std::uint64_t quorum_window_ms(std::uint64_t lease_ms) noexcept {
  return lease_ms - lease_ms / 12;
}

/// Rises over all leases of a cluster. "epoch.view.counter" in text.
struct fencing_token {
  configuration_epoch epoch;
  view_number view;
  std::uint64_t counter = 0; ///< of the requests in that view, from 1
  friend auto operator<=>(const fencing_token&, const fencing_token&) = default;
};

inline std::string to_string(const fencing_token& t) {
  return std::to_string(t.epoch.value) + '.' + std::to_string(t.view.value) + '.' +
         std::to_string(t.counter);
}

/// A lease as its holder has it, on its own clock.
struct held {
  fencing_token token;
  monotonic_ms from;  ///< when it was asked for
  monotonic_ms until; ///< it may act before, not at this moment
  friend bool operator==(const held&, const held&) = default;
};

} // namespace quorate::lease
