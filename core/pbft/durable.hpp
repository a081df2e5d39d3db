// What a replica keeps so that it never forgets a vote: three small records. (A fourth one is what
// it promised to a primary: core/lease/granter.hpp.)
//
// Own votes are functions of these records: an accepted pre-prepare means that the prepare for it
// may have left, a prepared certificate that the commit may have left. Both are made again after a
// restart, byte for byte.
#pragma once

#include "core/lease/granter.hpp"
#include "core/pbft/message.hpp"

namespace quorate::pbft {

/// One sequence number. Overwritten only by a record of a higher view, or by one that adds to it.
struct slot_record {
  pre_prepare accepted;                         ///< the one this replica votes for in its view
  std::optional<prepared_certificate> prepared; ///< of the highest view in which it prepared
  friend bool operator==(const slot_record&, const slot_record&) = default;
};

/// The view, and how the replica came into it. Never goes back.
struct view_record {
  view_number view;
  bool changing = false;           ///< left the view before, not yet in this one
  std::optional<view_change> left; ///< the own VIEW-CHANGE for `view`
  std::optional<new_view> entered; ///< the NEW-VIEW that began `view`; none in view 0
  configuration_epoch epoch = genesis_epoch;
  friend bool operator==(const view_record&, const view_record&) = default;
};

/// A final block's proof; its body is stored by (sequence, digest) with the slot.
struct block_record {
  commit_certificate certificate;
  friend bool operator==(const block_record&, const block_record&) = default;
};

void write(writer& w, const slot_record& v);
void read(reader& r, slot_record& v);
void write(writer& w, const view_record& v);
void read(reader& r, view_record& v);
void write(writer& w, const block_record& v);
void read(reader& r, block_record& v);

/// All that a replica starts from. What is of an earlier epoch than its configuration's is passed
/// over: that epoch has ended.
struct restored_state {
  view_record view;
  checkpoint_certificate stable; ///< of the last persist_checkpoint; may be above delivered
  /// Above the lower of stable and delivered, with the bodies that the records name (those at or
  /// below `delivered` too).
  struct slot {
    slot_record record;
    body_ptr accepted_body; ///< null only when lost: it is fetched again
    body_ptr prepared_body; ///< as above; null when nothing is prepared
  };
  std::vector<slot> slots;
  /// Certificates of blocks above stable that were delivered, rising.
  std::vector<commit_certificate> committed;
  sequence_number delivered; ///< the ledger's height after replay
  digest delivered_state;    ///< hash of its block summary
  /// False for a replica whose disk was lost. The shell remembers that durably until describe()
  /// says that it is past what it may have forgotten.
  bool remembers = true;
  /// With which checkpoint this epoch ends, if the state at the last checkpoint tells.
  std::optional<sequence_number> epoch_end;
  /// The last promise, and which start of the machine the clock counts from.
  std::optional<lease::promise> promised;
  std::uint64_t boot = 0;
};

} // namespace quorate::pbft
