// One PBFT replica as a state machine: step(input, now) gives effects, and nothing else happens.
//
//   normal case (4.2)    replica_normal_case.cpp   pre-prepare, prepare, commit, deliver
//   checkpoints (4.3)    replica_checkpoints.cpp   votes on states, stable checkpoints, watermarks
//   view changes (4.4)   replica_view_change.cpp   leaving a view, building and entering the next
//   end of the epoch     replica_epoch.cpp         the horizon, filling up, handing over
//   suspicion            replica_suspicion.cpp     a silent, lost or unfair primary
//   leases               replica_lease.cpp         promises to stay in a view, asked for and kept
//   catching up          replica_catch_up.cpp      status, retransmission, missed blocks
//   evidence             replica_evidence.cpp      statements of one signer that exclude each other
//
// Section numbers are those of Castro & Liskov, "Practical Byzantine Fault Tolerance", OSDI '99.
#pragma once

#include "core/lease/holder.hpp"
#include "core/pbft/configuration.hpp"
#include "core/pbft/input.hpp"
#include "core/pbft/slot.hpp"

#include <deque>
#include <set>

namespace quorate::pbft {

struct replica_options {
  /// Batches a primary keeps under way. 1 to proposals_ahead_max.
  std::uint64_t pipeline_depth = 8;
  /// How long an operation may wait for delivery before the primary is replaced.
  std::uint64_t request_timeout_ms = 1000;
  /// How long a new primary has; doubles for each view change in a row without progress.
  std::uint64_t view_timeout_ms = 1000;
  /// How often a replica tells where it stands. A primary that is not heard of for
  /// silence_ms is suspected.
  std::uint64_t status_interval_ms = 250;
  std::uint64_t silence_ms = 750;
  /// How long a primary's lease is; the same on every node, lease_ms_min to lease_ms_max. 0: none,
  /// neither asked for nor granted.
  std::uint64_t lease_ms = 0;
};

/// What status pages and metrics show.
struct replica_view_of_itself {
  view_number view;
  bool changing = false;
  replica_id primary;
  sequence_number delivered;
  sequence_number stable;
  bool voter = true;     ///< it votes now
  bool remembers = true; ///< it knows every vote that it ever sent
  bool ended = false;    ///< its epoch has
  configuration_epoch epoch;
  std::uint64_t view_changes = 0; ///< views left since start
  std::uint64_t evidence_count = 0;
  sequence_number proposed; ///< nothing above it was proposed here: a primary's reads wait for it
  std::size_t slots = 0;    ///< sequence numbers in memory
  std::size_t bodies = 0;   ///< of these, how many hold a batch
};

/// What bears on leases; cheap enough to be asked for at every event.
struct lease_view {
  configuration_epoch epoch;
  view_number view;
  bool changing = false;
  bool voter = true;
  std::optional<lease::held> lease; ///< as primary; it may be over: compare its end with the clock
  monotonic_ms bound_until;         ///< it promised to send no VIEW-CHANGE before
  monotonic_ms grants_from;         ///< it grants nothing before
};

/// Invariants, whatever arrives:
/// - at most one batch is voted for at each (view, sequence), over restarts too;
/// - a commit is sent only with a prepared certificate, which is persisted first;
/// - deliver comes in order, each sequence once, each with 2f+1 commits;
/// - no VIEW-CHANGE is sent before what was promised to a primary has ended, over restarts too;
/// - memory is bounded: slots by the watermarks, bodies by proposals_ahead_max.
class replica {
public:
  /// A replica that is no voter of `config` learns, and has no say.
  /// @pre `key` signs for replica `self` when it is in `config`; both outlive the replica.
  replica(const configuration& config, replica_id self, const signing_key& key,
          replica_options options, const restored_state& from);

  /// Effects that the start itself has: timers, and what a restart has to say again.
  effects start(monotonic_ms now);

  /// Takes one input. Inputs that are stale, repeated or out of range change nothing.
  effects step(input_event in, monotonic_ms now);

