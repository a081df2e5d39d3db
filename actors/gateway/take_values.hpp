// Takes what waits under one key out of a multimap.
#pragma once

#include <map>
#include <utility>
#include <vector>

namespace quorate {

/// In the order in which they came; `from` has none of them any more.
template <class Key, class Value>
std::vector<Value> take_values(std::multimap<Key, Value>& from, const Key& key) {
  std::vector<Value> taken;
  const auto [first, last] = from.equal_range(key);
  for (auto at = first; at != last; ++at)
    taken.push_back(std::move(at->second));
  from.erase(first, last);
  return taken;
}

} // namespace quorate
