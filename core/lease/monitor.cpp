#include "core/lease/monitor.hpp"

#include <algorithm>

namespace quorate::lease {

namespace {

/// Heartbeats whose answers are still waited for.
constexpr std::size_t unanswered_max = 64;
/// Of a suspect; beyond, it is unreachable.
constexpr std::uint64_t unreachable_after_suspicions = 2;

std::uint32_t age(monotonic_ms from, monotonic_ms now) noexcept {
  const auto passed = now > from ? now.value - from.value : 0;
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(passed, ~std::uint32_t{0}));
}

} // namespace

std::string_view name(liveness l) noexcept {
  switch (l) {
  case liveness::alive:
    return "alive";
  case liveness::suspect:
    return "suspect";
  case liveness::unreachable:
    return "unreachable";
  }
  return "unknown";
}

std::string_view name(loss l) noexcept {
  switch (l) {
  case loss::none:
    return "none";
  case loss::incoming:
    return "incoming";
  case loss::outgoing:
    return "outgoing";
  case loss::both:
    return "both";
  }
  return "unknown";
}

// Counters go on from the clock, so that no answer to an earlier life of this process counts.
monitor::monitor(monitor_options options, circle who, monotonic_ms now)
    : options_(options), who_(std::move(who)),
      counter_(now.value << 16U), stands_{node_mode::read_only, now, "no quorum was in reach yet"} {
  for (const auto id : who_.members)
    if (id != who_.self)
      peers_.emplace(id, peer{failure_detector{options_.detector, now}, {}, {}, {}, {}});
}

heartbeat monitor::beat(const own_state& own, monotonic_ms now) {
  sent_.emplace(++counter_, now);
  if (sent_.size() > unanswered_max) sent_.erase(sent_.begin());
  heartbeat made{who_.epoch,         who_.self,         counter_,     own.view, own.height,
                 own.durable_age_ms, own.load_permille, stands_.mode, {},       {}};
  for (const auto& [id, p] : peers_) {
    if (!p.last) continue;
    std::uint32_t mask = 0;
    for (const auto& each : p.last->heard)
      if (const auto place = place_of(each.replica);
          place && each.age_ms < options_.detector.suspect_after_ms)
        mask |= std::uint32_t{1} << *place;
    const auto silent = std::min<std::uint64_t>(p.detector.silent_ms(now), ~std::uint32_t{0});
    made.heard.push_back({id, static_cast<std::uint32_t>(silent), mask});
  }
  return made;
}

std::optional<heartbeat_ack> monitor::take(const heartbeat& from, monotonic_ms now) {
  const auto found = peers_.find(from.from);
  if (found == peers_.end() || from.epoch != who_.epoch) return std::nullopt;
  found->second.detector.heard(now);
  found->second.last = from;
  return heartbeat_ack{who_.epoch, who_.self, from.from, from.counter, now, {}};
}

void monitor::take(const heartbeat_ack& answer, monotonic_ms now) {
  const auto found = peers_.find(answer.from);
  const auto sent = sent_.find(answer.counter);
  if (found == peers_.end() || sent == sent_.end() || answer.to != who_.self) return;
  auto& p = found->second;
  if (p.answered && *p.answered >= sent->second) return;
  p.answered = sent->second;
  p.round_trip_ms = age(sent->second, now);
  p.clock_offset_ms = static_cast<std::int64_t>(answer.clock.value) -
                      static_cast<std::int64_t>(sent->second.value + *p.round_trip_ms / 2);
}

monotonic_ms monitor::quorum_until() const {
  std::vector<monotonic_ms> answered;
  for (const auto voter : who_.voters)
    if (const auto found = peers_.find(voter); found != peers_.end() && found->second.answered)
      answered.push_back(*found->second.answered);
  const bool votes = std::binary_search(who_.voters.begin(), who_.voters.end(), who_.self);
  const std::size_t needed = who_.quorum - (votes ? 1 : 0);
  if (answered.size() < needed || needed == 0) return {};
  std::sort(answered.begin(), answered.end(), std::greater{});
  return answered[needed - 1].plus(quorum_window_ms(options_.lease_ms));
}

