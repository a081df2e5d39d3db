#include "tests/sim/network.hpp"

#include <algorithm>

namespace quorate::sim {

std::vector<std::uint64_t> network::fate(std::size_t from, std::size_t to) {
  if (!connected(from, to)) return {};
  const auto own = own_rules_.find({from, to});
  const auto& rules = own == own_rules_.end() ? rules_ : own->second;
  if (chance(rules.loss_percent)) return {};
  std::vector<std::uint64_t> copies;
  do {
    copies.push_back(rules.delay_ms_min +
                     random_() % (rules.delay_ms_max - rules.delay_ms_min + 1));
  } while (copies.size() < 3 && chance(rules.duplicate_percent));
  return copies;
}

bool network::connected(std::size_t from, std::size_t to) const {
  if (!groups_) return true;
  return std::any_of(groups_->begin(), groups_->end(), [&](const auto& group) {
    return std::count(group.begin(), group.end(), from) &&
           std::count(group.begin(), group.end(), to);
  });
}

} // namespace quorate::sim
