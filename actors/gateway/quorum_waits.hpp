// Who waits until 2f+1 replicas have attested a block.
#pragma once

#include "actors/gateway/take_values.hpp"
#include "core/base/strong.hpp"

#include <utility>

namespace quorate {

/// Invariant: at most waits_max wait; of more, those for the oldest block wait no longer, which
/// breaks their promises.
template <class Promise>
class quorum_waits {
public:
  static constexpr std::size_t waits_max = 64;

  void add(sequence_number height, Promise promise) {
    waiting_.emplace(height, std::move(promise));
    if (waiting_.size() > waits_max) waiting_.erase(waiting_.begin());
  }

  /// Those for this height.
  std::vector<Promise> take(sequence_number height) { return take_values(waiting_, height); }

private:
  std::multimap<sequence_number, Promise> waiting_;
};

} // namespace quorate
