// Everything a replica can ask of the world.
//
// The shell runs effects in order. No send or broadcast may leave before every persist ahead of it,
// in this step or an earlier one, is durable: a vote is on disk before anyone sees it.
#pragma once

#include "core/pbft/durable.hpp"
#include "core/pbft/evidence.hpp"

namespace quorate::pbft {

enum class timer : std::uint8_t {
  request,     ///< an unordered operation waits: the primary has this long
  view_change, ///< 2f+1 left the view: the new primary has this long
  status,      ///< tell peers where we stand, and what we lack
  silence,     ///< look whether the primary was heard of
  renewal,     ///< a primary asks for its lease again
  promise,     ///< what was promised ends: the view may be left then
};
inline constexpr std::size_t timer_count = 6;

namespace effect {

struct send {
  replica_id to;
  message what;
};

/// To every other replica.
struct broadcast {
  message what;
};

/// The body is stored with the record when it is not null.
struct persist_slot {
  slot_record record;
  body_ptr body;
};
struct persist_view {
  view_record record;
};
struct persist_block {
  block_record record;
  body_ptr body; ///< null when a persist_slot stored it before
};
/// May be above what was delivered here: records and unused bodies may go up to the lower of both,
/// blocks stay.
struct persist_checkpoint {
  checkpoint_certificate certificate;
};

/// What this replica promises: it sends no VIEW-CHANGE before that has ended.
struct persist_promise {
  lease::promise record;
};

/// (Re-)arms: a timer that was armed before fires only at the new time.
struct arm_timer {
  timer which;
  std::uint64_t after_ms = 0;
};
struct cancel_timer {
  timer which;
};

/// The next final batch, in order, each once.
struct deliver {
  commit_certificate certificate;
  body_ptr body;
};

/// This primary has room for a batch: answer with input::batch_ready as soon as there is work.
/// `in_flight` batches are under way, so a small batch may as well wait for company unless it is 0.
struct want_batch {
  std::uint64_t in_flight = 0;
};

/// The batch came too late: put its operations back.
struct refuse_batch {
  body_ptr body;
};

/// Send these stored blocks to a peer: [from, from + count), as far as they are there.
struct serve_blocks {
  replica_id to;
  sequence_number from;
  std::uint16_t count = 0;
};

/// Tell a peer that is in an earlier epoch how that one ended, if it is stored.
struct serve_epoch_end {
  replica_id to;
  configuration_epoch epoch;
};

/// All that this epoch orders is delivered, and its last checkpoint is stable: store the
/// certificate for peers that are behind, then go on with a replica of the next configuration. This
/// one only answers questions from here on.
struct epoch_ended {
  checkpoint_certificate certificate;
};

/// A new view began, or this replica left one (`changing`). Operations in flight wait again.
struct view_entered {
  view_number view;
  replica_id primary;
  bool changing = false;
};

/// This primary holds a lease, anew or for longer.
struct lease_held {
  lease::held what;
};

/// Two statements of one replica that exclude each other.
struct report {
  evidence what;
};

/// The own state contradicts a stable checkpoint: this replica must stop and be looked at.
struct halt {
  std::string reason;
};

} // namespace effect

using effect_event =
    std::variant<effect::send, effect::broadcast, effect::persist_slot, effect::persist_view,
                 effect::persist_block, effect::persist_checkpoint, effect::persist_promise,
                 effect::arm_timer, effect::cancel_timer, effect::deliver, effect::want_batch,
                 effect::refuse_batch, effect::serve_blocks, effect::serve_epoch_end,
                 effect::epoch_ended, effect::view_entered, effect::lease_held, effect::report,
                 effect::halt>;

using effects = std::vector<effect_event>;

} // namespace quorate::pbft
