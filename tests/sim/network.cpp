#include "tests/sim/network.hpp"

#include <algorithm>

namespace quorate::sim {

std::vector<arrival> network::fate(std::size_t from, std::size_t to) {
  if (!connected(from, to)) return {};
  const auto own = own_rules_.find({from, to});
  const auto& rules = own == own_rules_.end() ? rules_ : own->second;
  if (chance(rules.loss_percent)) return {};
  std::vector<arrival> copies;
  do {
    const auto spread = rules.delay_ms_max - rules.delay_ms_min + 1;
    const auto delay_ms = rules.delay_ms_min + random_() % spread;
    copies.push_back({delay_ms, chance(rules.damage_percent)});
  } while (copies.size() < 3 && chance(rules.duplicate_percent));
  return copies;
}

bool network::connected(std::size_t from, std::size_t to) const {
  if (deaf_.contains({from, to})) return false;
  if (!groups_) return true;
  return std::any_of(groups_->begin(), groups_->end(), [&](const auto& group) {
    return std::count(group.begin(), group.end(), from) &&
           std::count(group.begin(), group.end(), to);
  });
}

} // namespace quorate::sim
