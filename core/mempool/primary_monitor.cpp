#include "core/mempool/primary_monitor.hpp"

#include <algorithm>

namespace quorate::mempool {

namespace {

/// One pause may be the machine's; so many in a row, each with work waiting, are the primary's.
constexpr std::size_t pauses_max = 3;

} // namespace

std::string_view name(unfairness what) noexcept {
  switch (what) {
  case unfairness::left_out:
    return "it leaves an operation out";
  case unfairness::slow:
    return "it leaves operations waiting while its batches have room";
  case unfairness::idle:
    return "it pauses while operations wait";
  }
  return "unknown";
}

// A machine that stood still finds old times and a pile of messages: that is not the primary.
void primary_monitor::note_time(std::uint64_t now_ms) {
  const auto last = std::exchange(last_input_ms_, std::max(last_input_ms_, now_ms));
  if (now_ms > last + 2 * options_.tick_ms) restart(now_ms);
}

void primary_monitor::restart(std::uint64_t now_ms) {
  last_input_ms_ = now_ms;
  began_ms_ = now_ms;
  full_at_ms_ = now_ms;
  executed_at_beginning_ = executed_;
  served_up_to_ = {};
  block_at_ms_.reset();
  proposed_since_ = true;
  pauses_ = 0;
}

void primary_monitor::crowded(std::uint64_t now_ms) {
  note_time(now_ms);
  crowded_ms_ = now_ms;
  served_up_to_ = {};
  executed_at_beginning_ = executed_;
}

void primary_monitor::became_due(const ledger::operation_id& id, std::size_t queue,
                                 std::uint64_t now_ms, std::uint64_t expires_ms) {
  note_time(now_ms);
  if (expires_ms <= now_ms || due_.size() >= options_.watched_max) return;
  const auto [place, is_new] = due_.try_emplace(id);
  if (!is_new) return;
  place->second = {queue, now_ms, expires_ms, executed_, turns_[queue].emplace(now_ms, id)};
}

void primary_monitor::gone(const ledger::operation_id& id) {
  const auto place = due_.find(id);
  if (place == due_.end()) return;
  turns_[place->second.queue].erase(place->second.turn);
  due_.erase(place);
}

void primary_monitor::proposed(std::uint64_t now_ms) {
  note_time(now_ms);
  if (std::exchange(proposed_since_, true) || !block_at_ms_) return;
  const bool paused = now_ms - *block_at_ms_ > options_.request_timeout_ms / 2;
  bool had_work = false;
  for (std::size_t queue = 0; queue < queue_count; ++queue)
    if (const auto* first = oldest(queue, now_ms))
      had_work |= since(*first) + options_.arrival_slack_ms < *block_at_ms_;
  pauses_ = paused && had_work ? pauses_ + 1 : 0;
}

void primary_monitor::executed(const std::vector<ledger::operation_id>& ids, block_load load,
                               std::uint64_t now_ms) {
  note_time(now_ms);
  for (const auto& id : ids) {
    const auto place = due_.find(id);
    if (place == due_.end()) continue;
    auto& served = served_up_to_[place->second.queue];
    served = std::max(served, in_line_since(place->second));
    gone(id);
  }
  executed_ += load.operations;
  block_at_ms_ = now_ms;
  proposed_since_ = false;
  if (2 * load.operations >= options_.batch_operations_max ||
      2 * load.bytes >= options_.batch_bytes_max)
    full_at_ms_ = now_ms;
}

// What expires soon is dropped by nodes whose clocks are ahead: it is nobody's fault.
const primary_monitor::due_operation* primary_monitor::oldest(std::size_t queue,
                                                              std::uint64_t now_ms) {
  auto& turns = turns_[queue];
  while (!turns.empty()) {
    const auto place = due_.find(turns.begin()->second);
    if (now_ms < place->second.expires_ms) return &place->second;
    turns.erase(turns.begin());
    due_.erase(place);
  }
  return nullptr;
}

// An honest primary has it in line by in_line_since + slack at the latest; what was served had its
// place there a request time-out before it became due here, or later.
bool primary_monitor::is_left_out(const due_operation& one, std::uint64_t now_ms) const noexcept {
  if (in_line_since(one) + patience_ms() > now_ms) return false;
  const auto margin = options_.arrival_slack_ms + options_.request_timeout_ms;
  return in_line_since(one) + margin < served_up_to_[one.queue] ||
         executed_ - std::max(one.executed_before, executed_at_beginning_) > options_.overtaken_max;
}

std::optional<unfairness> primary_monitor::judge(std::uint64_t now_ms) {
  note_time(now_ms);
  bool waited = false;
  for (std::size_t queue = 0; queue < queue_count; ++queue) {
    const auto* first = oldest(queue, now_ms);
    if (first == nullptr || since(*first) + patience_ms() > now_ms) continue;
    waited = true;
    if (is_left_out(*first, now_ms)) return unfairness::left_out;
  }
  if (!waited) return std::nullopt;
  // Without any block the request timer decides, and this node may be the one that is cut off.
  const bool goes_on = block_at_ms_ && now_ms < *block_at_ms_ + options_.request_timeout_ms;
  if (goes_on && full_at_ms_ + patience_ms() <= now_ms) return unfairness::slow;
  if (pauses_ >= pauses_max) return unfairness::idle;
  return std::nullopt;
}

std::vector<ledger::operation_id> primary_monitor::overdue(std::uint64_t now_ms,
                                                           std::size_t count) const {
  std::vector<ledger::operation_id> ids;
  for (const auto& turns : turns_)
    for (auto at = turns.begin();
         at != turns.end() && ids.size() < count &&
         std::max(at->first, began_ms_) + options_.request_timeout_ms <= now_ms;
         ++at)
      ids.push_back(at->second);
  return ids;
}

} // namespace quorate::mempool
