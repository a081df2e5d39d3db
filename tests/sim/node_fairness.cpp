// A simulated node that measures its primary, as a mempool does.
#include "tests/sim/cluster.hpp"
#include "tests/sim/node.hpp"

#include <algorithm>

namespace quorate::sim {

void node::watch_due() {
  const auto now = world_.now_ms();
  for (std::size_t account = 0; account < accounts; ++account) {
    auto next = ledger_.last_of(account).next();
    if (known_of(account) < next) next = {};
    const auto before = std::exchange(due_[account], next);
    if (before == next) continue;
    if (before.value != 0) monitor_.gone(signed_operation(operation_of(account, before))->id());
    if (next.value != 0)
      monitor_.became_due(signed_operation(operation_of(account, next))->id(),
                          static_cast<std::size_t>(mempool::lane::transfers), now);
  }
}

void node::measure(const ledger::applied_block& block) {
  std::vector<ledger::operation_id> ids;
  for (const auto& result : block.results)
    ids.push_back(result.id);
  monitor_.executed(ids, {block.touched.size(), 0}, world_.now_ms());
  watch_due();
}

void node::judge_primary() {
  if (!is_up()) return;
  watch_due();
  const auto why = monitor_.judge(world_.now_ms());
  if (!why || !in_view_ || describe().primary == identity_) return;
  ++unfair_reports;
  world_.say(place_, [&] { return "finds the primary unfair: " + std::string{name(*why)}; });
  feed(pbft::input::primary_unfair{view_});
}

} // namespace quorate::sim