  replica_view_of_itself describe() const noexcept;
  lease_view describe_lease() const noexcept;
  sequence_number delivered() const noexcept { return delivered_; }
  /// No commit of this replica is above it, in this epoch. None for one that does not vote or may
  /// have forgotten a vote, and once it delivered all of the epoch: what the next one commits would
  /// be missing.
  std::optional<sequence_number> voted_up_to() const noexcept;
  replica_id self() const noexcept { return self_; }

private:
  // Normal case.
  void on(input::proposed in);
  void on(input::batch_ready in);
  void on(input::voted in);
  void on_prepare(const verified<prepare>& m);
  void on_commit(const verified<commit>& m);
  void count_vote(slot& at, vote_set& votes, evidence::kind if_conflicting, const ballot& on,
                  const vote_signature& vote);
  void accept(slot& at, const pre_prepare& header, body_ptr body);
  void send_prepare(slot& at);
  void advance(sequence_number sequence, slot& at);
  void advance_to_prepared(slot& at);
  void advance_to_committed(sequence_number sequence, slot& at);
  void deliver_ready();
  void ask_for_batch();
  slot_record record_of(const slot& at) const;

  // Checkpoints.
  void on(input::applied in);
  void vote_for_checkpoint(sequence_number sequence, const digest& state);
  void on_checkpoint(const verified<checkpoint>& m);
  void make_room_for_checkpoint_vote(replica_id from);
  void consider_stable(const checkpoint_certificate& certificate);
  void raise_floor(sequence_number to);
  void drop_votes_of_others_below_stable();
  void halt_over(const digest& own, const checkpoint_certificate& stable);

  // View changes.
  void on_view_change(const verified<view_change>& m);
  void on_new_view(const verified<new_view>& m);
  void leave_for(view_number view, bool joining = false);
  void give_up_waiting();
  void join_if_others_left();
  std::optional<view_number> view_that_others_left_for() const;
  void form_new_view_if_due();
  void enter(const new_view& m);
  void accept_re_proposals(const new_view& m);
  void replay_early();
  std::vector<prepared_certificate> prepared_above_stable() const;

  // End of the epoch.
  void on(input::epoch_ended in);
  sequence_number horizon() const noexcept;
  bool all_delivered() const noexcept;
  void fill_up_epoch();
  void consider_epoch_end();
  void on_after_end(input_event& in);

  // Suspicion.
  void on(input::link_changed in);
  void on(input::primary_unfair in);
  void on_silence_timer();
  void forget_old_unfairness();
  void heard_from(replica_id from);
  bool is_out_of_touch() const noexcept;
  /// The stronger reason stays: hearing the primary clears the first, time the second.
  enum class suspicion : std::uint8_t { none, unheard, unfair, proven_faulty };
  void suspect_primary(suspicion why);
  void leave_if_enough_suspect();
  void trust_new_primary();

  // Leases.
  void on(input::lease_message in);
  void ask_for_lease();
  void on_lease_request(const verified<lease_request>& m);
  void on_lease_grant(const verified<lease_grant>& m);
  void on_promise_over();
  void wait_out_promise();
  bool may_promise_in(view_number view) const;
  bool is_bound() const noexcept;
  bool wants_to_leave() const;

  // Catching up.
  void on(input::peer_status in);
  void on(input::peer_fetch in);
  void on(input::body_received in);
  void on(input::block_received in);
  void on_status_timer();
  status own_status(bool with_needs) const;
  void send_again(replica_id to, const status& what);
  void fetch_missing_blocks();
  std::vector<slot_need> needs() const;
  bool others_are_ahead() const noexcept;
  void consider_voting();

  // Timers and the rest.
  void on(input::timer_fired in);
  void on(input::work_waiting in);
  void restart_request_timer();
  void arm(timer which, std::uint64_t after_ms);
  void cancel(timer which);
  void restore(const restored_state& from);
  void restore_slot(const restored_state::slot& from);

