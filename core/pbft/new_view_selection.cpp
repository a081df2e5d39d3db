#include "core/pbft/new_view_selection.hpp"

#include "core/base/planted.hpp"

#include <map>

namespace quorate::pbft {

selection select(const std::vector<view_change>& view_changes) {
  selection chosen;
  if (!view_changes.empty()) chosen.stable = view_changes.front().stable;
  for (const auto& m : view_changes)
    if (m.stable.sequence > chosen.stable.sequence) chosen.stable = m.stable;

  std::map<sequence_number, ballot> highest;
  for (const auto& m : view_changes) {
    for (const auto& certificate : m.prepared) {
      const ballot& on = certificate.header.on;
      if (on.sequence <= chosen.stable.sequence) continue;
      const auto [place, is_new] = highest.try_emplace(on.sequence, on);
      if (!is_new && (on.view > place->second.view) != planted(fault::lowest_view_selected))
        place->second = on;
    }
  }

  auto next = chosen.stable.sequence.next();
  for (const auto& [sequence, on] : highest) {
    for (; next < sequence && !planted(fault::gaps_left_open); next = next.next())
      chosen.proposals.push_back({next, null_digest()});
    chosen.proposals.push_back({sequence, on.batch});
    next = sequence.next();
  }
  return chosen;
}

} // namespace quorate::pbft