std::optional<standing> monitor::assess(const own_state& own, monotonic_ms now) {
  auto next = judge(own, now);
  if (next.mode == stands_.mode) {
    if (next.mode != node_mode::normal) stands_.why = std::move(next.why);
    return std::nullopt;
  }
  return std::exchange(stands_, std::move(next));
}

standing monitor::judge(const own_state& own, monotonic_ms now) const {
  if (!own.halted_because.empty()) return {node_mode::halted, now, own.halted_because};
  if (own.durable_age_ms >= options_.disk_stall_ms)
    return {node_mode::halted, now,
            "a write has been waiting for the disk for " + std::to_string(own.durable_age_ms) +
                " ms"};
  if (now >= quorum_until()) return {node_mode::read_only, now, without_quorum(now)};
  std::string missing;
  for (const auto& [id, p] : peers_)
    if (std::binary_search(who_.voters.begin(), who_.voters.end(), id) && !hears(p, now))
      missing += (missing.empty() ? "replica " : ", replica ") + std::to_string(id.value);
  if (!missing.empty()) return {node_mode::degraded, now, missing + " is not heard of"};
  if (!own.voter && std::binary_search(who_.voters.begin(), who_.voters.end(), who_.self))
    return {node_mode::degraded, now, "this replica lost its disk and does not vote yet"};
  return {node_mode::normal, now, "every voter is in reach"};
}

std::string monitor::without_quorum(monotonic_ms now) const {
  const bool votes = std::binary_search(who_.voters.begin(), who_.voters.end(), who_.self);
  const auto window = quorum_window_ms(options_.lease_ms);
  std::size_t in_reach = votes ? 1 : 0;
  for (const auto voter : who_.voters)
    if (const auto found = peers_.find(voter); found != peers_.end() && found->second.answered)
      in_reach += now < found->second.answered->plus(window) ? 1 : 0;
  return std::to_string(in_reach) + " of " + std::to_string(who_.voters.size()) +
         " voters, this one counted, answered within the last " + std::to_string(window) +
         " ms, and " + std::to_string(who_.quorum) + " make a quorum";
}

std::vector<peer_health> monitor::peers(monotonic_ms now) const {
  std::vector<peer_health> all;
  for (const auto& [id, p] : peers_)
    all.push_back(health_of(id, p, now));
  return all;
}

peer_health monitor::health_of(replica_id id, const peer& p, monotonic_ms now) const {
  peer_health h;
  h.replica = id;
  h.silent_ms = p.detector.silent_ms(now);
  h.round_trip_ms = p.round_trip_ms;
  h.clock_offset_ms = p.clock_offset_ms;
  h.last = p.last;
  const bool in = p.detector.ever_heard() && hears(p, now);
  const bool out = is_heard_by(id, p, now);
  h.loses = in ? (out ? loss::none : loss::outgoing) : (out ? loss::incoming : loss::both);
  const auto long_gone = unreachable_after_suspicions * options_.detector.suspect_after_ms;
  h.state = in                                                   ? liveness::alive
            : p.detector.ever_heard() && h.silent_ms < long_gone ? liveness::suspect
                                                                 : liveness::unreachable;
  return h;
}

// By its own word while it is heard, and by that of others who hear it when it is not.
bool monitor::is_heard_by(replica_id id, const peer& p, monotonic_ms now) const {
  const auto young = options_.detector.suspect_after_ms;
  if (p.last && hears(p, now)) {
    const auto entry = std::find_if(p.last->heard.begin(), p.last->heard.end(),
                                    [&](const auto& each) { return each.replica == who_.self; });
    return entry != p.last->heard.end() && entry->age_ms < young;
  }
  const auto own_place = place_of(who_.self);
  if (!own_place) return false;
  return std::any_of(peers_.begin(), peers_.end(), [&](const auto& other) {
    if (!other.second.last || !hears(other.second, now)) return false;
    return std::any_of(
        other.second.last->heard.begin(), other.second.last->heard.end(), [&](const auto& each) {
          return each.replica == id && each.age_ms < young && (each.hears >> *own_place & 1U) != 0;
        });
  });
}

std::optional<std::size_t> monitor::place_of(replica_id id) const noexcept {
  const auto found = std::lower_bound(who_.members.begin(), who_.members.end(), id);
  if (found == who_.members.end() || *found != id) return std::nullopt;
  return static_cast<std::size_t>(found - who_.members.begin());
}

} // namespace quorate::lease
