// How long one node is listened to that brings requests without a valid proof.
//
// Each of them is an entry of the log, for ever: a node that lies all the time would fill the disk.
// A correct node brings none, but for those of an epoch that has just ended.
#pragma once

#include "core/base/strong.hpp"

#include <algorithm>

namespace quorate::signer {

class patience {
public:
  static constexpr std::uint64_t lies_max = 60;
  static constexpr std::uint64_t forgiven_after_ms = 1000; ///< one of them

  /// Whether the node's next question is looked at. @param now  never before an earlier one's.
  bool lasts(monotonic_ms now) noexcept {
    const auto forgiven = (now.value - since_.value) / forgiven_after_ms;
    lies_ -= std::min(lies_, forgiven);
    since_ = lies_ == 0 ? now : since_.plus(forgiven * forgiven_after_ms);
    return lies_ < lies_max;
  }

  void lose() noexcept { ++lies_; }

private:
  std::uint64_t lies_ = 0;
  monotonic_ms since_; ///< up to when they were forgiven
};

} // namespace quorate::signer
