// How far a transfer got: what is kept beside the records, so that it goes on after a restart.
#pragma once

#include "core/state_transfer/message.hpp"

#include <array>

namespace quorate::state_transfer {

/// The part of the key space that one lane fetches. @pre lane < snapshot_lanes.
ledger::key_range lane_range(std::size_t lane) noexcept;

/// The lane that a key belongs to.
std::size_t lane_of(const digest& key) noexcept;

/// The next key, or none after the last of all.
std::optional<digest> successor(digest key) noexcept;

/// The first key of each lane that is still to be fetched; none: all of the lane is there.
/// Invariant: the key lies in its lane.
using lane_cursors = std::array<std::optional<digest>, limits::snapshot_lanes>;

/// Nothing is there yet.
lane_cursors all_lanes() noexcept;

/// Invariant: the records with keys below the cursor of their lane, those of target's state, are
/// durable when this is.
struct snapshot_progress {
  snapshot_offer target;
  lane_cursors next = all_lanes();
  friend bool operator==(const snapshot_progress&, const snapshot_progress&) = default;
};

/// Errors of reading: truncated; not_canonical for a cursor outside its lane.
void write(writer& w, const snapshot_progress& v);
void read(reader& r, snapshot_progress& v);

} // namespace quorate::state_transfer
