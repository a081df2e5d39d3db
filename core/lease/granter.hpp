// What a replica promised: to send no VIEW-CHANGE until a moment on its own clock.
//
// A lease is 2f+1 such promises. Whoever changes the view needs 2f+1 replicas too, so at least one
// correct replica is in both, and its promise has ended before the new view can begin.
#pragma once

#include "core/base/bytes.hpp"
#include "core/lease/terms.hpp"

#include <optional>

namespace quorate {
class writer;
class reader;
} // namespace quorate

namespace quorate::lease {

/// The record of a promise: durable before the grant leaves.
struct promise {
  fencing_token token;
  std::uint64_t lease_ms = 0;
  monotonic_ms until;     ///< on the clock of this start of the machine:
  std::uint64_t boot = 0; ///< which start that is
  friend bool operator==(const promise&, const promise&) = default;
};

void write(writer& w, const promise& v);
void read(reader& r, promise& v);

/// Invariant: the moment until which this replica is bound never moves back within one view.
class granter {
public:
  /// @param last      the promise on the disk, of any epoch; none when there never was one
  /// @param boot      which start of the machine `now` counts from
  /// @param remembers false after a lost disk: any promise may have been forgotten
  ///
  /// A promise of this start of the machine binds until its end; one of an earlier start for its
  /// whole length, since nobody knows how long the machine was off. In an epoch for which nothing
  /// was promised yet, nothing is granted for the longest lease: one of the epoch before may still
  /// be held.
  granter(configuration_epoch epoch, const std::optional<promise>& last, std::uint64_t boot,
          bool remembers, monotonic_ms now);

  /// Binds this replica if it may. None: a token that does not rise, an invalid length, or too
  /// early.
  std::optional<promise> grant(const fencing_token& token, std::uint64_t lease_ms,
                               monotonic_ms now);

  /// No VIEW-CHANGE may be sent before.
  monotonic_ms bound_until() const noexcept { return bound_until_; }

  /// 2f+1 replicas left the view of the promise, which proves that its lease is over.
  void release() noexcept { bound_until_ = {}; }

  /// Nothing is granted before.
  monotonic_ms grants_from() const noexcept { return grants_from_; }

  /// The highest token granted.
  const fencing_token& last() const noexcept { return last_; }

private:
  std::uint64_t boot_;
  fencing_token last_;
  monotonic_ms bound_until_;
  monotonic_ms grants_from_;
};

} // namespace quorate::lease
