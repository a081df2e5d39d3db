// When a peer that says nothing is suspected. A suspicion decides nothing: it may start a view
// change, and it tells people where to look.
#pragma once

#include "core/base/strong.hpp"

#include <cstddef>
#include <deque>

namespace quorate::lease {

enum class detector_kind : std::uint8_t {
  fixed, ///< after a fixed time without a heartbeat
  phi,   ///< when the silence is improbable, given how regular the heartbeats were before
};

struct detector_options {
  detector_kind kind = detector_kind::fixed;
  std::uint64_t heartbeat_ms = 250;
  std::uint64_t suspect_after_ms = 750; ///< phi as well waits no longer than four times this
  double phi_max = 8.0;                 ///< one wrong suspicion in 10^8 heartbeats
};

/// Remembers how regularly one peer's heartbeats came: the last arrivals_max of them.
class failure_detector {
public:
  static constexpr std::size_t arrivals_max = 64;

  failure_detector(const detector_options& options, monotonic_ms now)
      : options_(options), last_(now) {}

  void heard(monotonic_ms now);

  /// Since the last heartbeat, or since the start.
  std::uint64_t silent_ms(monotonic_ms now) const noexcept;
  bool ever_heard() const noexcept { return ever_; }
  bool suspects(monotonic_ms now) const;

  /// -log10 of the probability that the next heartbeat is still to come, if intervals are normally
  /// distributed. Source: Hayashibara et al., "The phi accrual failure detector", SRDS 2004.
  double phi(monotonic_ms now) const;

private:
  detector_options options_;
  monotonic_ms last_;
  bool ever_ = false;
  std::deque<std::uint64_t> intervals_ms_;
};

} // namespace quorate::lease
