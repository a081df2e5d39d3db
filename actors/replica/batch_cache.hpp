// The decoded operations of batches under way, so that a body is taken apart once.
#pragma once

#include "actors/local_messages.hpp"

#include <list>
#include <unordered_map>

namespace quorate {

/// Bounded: beyond `most`, the oldest goes, and is decoded again from its body if it is delivered
/// after all.
class batch_cache {
public:
  explicit batch_cache(std::size_t most) : most_(most) {}

  void put(const digest& batch, local::operations_ptr operations) {
    if (!entries_.try_emplace(batch, std::move(operations)).second) return;
    order_.push_back(batch);
    if (order_.size() <= most_) return;
    entries_.erase(order_.front());
    order_.pop_front();
  }

  /// Null when it is not here.
  local::operations_ptr find(const digest& batch) const {
    const auto place = entries_.find(batch);
    return place == entries_.end() ? nullptr : place->second;
  }

private:
  std::size_t most_;
  std::unordered_map<digest, local::operations_ptr> entries_;
  std::list<digest> order_;
};

} // namespace quorate
