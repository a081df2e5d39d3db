// One simulated machine: a replica, its disk, its ledger, and what it knows of clients' operations.
#pragma once

#include "core/mempool/primary_monitor.hpp"
#include "core/pbft/replica.hpp"
#include "tests/sim/disk.hpp"
#include "tests/sim/identities.hpp"
#include "tests/sim/ledger.hpp"
#include "tests/sim/machine_clock.hpp"

#include <functional>
#include <memory>
#include <set>

namespace quorate::sim {

class cluster;

/// What a faulty node sends to `to` instead of `what`: anything, or nothing.
using tamper = std::function<std::vector<pbft::message>(replica_id to, const pbft::message& what)>;

/// How well a machine runs. The defaults are those of a good one.
struct machine {
  unsigned clock_percent = 100;  ///< its timers run this fast: 200 fire after half the time
  std::uint64_t service_ms = 0;  ///< what each message costs it, one after the other
  std::uint64_t sync_ms_max = 3; ///< of its disk
};

class node {
public:
  /// @param place     this node's number in the cluster
  /// @param identity  the replica that it runs; differs from place for a twin only
  node(cluster& world, std::size_t place, replica_id identity);
  node(const node&) = delete;
  node& operator=(const node&) = delete;

  /// Starts, unless the disk is damaged: then the node is `fatal` and stays down.
  void boot();
  /// Loses the cache of the disk but for its first `kept` writes, and everything unsent.
  void crash(std::size_t kept);
  /// Crashes by itself before the `count`-th effect from now, in the middle of a step.
  void crash_before_effect(std::uint64_t count) { effects_left_ = count; }
  void cancel_crash() { effects_left_.reset(); }
  void wipe() { disk_.wipe(); }
  /// SIGSTOP and SIGCONT: nothing is lost but time, and all that waited happens at once.
  void pause() { paused_ = true; }
  void resume();

  /// @param damaged  bytes changed on the way: what carries no signature is taken by nobody then,
  ///   because the link would have noticed.
  void receive(replica_id from, byte_view message, bool damaged = false);
  /// A client's request, new or again.
  void on_request(operation op);
  /// New operations are there, or this node has room for a batch: feed the replica.
  void offer_work();
  /// The connection to a peer was lost or is there again.
  void link_changed(replica_id peer, bool up);

  bool is_up() const noexcept { return replica_ != nullptr; }
  bool is_paused() const noexcept { return paused_; }
  std::size_t place() const noexcept { return place_; }
  replica_id identity() const noexcept { return identity_; }
  const disk& storage() const noexcept { return disk_; }
  disk& storage() noexcept { return disk_; }
  const node_ledger& state() const noexcept { return ledger_; }
  sequence_number delivered() const noexcept { return delivered_; }
  /// @pre is_up()
  pbft::replica_view_of_itself describe() const { return replica_->describe(); }
  /// @pre is_up()
  pbft::lease_view lease_view() const { return replica_->describe_lease(); }
  /// What its clock shows.
  monotonic_ms clock() const;
  /// Of the epoch that it is in, or was in when it stopped.
  const pbft::configuration& config() const noexcept { return *config_; }
  /// Signs as this node does in its epoch. @pre is_up()
  pbft::author author() const;

  /// A faulty node: the judge takes no notice of it.
  bool faulty = false;
  tamper tampering;
  /// As a faulty primary: what of its next batch's candidates it leaves; may leave none.
  std::function<void(std::vector<operation>&)> choosing;
  /// Reports of an unfair primary that this node's monitor made.
  std::uint64_t unfair_reports = 0;
  machine runs;
  machine_clock time;
  /// Its ledger computes something else from here on.
  bool corrupt_state = false;
  bool halted = false;
  bool fatal = false; ///< its disk is damaged; it needs a new one
  std::vector<pbft::evidence> evidence;
  std::map<errc, std::uint64_t> refused; ///< messages from outside, by reason

private:
  struct held_send {
    std::uint64_t after_write;
    std::optional<replica_id> to; ///< none: everyone
    pbft::message what;
  };

  struct held_reply {
    std::uint64_t after_write;
    std::size_t account;
    ledger::stored_reply what;
  };

