// Which clients are connected, and which operations each of them waits for.
#pragma once

#include "core/ledger/receipt.hpp"

#include <caf/actor_addr.hpp>
#include <caf/actor_cast.hpp>
#include <caf/actor_control_block.hpp>

#include <algorithm>
#include <map>
#include <unordered_map>
#include <vector>

namespace quorate {

/// Invariant: an operation is listed here exactly while a connected client waits for its receipt.
class sessions {
public:
  using session_id = std::uint64_t;

  /// The session of this sink, opened when it is new.
  session_id open(const caf::strong_actor_ptr& sink) {
    const auto known = find(sink);
    if (known) return *known;
    ids_.emplace(caf::actor_cast<caf::actor_addr>(sink), ++last_);
    open_.emplace(last_, session{sink, 0});
    return last_;
  }

  std::optional<session_id> find(const caf::strong_actor_ptr& sink) const {
    const auto place = ids_.find(caf::actor_cast<caf::actor_addr>(sink));
    if (place == ids_.end()) return std::nullopt;
    return place->second;
  }

  void close(const caf::actor_addr& sink) {
    const auto place = ids_.find(sink);
    if (place == ids_.end()) return;
    const auto id = place->second;
    for (auto at = waiting_.begin(); at != waiting_.end();) {
      std::erase(at->second, id);
      at = at->second.empty() ? waiting_.erase(at) : std::next(at);
    }
    open_.erase(id);
    ids_.erase(place);
  }

  void wait_for(session_id id, const ledger::operation_id& operation) {
    auto& waiting = waiting_[operation];
    if (std::find(waiting.begin(), waiting.end(), id) != waiting.end()) return;
    waiting.push_back(id);
    ++open_.at(id).pending;
  }

  /// Who waits for it; nobody does any more.
  std::vector<session_id> take_waiting(const ledger::operation_id& operation) {
    const auto place = waiting_.find(operation);
    if (place == waiting_.end()) return {};
    auto ids = std::move(place->second);
    waiting_.erase(place);
    for (const auto id : ids)
      --open_.at(id).pending;
    return ids;
  }

  /// Who waits for which of a block's results, by their places.
  std::map<session_id, std::vector<std::uint32_t>>
  take_waiting(const std::vector<ledger::operation_result>& results) {
    std::map<session_id, std::vector<std::uint32_t>> taken;
    for (std::uint32_t i = 0; i < results.size(); ++i) {
      // An operation repeated by the batch of a faulty primary: the first execution answers.
      if (results[i].code == static_cast<std::uint16_t>(errc::sequence_replayed)) continue;
      for (const auto id : take_waiting(results[i].id))
        taken[id].push_back(i);
    }
    return taken;
  }

  /// One session no longer waits: the operation was refused.
  void forget(session_id id, const ledger::operation_id& operation) {
    const auto place = waiting_.find(operation);
    if (place == waiting_.end() || std::erase(place->second, id) == 0) return;
    if (const auto s = open_.find(id); s != open_.end()) --s->second.pending;
    if (place->second.empty()) waiting_.erase(place);
  }

  bool is_open(session_id id) const { return open_.contains(id); }
  std::size_t pending(session_id id) const { return open_.at(id).pending; }
  const caf::strong_actor_ptr& sink(session_id id) const { return open_.at(id).sink; }
  std::size_t count() const noexcept { return open_.size(); }
  bool anyone_waits() const noexcept { return !waiting_.empty(); }

private:
  struct session {
    caf::strong_actor_ptr sink;
    std::size_t pending = 0;
  };
  std::map<caf::actor_addr, session_id> ids_;
  std::unordered_map<session_id, session> open_;
  std::unordered_map<ledger::operation_id, std::vector<session_id>> waiting_;
  session_id last_ = 0;
};

} // namespace quorate
