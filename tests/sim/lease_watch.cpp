#include "tests/sim/lease_watch.hpp"

#include "tests/sim/cluster.hpp"

#include <algorithm>

namespace quorate::sim {

namespace {

// Whether a machine cannot help to end the view of this lease now. One that is down sends nothing,
// and one that lost its disk does not vote.
bool keeps_promise(const node& which, const lease::held& lease) {
  if (which.faulty || !which.is_up()) return true;
  const auto stands = which.lease_view();
  if (!stands.voter) return true;
  if (stands.epoch > lease.token.epoch) return which.clock() < stands.grants_from;
  return stands.epoch == lease.token.epoch && stands.view == lease.token.view && !stands.changing &&
         which.clock() < stands.bound_until;
}

} // namespace

void lease_watch::look(const cluster& world) {
  const node* holder = nullptr;
  for (std::size_t place = 0; place < world.nodes(); ++place) {
    const auto& each = world.at(place);
    if (each.faulty || !each.is_up()) continue;
    const auto lease = each.lease_view().lease;
    if (!lease || each.clock() >= lease->until) continue;
    if (holder != nullptr)
      throw safety_violation("nodes " + std::to_string(holder->place()) + " and " +
                             std::to_string(place) + " both hold a lease, " +
                             to_string(holder->lease_view().lease->token) + " and " +
                             to_string(lease->token));
    holder = &each;
    judge(world, each, *lease);
  }
}

void lease_watch::judge(const cluster& world, const node& holder, const lease::held& lease) {
  ++seen_;
  if (lease.token < highest_)
    throw safety_violation("node " + std::to_string(holder.place()) + " acts under " +
                           to_string(lease.token) + " after " + to_string(highest_));
  highest_ = lease.token;
  std::size_t kept = 0;
  for (const auto& member : holder.config().members()) {
    if (!member.voter) continue;
    bool keeps = true; // one that has no machine yet sends nothing
    for (std::size_t place = 0; place < world.nodes(); ++place)
      if (world.at(place).identity() == member.id) keeps = keeps_promise(world.at(place), lease);
    kept += keeps ? 1 : 0;
  }
  if (kept < holder.config().quorum())
    throw safety_violation("node " + std::to_string(holder.place()) + " holds lease " +
                           to_string(lease.token) + " of which only " + std::to_string(kept) +
                           " replicas keep their promise");
}

} // namespace quorate::sim
