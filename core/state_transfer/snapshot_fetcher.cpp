// Which snapshot is fetched, and when to give up on it. Requests are in snapshot_requests.cpp.
#include "core/state_transfer/snapshot_fetcher.hpp"

#include <algorithm>

namespace quorate::state_transfer {

namespace {
/// Timer intervals without a good chunk before a newer snapshot is preferred to the one under way.
constexpr std::size_t stalled_ticks_max = 4;
} // namespace

snapshot_fetcher::snapshot_fetcher(const pbft::configuration& config, replica_id self,
                                   fetcher_options options)
    : config_(config), options_(options) {
  QUORATE_CHECK(options.chunk_bytes >= limits::snapshot_chunk_bytes_min &&
                options.chunk_bytes <= limits::snapshot_chunk_bytes_max);
  for (const auto& member : config.members())
    if (member.voter && member.id != self) peers_.emplace(member.id, peer{});
}

effects snapshot_fetcher::step(input_event in) {
  std::visit([this](auto& one) { on(std::move(one)); }, in);
  return std::exchange(out_, {});
}

bool snapshot_fetcher::is_banned(replica_id id) const noexcept {
  const auto found = peers_.find(id);
  return found != peers_.end() && found->second.banned;
}

void snapshot_fetcher::on(input::start in) {
  QUORATE_CHECK(phase_ == phase::idle || phase_ == phase::done);
  own_height_ = in.own_height;
  if (in.target && in.target->height() > own_height_) {
    fetch(*in.target, in.next);
    if (phase_ == phase::fetching) emit(effect::broadcast{find_snapshot{own_height_}});
    return;
  }
  if (in.target) emit(effect::discard{});
  seek();
}

void snapshot_fetcher::seek() {
  phase_ = phase::seeking;
  target_.reset();
  emit(effect::broadcast{find_snapshot{own_height_}});
  emit(effect::arm_timer{options_.retry_interval_ms});
}

void snapshot_fetcher::on(input::offer_received in) {
  const auto found = peers_.find(in.from);
  if (found == peers_.end() || found->second.banned || in.offer.height() <= own_height_) return;
  peer& from = found->second;
  if (from.offer && in.offer.height() < from.offer->height()) return; // overtaken on its way
  if (from.lacks == in.offer.height()) from.lacks.reset();
  from.offer = std::move(in.offer);
  if (phase_ == phase::seeking) consider_target(false);
  if (phase_ == phase::fetching) assign();
}

// One offer is proof enough that a state is right; of several, the newest that f+1 peers have is
// best: one of them is correct and will serve it. Waits for 2f+1 answers, or for the timer.
void snapshot_fetcher::consider_target(bool time_is_up) {
  const auto answered = std::count_if(peers_.begin(), peers_.end(), [this](const auto& p) {
    return p.second.offer && p.second.offer->height() > own_height_;
  });
  const bool enough = static_cast<std::size_t>(answered) >= config_.quorum();
  if (!enough && !time_is_up) return;
  if (const auto best = best_offer(); best.offer != nullptr)
    fetch(checked_offer{*best.offer}, all_lanes());
}

snapshot_fetcher::choice snapshot_fetcher::best_offer() const {
  std::map<sequence_number, choice> counted;
  for (const auto& [id, p] : peers_) {
    if (p.banned || !p.offer || p.offer->height() <= own_height_) continue;
    auto& one = counted[p.offer->height()];
    ++one.holders;
    one.offer = &*p.offer;
  }
  if (counted.empty()) return {};
  for (auto at = counted.rbegin(); at != counted.rend(); ++at)
    if (at->second.holders >= config_.weak_quorum()) return at->second;
  return counted.rbegin()->second;
}

void snapshot_fetcher::fetch(const checked_offer& target, const lane_cursors& next) {
  target_ = target;
  ++attempt_;
  phase_ = phase::fetching;
  progressed_ = false;
  stalled_ticks_ = 0;
  for (auto& [id, p] : peers_)
    p.outstanding = 0;
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    QUORATE_CHECK(!next[i] || lane_of(*next[i]) == i);
    lanes_[i] = lane{};
    lanes_[i].next = next[i];
    lanes_[i].state = next[i] ? lane_state::waiting : lane_state::done;
  }
  emit(effect::arm_timer{options_.retry_interval_ms});
  assign();
  install_if_complete();
}

// What is staged belongs to another state than the next target's.
void snapshot_fetcher::abandon() {
  for (auto& [id, p] : peers_)
    p.outstanding = 0;
  target_.reset();
  emit(effect::discard{});
}

// Upwards, or down to what f+1 peers have, one of which is correct: so it comes to an end, and a
// newer state that only a liar offers does not keep this replica waiting for it.
bool snapshot_fetcher::switch_target() {
  const auto best = best_offer();
  if (best.offer == nullptr || best.offer->height() == target_->height()) return false;
  if (best.offer->height() < target_->height() && best.holders < config_.weak_quorum())
    return false;
  const checked_offer next{*best.offer};
  abandon();
  fetch(next, all_lanes());
  return true;
}

void snapshot_fetcher::on(input::timer_fired) {
  switch (phase_) {
  case phase::seeking:
    consider_target(true);
    if (phase_ == phase::seeking) seek();
    return;
  case phase::fetching:
    break;
  case phase::idle:
  case phase::installing:
  case phase::done:
    return;
  }
  stalled_ticks_ = std::exchange(progressed_, false) ? 0 : stalled_ticks_ + 1;
  age_requests();
  if (stalled_ticks_ >= stalled_ticks_max && switch_target()) return;
  const auto serving = std::count_if(peers_.begin(), peers_.end(),
                                     [this](const auto& p) { return can_serve(p.second); });
  if (stalled_ticks_ > 0 || static_cast<std::size_t>(serving) < config_.weak_quorum())
    emit(effect::broadcast{find_snapshot{own_height_}});
  emit(effect::arm_timer{options_.retry_interval_ms});
  assign();
}

void snapshot_fetcher::on(input::own_height in) {
  own_height_ = std::max(own_height_, in.height);
  if (phase_ != phase::fetching || target_->height() > own_height_) return;
  abandon();
  phase_ = phase::done;
  emit(effect::cancel_timer{});
}

void snapshot_fetcher::on(input::installed) {
  if (phase_ != phase::installing) return;
  own_height_ = target_->height();
  phase_ = phase::done;
}

// Every chunk verified, so what was read back is not what was written.
void snapshot_fetcher::on(input::install_failed) {
  if (phase_ != phase::installing) return;
  abandon();
  seek();
}

} // namespace quorate::state_transfer
