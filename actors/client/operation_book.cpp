#include "actors/client/operation_book.hpp"

#include <utility>

namespace quorate {

namespace {

constexpr std::size_t bundle_bytes_max = 2 * limits::MiB;

} // namespace

bool operation_book::add(prepared_operation operation, std::shared_ptr<const on_submitted> done,
                         std::uint64_t now_ms) {
  const auto id = operation.id;
  const auto added =
      operations_.try_emplace(id, entry{std::move(operation.encoded), std::move(done), now_ms});
  if (!added.second) return false;
  order_.push_back(id);
  queue_.push_back(id);
  return true;
}

operation_book::bundle operation_book::next(std::size_t operations_max) {
  bundle made;
  std::size_t size = 0;
  while (!queue_.empty() && made.ids.size() < operations_max && size < bundle_bytes_max) {
    const auto id = queue_.front();
    queue_.pop_front();
    const auto place = operations_.find(id);
    if (place == operations_.end() || !std::exchange(place->second.queued, false)) continue;
    size += place->second.encoded.size();
    made.what.operations.push_back(place->second.encoded);
    made.ids.push_back(id);
  }
  return made;
}

operation_book::bundle operation_book::oldest() const {
  if (operations_.empty()) return {};
  return {{{operations_.at(order_.front()).encoded}}, {order_.front()}};
}

void operation_book::send_all_again() {
  std::erase_if(order_, [this](const auto& id) { return !operations_.contains(id); });
  queue_ = order_;
  for (auto& [id, each] : operations_)
    each.queued = true;
}

void operation_book::defer(const ledger::operation_id& id, std::uint64_t until_ms) {
  const auto place = operations_.find(id);
  if (place == operations_.end()) return;
  place->second.not_before_ms = until_ms;
  deferred_.push_back(id);
}

void operation_book::end_deferments(std::uint64_t now_ms) {
  std::deque<ledger::operation_id> later;
  for (const auto& id : deferred_) {
    const auto place = operations_.find(id);
    if (place == operations_.end()) continue;
    if (place->second.not_before_ms > now_ms)
      later.push_back(id);
    else if (!std::exchange(place->second.queued, true))
      queue_.push_back(id);
  }
  deferred_ = std::move(later);
}

void operation_book::finish(submitted how, finished_operations& all) {
  const auto place = operations_.find(how.id);
  if (place == operations_.end()) return;
  all[place->second.done].push_back(std::move(how));
  operations_.erase(place);
  forget_finished();
}

finished_operations operation_book::expire(std::uint64_t before_ms) {
  finished_operations late;
  while (!operations_.empty() && operations_.at(order_.front()).since_ms < before_ms)
    finish({order_.front(), errc::timed_out, nullptr}, late);
  return late;
}

void operation_book::forget_finished() {
  while (!order_.empty() && !operations_.contains(order_.front()))
    order_.pop_front();
}

} // namespace quorate
