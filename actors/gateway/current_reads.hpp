// Reads that must be current, from the question to the state that is new enough for the answer.
#pragma once

#include "core/protocol/client.hpp"

#include <caf/typed_response_promise.hpp>

#include <list>
#include <map>

namespace quorate {

/// Invariant: at most reads_max reads wait, each until its state is there or its time is over.
template <class Promise>
class current_reads {
public:
  static constexpr std::size_t reads_max = 4096;
  static constexpr std::uint64_t patience_ms = 3'000;

  struct read {
    Promise promise;
    protocol::account_query query;
    protocol::read_label label;
    monotonic_ms since;
    std::optional<sequence_number> height; ///< the state has to have it; none: not known yet

    bool is_current() const noexcept { return label.kind != protocol::consistency::stale; }
  };

  /// False when too many wait already, or the same question does.
  bool add(read r) {
    if (waiting_.size() >= reads_max) return false;
    const bool asks = r.query.kind == protocol::consistency::linearizable;
    if (asks && by_nonce_.contains(r.query.nonce)) return false;
    waiting_.push_back(std::move(r));
    if (asks) by_nonce_.emplace(waiting_.back().query.nonce, std::prev(waiting_.end()));
    return true;
  }

  /// A replica's read index; with the `quorum`-th of a question its height is known.
  void add_index(const protocol::read_index_answer& in, std::size_t quorum) {
    const auto found = by_nonce_.find(in.nonce);
    if (found == by_nonce_.end()) return;
    auto& r = *found->second;
    auto& indexes = r.label.indexes;
    const auto place =
        std::lower_bound(indexes.begin(), indexes.end(), in.index,
                         [](const auto& a, const auto& b) { return a.replica < b.replica; });
    if (r.height || (place != indexes.end() && place->replica == in.index.replica)) return;
    indexes.insert(place, in.index);
    if (indexes.size() < quorum) return;
    r.height = sequence_number{};
    for (const auto& each : indexes)
      r.height = std::max(*r.height, each.voted);
  }

  /// Those whose state is there at `head`, in the order in which they came.
  std::vector<read> take_ready(sequence_number head) {
    return take([head](const read& r) { return r.height && *r.height <= head; });
  }
  std::vector<read> take_late(monotonic_ms now) {
    return take([now](const read& r) { return now.value > r.since.value + patience_ms; });
  }

  std::vector<read> take_all() {
    return take([](const read&) { return true; });
  }

private:
  template <class Condition>
  std::vector<read> take(Condition holds) {
    std::vector<read> taken;
    for (auto at = waiting_.begin(); at != waiting_.end();) {
      if (!holds(*at)) {
        ++at;
        continue;
      }
      if (at->query.kind == protocol::consistency::linearizable) by_nonce_.erase(at->query.nonce);
      taken.push_back(std::move(*at));
      at = waiting_.erase(at);
    }
    return taken;
  }

  std::list<read> waiting_;
  std::map<protocol::read_nonce, typename std::list<read>::iterator> by_nonce_;
};

} // namespace quorate
