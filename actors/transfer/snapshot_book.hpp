// The snapshots that this node serves, each made of a stored state and the certificate for it.
//
// Bounded: snapshots_served_max snapshots in memory and one in the making. One costs the records,
// some 350 bytes beside each, and 10 µs a record when it is made.
#pragma once

#include "core/state_transfer/snapshot_source.hpp"

#include <optional>

namespace quorate {

class snapshot_book {
public:
  /// Both are needed for a snapshot, and come in any order. Returns the height of one that was made
  /// of them. The records of a state that has moved on meanwhile give another root and are dropped.
  std::optional<sequence_number> put(pbft::checkpoint_certificate certificate);
  std::optional<sequence_number> put(const ledger::block_summary& summary,
                                     std::vector<state_transfer::state_entry> records);

  const state_transfer::snapshot_shelf& shelf() const noexcept { return shelf_; }

private:
  struct copied_state {
    ledger::block_summary summary;
    std::shared_ptr<const state_transfer::snapshot_records> records;
  };

  std::optional<sequence_number> make_if_due();

  state_transfer::snapshot_shelf shelf_;
  std::optional<pbft::checkpoint_certificate> certificate_; ///< newest
  std::optional<copied_state> state_;                       ///< newest, until it is on the shelf
};

} // namespace quorate
