// How long one node is listened to that brings what no correct node brings, and how many of its
// questions are under way at a time.
//
// Each lie is an entry of the log, for ever: a node that lies all the time would fill the disk. A
// correct node brings none, but for what crosses a change of the members or of the view.
#pragma once

#include "core/base/check.hpp"
#include "core/base/strong.hpp"

#include <algorithm>

namespace quorate::signer {

class patience {
public:
  /// Lies, and questions that may yet turn out to be one. A part of jobs_max, so that one node
  /// leaves room for others.
  static constexpr std::uint64_t questions_max = 60;
  static constexpr std::uint64_t forgiven_after_ms = 1000; ///< one lie

  /// Whether a question is looked at. Then it is under way until settle().
  /// @param now  never before an earlier one's.
  bool takes(monotonic_ms now) noexcept {
    const auto forgiven = (now.value - since_.value) / forgiven_after_ms;
    lies_ -= std::min(lies_, forgiven);
    since_ = lies_ == 0 ? now : since_.plus(forgiven * forgiven_after_ms);
    if (lies_ + under_way_ >= questions_max) return false;
    ++under_way_;
    return true;
  }

  /// What a question that was taken turned out to be.
  void settle(bool was_lie) noexcept {
    QUORATE_CHECK(under_way_ > 0);
    --under_way_;
    if (was_lie) ++lies_;
  }

private:
  std::uint64_t lies_ = 0;
  std::uint64_t under_way_ = 0;
  monotonic_ms since_; ///< up to when they were forgiven
};

} // namespace quorate::signer
