// The snapshots that this node serves, and the requests that wait for them.
//
// Bounded: snapshots_served_max snapshots in memory and one in the making; one certificate ahead of
// its state; of requests as many as the inboxes give credit for. Who calls it paces it.
#pragma once

#include "core/state_transfer/snapshot_source.hpp"

#include <optional>

namespace quorate {

class snapshot_server {
public:
  /// Both are needed for a snapshot, and come in any order. Returns the height of one that was made
  /// of them. The records of a state that has moved on meanwhile give another root and are dropped.
  std::optional<sequence_number> put(pbft::checkpoint_certificate certificate);
  std::optional<sequence_number> put(const ledger::block_summary& summary,
                                     std::vector<state_transfer::state_entry> records);

  std::optional<state_transfer::snapshot_offer>
  answer(const state_transfer::find_snapshot& asked) const {
    return shelf_.answer(asked);
  }

  void enqueue(replica_id from, const state_transfer::fetch_chunk& asked,
               std::shared_ptr<void> credit) {
    waiting_.push_back({from, asked, std::move(credit)});
  }
  bool has_work() const noexcept { return !waiting_.empty(); }
  /// The answer to the request that waits longest. @pre has_work(). Costs milliseconds.
  std::pair<replica_id, state_transfer::message> serve();

private:
  struct request {
    replica_id from;
    state_transfer::fetch_chunk asked;
    std::shared_ptr<void> credit;
  };
  struct copied_state {
    ledger::block_summary summary;
    std::shared_ptr<const state_transfer::snapshot_records> records;
  };

  std::optional<sequence_number> make_if_due();

  state_transfer::snapshot_shelf shelf_;
  std::optional<pbft::checkpoint_certificate> certificate_; ///< newest
  std::optional<copied_state> state_;                       ///< newest, until it is on the shelf
  std::deque<request> waiting_;
};

} // namespace quorate