  void feed(pbft::input_event in);
  void take(replica_id from, byte_view message, bool damaged);
  bool acceptable(const pbft::input_event& in);
  void run(pbft::effects effects);
  void run_one(pbft::effect::send& e) { hold(e.to, std::move(e.what)); }
  void run_one(pbft::effect::broadcast& e) { hold(std::nullopt, std::move(e.what)); }
  void run_one(pbft::effect::persist_slot& e) { write(std::move(e)); }
  void run_one(pbft::effect::persist_view& e);
  void run_one(pbft::effect::persist_block& e) { write(std::move(e)); }
  void run_one(pbft::effect::persist_checkpoint& e) { write(std::move(e)); }
  void run_one(pbft::effect::persist_promise& e) { write(std::move(e)); }
  void run_one(pbft::effect::arm_timer& e);
  void run_one(pbft::effect::cancel_timer& e);
  void run_one(pbft::effect::deliver& e);
  void run_one(pbft::effect::want_batch& e);
  void run_one(pbft::effect::refuse_batch& e);
  void run_one(pbft::effect::serve_blocks& e);
  void run_one(pbft::effect::serve_epoch_end& e);
  void run_one(pbft::effect::epoch_ended& e);
  void run_one(pbft::effect::view_entered& e);
  void run_one(pbft::effect::lease_held& e);
  void run_one(pbft::effect::report& e);
  void run_one(pbft::effect::halt& e);

  void write(disk_write what);
  void begin_sync();
  void hold(std::optional<replica_id> to, pbft::message what);
  void release();
  void leave(const held_send& send);
  void hold_reply(std::size_t account, const ledger::stored_reply& what);
  /// The last block that its disk has.
  sequence_number remembered() const;
  void replay();
  void reply(const ledger::applied_block& block);
  account_sequence known_of(std::size_t account) const;
  std::vector<operation> choose_batch() const;
  void watch_due();
  void measure(const ledger::applied_block& block);
  void judge_primary();
  /// The operator's next operation, unless it is under way; null when there is none.
  ledger::operation_ptr choose_change() const;
  bool change_waits() const;
  void no_longer_in_flight(const ledger::account_id& of, account_sequence sequence);
  void choose_configuration(pbft::restored_state& from);
  std::optional<sequence_number> pending_end() const;
  void go_on_in_next_epoch();
  void check_joining(const pbft::replica_view_of_itself& own) const;
  void check_limits(const pbft::replica_view_of_itself& own) const;
  /// Calls `then` after a delay unless this node crashed in between; waits while it is paused.
  void later(std::uint64_t delay_ms, std::function<void()> then);

  cluster& world_;
  std::size_t place_;
  replica_id identity_;
  std::unique_ptr<const pbft::configuration> config_;
  std::unique_ptr<const pbft::verifier> verifier_;
  disk disk_;
  std::unique_ptr<pbft::replica> replica_;
  std::uint64_t incarnation_ = 0; ///< counts boots and crashes: events of an earlier one are void
  std::array<std::uint64_t, pbft::timer_count> armed_{}; ///< generation of each timer
  bool syncing_ = false;
  std::deque<held_send> held_;
  std::deque<held_reply> held_replies_;
  std::optional<std::uint64_t> ended_by_; ///< the write that tells how its epoch ended
  std::optional<std::uint64_t> effects_left_;
  bool paused_ = false;
  std::deque<std::function<void()>> backlog_; ///< what happened while it was paused
  std::uint64_t busy_until_ms_ = 0;
  std::size_t waiting_messages_ = 0;

  node_ledger ledger_;
  sequence_number delivered_;
  bool batch_wanted_ = false;
  bool told_waiting_ = false;
  bool marked_remembering_ = true;
  std::array<account_sequence, accounts> known_{}; ///< the highest that clients asked this node for
  std::set<operation> in_flight_;
  mempool::primary_monitor monitor_;
  std::array<account_sequence, accounts> due_{}; ///< what the monitor knows to be due; 0: nothing
  view_number view_;
  bool in_view_ = false;                        ///< it has begun, and was not left
  std::map<replica_id, view_number> asked_for_; ///< by others' VIEW-CHANGEs, in this life
  std::set<account_sequence> changes_in_flight_;
};

} // namespace quorate::sim
