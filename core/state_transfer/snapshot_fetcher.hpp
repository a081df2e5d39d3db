// Fetching a snapshot from several peers at once, trusting none of them.
//
// Sans-IO like pbft::replica: input in, effects out, in order.
//
// How a shell drives it:
// - step(start) when the replica is further behind than peers keep blocks, with the progress it
//   finds on disk (its offer checked again with checked_offer::check). Messages of peers become
//   inputs: an offer goes through checked_offer::check first; what does not decode or does not pass
//   becomes peer_refused.
// - persist_chunk: write the records into a staging area and the progress beside them in one
//   transaction, transactions in the order of the effects; when it is durable,
//   step(chunk_persisted). Until then no more is asked for in that lane, which bounds memory by a
//   chunk a lane.
// - discard: empty the staging area with the progress.
// - install: every record is staged. Read them, make the ledger with ledger_state::restore (which
//   computes the root once more: the disk is not trusted either), hand it and the certificate to
//   the replica, replace the state by the staged records in one transaction, step(installed). Where
//   restore fails, step(install_failed): the transfer starts over. No block is applied in between.
// - own_height whenever blocks were applied in the meantime.
//
// Memory: at most snapshot_lanes chunks under way; records go to disk and are not kept here.
#pragma once

#include "core/state_transfer/snapshot_progress.hpp"

#include <map>
#include <set>

namespace quorate::state_transfer {

namespace input {

/// @pre not under way.
struct start {
  sequence_number own_height;
  /// As the last persist_chunk gave it; none: nothing is staged.
  std::optional<checked_offer> target;
  lane_cursors next = all_lanes();
};
struct offer_received {
  replica_id from;
  checked_offer offer;
};
struct chunk_received {
  replica_id from;
  snapshot_chunk chunk;
};
struct unavailable_received {
  replica_id from;
  sequence_number height;
};
/// The peer sent bytes that are no message, or an offer that proves nothing.
struct peer_refused {
  replica_id from;
  errc why;
};
/// The persist_chunk with these values is durable.
struct chunk_persisted {
  std::uint64_t attempt = 0;
  std::size_t lane = 0;
};
/// The timer that was armed and not armed again since.
struct timer_fired {};
/// Blocks were applied: a snapshot up to there is of no use any more.
struct own_height {
  sequence_number height;
};
struct installed {};
struct install_failed {};

} // namespace input

using input_event =
    std::variant<input::start, input::offer_received, input::chunk_received,
                 input::unavailable_received, input::peer_refused, input::chunk_persisted,
                 input::timer_fired, input::own_height, input::installed, input::install_failed>;

namespace effect {

struct send {
  replica_id to;
  message what;
};
/// To every other replica.
struct broadcast {
  message what;
};
struct persist_chunk {
  std::uint64_t attempt = 0; ///< counts targets, so that what was discarded is not taken for new
  std::size_t lane = 0;
  std::vector<state_entry> records;
  snapshot_progress progress; ///< with these records counted in
};
struct discard {};
/// (Re-)arms the one timer.
struct arm_timer {
  std::uint64_t after_ms = 0;
};
struct cancel_timer {};
/// Nothing is taken from this peer any more. To be logged and counted.
struct ban {
  replica_id peer;
  errc why;
};
struct install {
  snapshot_offer target;
};

} // namespace effect

using effect_event =
    std::variant<effect::send, effect::broadcast, effect::persist_chunk, effect::discard,
                 effect::arm_timer, effect::cancel_timer, effect::ban, effect::install>;
using effects = std::vector<effect_event>;

struct fetcher_options {
  std::uint64_t retry_interval_ms = 1000;
  /// From snapshot_chunk_bytes_min to snapshot_chunk_bytes_max.
  std::uint32_t chunk_bytes = limits::snapshot_chunk_bytes_max;
};

/// Invariants: a record is persisted only after its chunk verified under target's state root; a
/// target is above the own height; of a banned peer nothing is asked or taken.
class snapshot_fetcher {
public:
  enum class phase : std::uint8_t { idle, seeking, fetching, installing, done };

  /// @param self  this replica, or any id outside the configuration for one that is to join.
  snapshot_fetcher(const pbft::configuration& config, replica_id self, fetcher_options options);

  effects step(input_event in);

  phase current() const noexcept { return phase_; }
  /// What is fetched or installed; none while idle or seeking.
  const std::optional<checked_offer>& target() const noexcept { return target_; }
  bool is_banned(replica_id peer) const noexcept;
  /// Requests that wait for an answer.
  std::size_t outstanding() const noexcept;

private:
  struct peer {
    std::optional<checked_offer> offer;   ///< its newest
    std::optional<sequence_number> lacks; ///< height that it said it does not have
    bool banned = false;
    std::size_t strikes = 0; ///< requests it let wait, since the last good chunk
    std::size_t outstanding = 0;
  };

  enum class lane_state : std::uint8_t { waiting, asked, persisting, done };
  struct lane {
    std::optional<digest> next; ///< none: nothing left to ask for
    lane_state state = lane_state::waiting;
    replica_id asked_of;        ///< when asked
    std::set<replica_id> tried; ///< for this chunk; a late answer of one is as good
    std::size_t age = 0;        ///< timer intervals since it was asked
    std::size_t patience = 1;   ///< intervals before another peer is asked
  };

  void on(input::start in);
  void on(input::offer_received in);
  void on(input::chunk_received in);
  void on(input::unavailable_received in);
  void on(input::peer_refused in);
  void on(input::chunk_persisted in);
  void on(input::timer_fired in);
  void on(input::own_height in);
  void on(input::installed in);
  void on(input::install_failed in);

  void seek();
  struct choice {
    const checked_offer* offer = nullptr; ///< null: no peer has anything of use
    std::size_t holders = 0;              ///< peers whose newest it is
  };
  choice best_offer() const;
  void consider_target(bool time_is_up);
  void fetch(const checked_offer& target, const lane_cursors& next);
  void abandon();
  bool switch_target();
  void age_requests();

  bool can_serve(const peer& p) const noexcept;
  std::optional<replica_id> choose_peer(const lane& at) const;
  void assign();
  bool is_hopeless() const;
  void release(lane& at);
  void release_all_of(replica_id id);
  void ban(replica_id id, errc why);
  void take_chunk(std::size_t index, snapshot_chunk chunk);
  void install_if_complete();
  fetch_chunk request(std::size_t index) const;
  lane_cursors cursors() const;

  template <class Effect>
  void emit(Effect e) {
    out_.emplace_back(std::move(e));
  }

  const pbft::configuration& config_;
  fetcher_options options_;
  phase phase_ = phase::idle;
  sequence_number own_height_;
  std::map<replica_id, peer> peers_; ///< every other voter
  std::optional<checked_offer> target_;
  std::array<lane, limits::snapshot_lanes> lanes_;
  std::uint64_t attempt_ = 0;     ///< counts targets
  bool progressed_ = false;       ///< since the timer last fired
  std::size_t stalled_ticks_ = 0; ///< timer intervals without a good chunk
  effects out_;
};

} // namespace quorate::state_transfer
