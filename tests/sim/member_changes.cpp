#include "tests/sim/member_changes.hpp"

#include "tests/sim/cluster.hpp"

#include <array>

namespace quorate::sim {

std::optional<ledger::change_membership>
draw_change(cluster& world, const ledger::membership& members, std::mt19937_64& draws) {
  const auto draw = [&](std::uint64_t below) { return draws() % below; };
  const auto chance = [&](unsigned percent) { return draw(100) < percent; };
  const auto name_key = [&](ledger::change_membership& named) {
    named.key = world.new_key().key();
    named.endpoint = "member:1";
  };
  using what = ledger::membership_change;
  ledger::change_membership change;
  change.epoch = members.current.epoch.next();
  std::vector<replica_id> voters;
  std::vector<replica_id> on_probation;
  for (const auto& each : members.current.members)
    (each.voter ? voters : on_probation).push_back(each.id);
  // Whoever is on probation is there to get a vote.
  change.what = !on_probation.empty() && chance(60) ? (chance(50) ? what::promote : what::replace)
                                                    : static_cast<what>(1 + draw(5));
  if (change.what == what::remove && voters.size() == 4 && !on_probation.empty())
    voters = on_probation;
  change.member = voters[draw(voters.size())];
  switch (change.what) {
  case what::add:
    if (on_probation.size() >= 2) return std::nullopt;
    change.member = members.next_id;
    name_key(change);
    break;
  case what::promote:
    if (on_probation.empty()) return std::nullopt;
    change.member = on_probation[draw(on_probation.size())];
    break;
  case what::remove:
    break;
  case what::replace:
    if (on_probation.empty()) return std::nullopt;
    change.successor = on_probation[draw(on_probation.size())];
    break;
  case what::rotate:
    name_key(change);
    break;
  }
  return change;
}

std::string name_of(ledger::membership_change what) {
  constexpr std::array names{"add", "promote", "remove", "replace", "rotate"};
  return names.at(static_cast<std::size_t>(what) - 1);
}

} // namespace quorate::sim