  bool is_primary() const noexcept { return config_.primary(view_) == self_; }
  ballot ballot_here(sequence_number sequence, const digest& batch) const;
  void propose(body_ptr body);
  bool has_room() const noexcept;
  bool is_here(const status& peer) const noexcept;
  sequence_number high_watermark() const noexcept;
  bool in_window(sequence_number sequence) const noexcept;
  slot* open_slot(sequence_number sequence);
  bool is_current(view_number view) const noexcept { return view == view_ && !changing_; }
  bool is_ahead(view_number view) const noexcept;
  void keep_early(replica_id from, std::variant<input::proposed, input::voted> what);

  // Evidence.
  void report(evidence e);
  void report_left_out(const commit& vote, const view_change& m);
  void look_for_contradiction(const view_change& m);
  void look_for_contradiction(const commit& m);
  void look_for_contradiction(const new_view& m);
  const view_change* known_view_change(replica_id from, view_number view) const noexcept;
  std::optional<commit> known_commit(replica_id from, sequence_number sequence,
                                     const slot& at) const;
  std::uint64_t evidence_count() const noexcept;

  template <class Effect>
  void emit(Effect e) {
    out_.emplace_back(std::move(e));
  }

  const configuration& config_;
  replica_id self_;
  author author_;
  replica_options options_;
  effects out_;      ///< of the step under way
  monotonic_ms now_; ///< of the step under way
  bool halted_ = false;

  view_number view_;
  bool changing_ = false;
  std::optional<view_change> left_;                ///< own VIEW-CHANGE for view_
  std::optional<new_view> entered_;                ///< NEW-VIEW of view_
  std::map<replica_id, view_change> view_changes_; ///< the latest of each replica
  std::uint64_t attempts_ = 0;                     ///< view changes in a row without progress
  std::uint64_t views_left_ = 0;
  struct early_message {
    view_number view;
    std::variant<input::proposed, input::voted> what;
  };
  std::map<replica_id, std::deque<early_message>> early_;

  std::map<sequence_number, slot> slots_;
  sequence_number next_sequence_{1}; ///< a primary's next proposal
  sequence_number delivered_;
  bool batch_wanted_ = false;
  bool work_waiting_ = false;
  std::array<bool, timer_count> armed_{};

  checkpoint_certificate stable_; ///< the highest proven one; may be above what was delivered
  sequence_number floor_;         ///< nothing at or below it is voted on: decided, and forgotten
  std::map<sequence_number, vote_set> checkpoint_votes_;
  std::map<sequence_number, checkpoint> own_checkpoints_; ///< the last few

  suspicion suspects_ = suspicion::none; ///< of this view's primary
  monotonic_ms heard_of_primary_;
  std::map<replica_id, monotonic_ms> heard_of_; ///< when each other voter said something last
  monotonic_ms found_unfair_;                   ///< last
  std::set<replica_id> lost_links_;             ///< peers that were connected and are not

  std::optional<lease::promise> promised_before_start_;
  std::uint64_t boot_ = 0;                ///< which start of the machine the clock counts from
  std::optional<lease::granter> granter_; ///< from start() on
  lease::holder holder_;
  bool request_expired_ = false; ///< its time was up, and nothing was delivered since

  sequence_number applied_checkpoint_;       ///< the last checkpoint that the ledger reached
  std::optional<sequence_number> epoch_end_; ///< the last sequence of this epoch, once known
  bool ended_ = false;

  bool voter_ = true; ///< in this epoch, and past what it may have forgotten
  bool remembers_ = true;
  std::map<replica_id, status> first_claims_;  ///< of a learner's peers, since its start
  std::optional<sequence_number> votes_after_; ///< a learner votes once this is stable
  view_number votes_from_;                     ///< and in no view below this
  std::map<replica_id, status> peers_;
  sequence_number delivered_at_tick_;
  sequence_number fetched_until_;
  replica_id last_source_;
  struct contradictions {
    std::set<evidence_id> reported; ///< at most evidence_per_replica_max
    std::uint64_t beyond_limit = 0;
  };
  std::map<replica_id, contradictions> reported_;
  bool primary_is_proven_faulty_ = false; ///< found out in the step under way
};

} // namespace quorate::pbft
