// Who is asked for which chunk, and what becomes of the answers.
#include "core/state_transfer/snapshot_fetcher.hpp"

#include <algorithm>
#include <tuple>

namespace quorate::state_transfer {

namespace {
/// Doubling stops here; a late answer is taken all the same.
constexpr std::size_t patience_max = 8;
} // namespace

bool snapshot_fetcher::can_serve(const peer& p) const noexcept {
  return !p.banned && p.offer && p.offer->height() >= target_->height() &&
         p.lacks != target_->height();
}

// One not yet tried for this chunk, that answers, and has least to do.
std::optional<replica_id> snapshot_fetcher::choose_peer(const lane& at) const {
  using rank = std::tuple<bool, std::size_t, std::size_t>;
  std::optional<std::pair<rank, replica_id>> best;
  for (const auto& [id, p] : peers_) {
    if (!can_serve(p) || p.outstanding >= limits::snapshot_requests_per_peer_max) continue;
    const std::pair candidate{rank{at.tried.contains(id), p.strikes, p.outstanding}, id};
    if (!best || candidate < *best) best = candidate;
  }
  if (!best) return std::nullopt;
  return best->second;
}

fetch_chunk snapshot_fetcher::request(std::size_t index) const {
  return {
      target_->height(), {*lanes_[index].next, lane_range(index).through}, options_.chunk_bytes};
}

void snapshot_fetcher::assign() {
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    lane& at = lanes_[i];
    if (at.state != lane_state::waiting) continue;
    const auto chosen = choose_peer(at);
    if (!chosen) break;
    at.state = lane_state::asked;
    at.asked_of = *chosen;
    at.tried.insert(*chosen);
    at.age = 0;
    ++peers_.at(*chosen).outstanding;
    emit(effect::send{*chosen, request(i)});
  }
  if (is_hopeless()) switch_target();
}

// Nobody has the target any more, as far as 2f+1 peers tell; before so many have answered, time
// tells, as what is staged would be lost.
bool snapshot_fetcher::is_hopeless() const {
  std::size_t answered = 0;
  for (const auto& [id, p] : peers_) {
    if (can_serve(p)) return false;
    if (p.banned || p.offer) ++answered;
  }
  return answered >= config_.quorum();
}

std::size_t snapshot_fetcher::outstanding() const noexcept {
  return static_cast<std::size_t>(std::count_if(
      lanes_.begin(), lanes_.end(), [](const auto& at) { return at.state == lane_state::asked; }));
}

void snapshot_fetcher::release(lane& at) {
  if (at.state != lane_state::asked) return;
  at.state = lane_state::waiting;
  --peers_.at(at.asked_of).outstanding;
}

void snapshot_fetcher::release_all_of(replica_id id) {
  for (auto& at : lanes_)
    if (at.state == lane_state::asked && at.asked_of == id) release(at);
}

void snapshot_fetcher::age_requests() {
  for (auto& at : lanes_) {
    if (at.state != lane_state::asked || ++at.age < at.patience) continue;
    ++peers_.at(at.asked_of).strikes;
    at.patience = std::min(2 * at.patience, patience_max);
    release(at);
  }
}

void snapshot_fetcher::ban(replica_id id, errc why) {
  peer& liar = peers_.at(id);
  if (liar.banned) return;
  liar.banned = true;
  liar.offer.reset();
  emit(effect::ban{id, why});
  if (phase_ != phase::fetching) return;
  release_all_of(id);
  for (auto& at : lanes_)
    at.tried.erase(id);
  assign();
}

void snapshot_fetcher::on(input::peer_refused in) {
  if (peers_.contains(in.from)) ban(in.from, in.why);
}

void snapshot_fetcher::on(input::unavailable_received in) {
  const auto found = peers_.find(in.from);
  if (phase_ != phase::fetching || found == peers_.end() || in.height != target_->height()) return;
  if (found->second.banned || found->second.lacks == in.height) return;
  found->second.lacks = in.height;
  release_all_of(in.from);
  emit(effect::send{in.from, find_snapshot{own_height_}}); // it has another one
  assign();
}

// Only what was asked for is looked at, as looking costs a few milliseconds; what was asked for and
// comes late, or twice, is no lie.
void snapshot_fetcher::on(input::chunk_received in) {
  if (phase_ != phase::fetching || in.chunk.height != target_->height()) return;
  const auto index = lane_of(in.chunk.range.from);
  lane& at = lanes_[index];
  const bool expected = at.state == lane_state::asked || at.state == lane_state::waiting;
  if (!expected || at.next != in.chunk.range.from || !at.tried.contains(in.from)) return;
  if (const auto right = verify(in.chunk, request(index), (*target_)->summary.state_root); !right) {
    ban(in.from, right.error());
    return;
  }
  peers_.at(in.from).strikes = 0;
  take_chunk(index, std::move(in.chunk));
  assign();
}

void snapshot_fetcher::take_chunk(std::size_t index, snapshot_chunk chunk) {
  lane& at = lanes_[index];
  release(at);
  const bool whole = chunk.range.through == lane_range(index).through;
  at = lane{};
  if (!whole) at.next = successor(chunk.range.through);
  at.state = lane_state::persisting;
  progressed_ = true;
  emit(effect::persist_chunk{attempt_, index, std::move(chunk.records), {**target_, cursors()}});
}

lane_cursors snapshot_fetcher::cursors() const {
  lane_cursors next;
  for (std::size_t i = 0; i < lanes_.size(); ++i)
    next[i] = lanes_[i].next;
  return next;
}

void snapshot_fetcher::on(input::chunk_persisted in) {
  if (phase_ != phase::fetching || in.attempt != attempt_) return;
  QUORATE_CHECK(in.lane < lanes_.size());
  lane& at = lanes_[in.lane];
  if (at.state != lane_state::persisting) return;
  at.state = at.next ? lane_state::waiting : lane_state::done;
  assign();
  install_if_complete();
}

void snapshot_fetcher::install_if_complete() {
  if (phase_ != phase::fetching) return;
  const bool complete = std::all_of(lanes_.begin(), lanes_.end(),
                                    [](const auto& at) { return at.state == lane_state::done; });
  if (!complete) return;
  phase_ = phase::installing;
  emit(effect::cancel_timer{});
  emit(effect::install{**target_});
}

} // namespace quorate::state_transfer
