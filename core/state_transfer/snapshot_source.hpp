// Serving snapshots: an immutable copy of the state as of a stable checkpoint, cut into chunks.
//
// How a shell drives it: when a checkpoint becomes stable and its records can be read unchanged for
// a while (a read transaction of the store, or ledger_state::records()), it makes a snapshot_source
// and puts it on the shelf; it answers find_snapshot and fetch_chunk with what the shelf gives.
// Replicas should choose the same heights (say, each 16th checkpoint), so that a fetcher finds
// several peers with the same snapshot. Answers are large: the shell limits how many it has
// under way for a peer.
#pragma once

#include "core/state_transfer/message.hpp"

#include <deque>
#include <functional>
#include <memory>

namespace quorate::state_transfer {

/// Records that do not change while this exists.
class snapshot_records {
public:
  virtual ~snapshot_records() = default;
  /// Visits the records with keys from `from` on, rising by key, until the visitor returns false.
  virtual void
  scan(const digest& from,
       const std::function<bool(const digest& key, byte_view record)>& visit) const = 0;
};

/// Records in memory. @pre rising by key.
class sorted_records final : public snapshot_records {
public:
  explicit sorted_records(std::vector<state_entry> records) : records_(std::move(records)) {}
  void scan(const digest& from,
            const std::function<bool(const digest&, byte_view)>& visit) const override;

private:
  std::vector<state_entry> records_;
};

/// One snapshot. Immutable once made: any thread may read from it.
class snapshot_source {
public:
  /// Hashes all records, some 10 µs each, so that a damaged disk is not served to peers, who would
  /// take this replica for a liar. Keeps the tree: about 250 bytes a record.
  /// Errors: bad_proof when the records do not give summary.state_root.
  static expected<snapshot_source> make(snapshot_offer offer,
                                        std::shared_ptr<const snapshot_records> records);

  const snapshot_offer& offer() const noexcept { return offer_; }
  sequence_number height() const noexcept { return offer_.summary.height; }

  /// As many records of the range as fit. @pre asked.height == height(); asked came from read().
  snapshot_chunk cut(const fetch_chunk& asked) const;

private:
  snapshot_source(snapshot_offer offer, std::shared_ptr<const snapshot_records> records)
      : offer_(std::move(offer)), records_(std::move(records)) {}

  snapshot_offer offer_;
  std::shared_ptr<const snapshot_records> records_;
  ledger::state_tree tree_;
};

/// The newest snapshots_served_max snapshots.
class snapshot_shelf {
public:
  /// Older ones fall off; one not above the newest is ignored.
  void put(std::shared_ptr<const snapshot_source> source);

  /// None where the asker has as much.
  std::optional<snapshot_offer> answer(const find_snapshot& asked) const;

  /// A snapshot_chunk or snapshot_unavailable.
  message answer(const fetch_chunk& asked) const;

private:
  std::deque<std::shared_ptr<const snapshot_source>> sources_; // rising by height
};

} // namespace quorate::state_transfer
