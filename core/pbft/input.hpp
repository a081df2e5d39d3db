// Everything that can happen to a replica. The shell turns the world into these.
#pragma once

#include "core/pbft/effect.hpp"
#include "core/pbft/verifier.hpp"

namespace quorate::pbft {

namespace input {

/// A pre-prepare from the primary.
/// @pre each operation in the body was authorised and its time accepted: core cannot look inside.
struct proposed {
  verified<proposal> what;
};

/// A vote or a view change of another replica.
struct voted {
  std::variant<verified<prepare>, verified<commit>, verified<checkpoint>, verified<view_change>,
               verified<new_view>>
      what;
};

/// The primary asks for a lease, or another replica grants one.
struct lease_message {
  std::variant<verified<lease_request>, verified<lease_grant>> what;
};

/// The batch that effect::want_batch asked for.
struct batch_ready {
  body_ptr body;
};

/// A timer that was armed and not armed again since.
struct timer_fired {
  timer which;
};

/// The ledger applied what was delivered: the state after `sequence` has this digest.
struct applied {
  sequence_number sequence;
  digest state;
  /// With which checkpoint this epoch ends, once the state tells.
  std::optional<sequence_number> epoch_end = {};
};

/// Whether operations wait that are not ordered yet. Repeats do no harm.
struct work_waiting {
  bool waiting = false;
};

/// The connection to a peer was lost, or is there (again).
struct link_changed {
  replica_id peer;
  bool up = false;
};

/// The shell measured that the primary orders less than it could, or leaves someone out. Said again
/// while it lasts, at least once in a request time-out: it is forgotten after two.
struct primary_unfair {
  view_number view; ///< in which that was measured
};

/// A peer says where it stands. Without authority: it can only make us send what we hold.
struct peer_status {
  replica_id from;
  status what;
};

/// A peer asks for a body or blocks. As above.
struct peer_fetch {
  replica_id from;
  std::variant<fetch_blocks, fetch_body> what;
};

/// A body that was asked for; proves itself by its digest.
struct body_received {
  sequence_number sequence;
  digest batch; ///< as recomputed from the body
  body_ptr body;
};

/// A final block that this replica missed.
struct block_received {
  verified<committed_block> what;
};

/// The checkpoint with which this epoch ended elsewhere.
struct epoch_ended {
  verified<epoch_end> what;
};

} // namespace input

using input_event =
    std::variant<input::proposed, input::voted, input::lease_message, input::batch_ready,
                 input::timer_fired, input::applied, input::work_waiting, input::link_changed,
                 input::primary_unfair, input::peer_status, input::peer_fetch, input::body_received,
                 input::block_received, input::epoch_ended>;

} // namespace quorate::pbft
