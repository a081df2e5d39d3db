#include "actors/transfer/transfer_actor.hpp"

#include "actors/handlers.hpp"
#include "actors/ledger/epoch_proofs.hpp"
#include "actors/ledger/ledger_actor.hpp"
#include "actors/replica/records.hpp"
#include "actors/transfer/offer_check.hpp"
#include "actors/transfer/snapshot_book.hpp"
#include "actors/transfer/staging_area.hpp"
#include "core/state_transfer/snapshot_fetcher.hpp"

namespace quorate {

namespace {

/// Between two answers: at most 50 MiB/s leave, and most of a processor is left to consensus.
constexpr std::uint64_t serve_pace_ms = 20;
/// Progress notices without progress after which a node takes any snapshot above its height: its
/// peers may not have the next block any more. Twenty status intervals are some five seconds.
constexpr std::size_t stuck_notices = 20;
/// Retry intervals without an offer, and without a chunk, after which blocks are fetched as well.
constexpr std::size_t seeking_ticks_max = 2;
constexpr std::size_t fetching_ticks_max = 10;

using state_transfer::snapshot_fetcher;
namespace fetch_effect = state_transfer::effect;
namespace fetch_input = state_transfer::input;

class transfer_shell : public transfer_actor::base {
public:
  transfer_shell(caf::actor_config& config, transfer_setup setup,
                 std::shared_ptr<const transfer_wiring> wiring)
      : transfer_actor::base(config), setup_(std::move(setup)), wiring_(std::move(wiring)),
        trusted_(load_trusted_epochs(*setup_.log, setup_.genesis)) {}

  behavior_type make_behavior() override {
    set_robust_handlers(this, "transfer");
    serve_stored_state();
    return {
        [this](local::snapshot_message& in) {
          std::visit([&](auto& what) { take(in.from, what, in.credit); }, *in.what);
        },
        [this](local::progress_notice in) { on_progress(in); },
        [this](local::snapshot_certified& in) { tell_made(book_.put(*in.certificate)); },
        [this](local::snapshot_due& in) {
          // Answered behind the flush itself: then the stored state is that of this block.
          due_ = in.summary;
          send(setup_.state_storage,
               persist_request{in.summary.height.value, std::make_shared<std::vector<record>>()});
        },
        [this](durable in) {
          if (due_ && in.token == due_->height.value) copy_state(*std::exchange(due_, {}));
        },
        [this](local::timer_tick in) {
          if (in.generation != generation_) return;
          ++idle_ticks_;
          drive(fetch_input::timer_fired{});
        },
        [this](local::serve_tick) { serve_next(); },
    };
  }

  // Actors hold each other; a detached one's thread ends only when nobody holds it any more. The
  // stores are opened again by the node's next start.
  void on_exit() override {
    wiring_.reset();
    fetcher_.reset();
    waiting_.clear();
    setup_ = {};
    area_.reset();
  }

private:
  // --- serving ---

  // After a restart, what was flushed last may be what was certified last.
  void serve_stored_state() {
    auto certificate = load_snapshot_certificate(*setup_.log);
    const auto last = setup_.states->get(table::meta, last_summary_key());
    if (!certificate || !last || !*last) return;
    const auto summary = decode<ledger::block_summary>(**last);
    if (!summary || summary->height != certificate->sequence) return;
    book_.put(std::move(*certificate));
    copy_state(*summary);
  }

  void copy_state(const ledger::block_summary& summary) {
    auto records = load_state_records(*setup_.states);
    if (records) tell_made(book_.put(summary, std::move(*records)));
  }

  static void tell_made(const std::optional<sequence_number>& height) {
    if (height)
      log::info("transfer", "serving the snapshot of height " + std::to_string(height->value));
  }

  // Requests wait for their turn, whatever they ask: the inboxes bound how many of a peer do.
  void take(replica_id from, const state_transfer::find_snapshot& asked,
            std::shared_ptr<void>& credit) {
    enqueue({from, asked, std::move(credit)});
  }
  void take(replica_id from, const state_transfer::find_epochs& asked,
            std::shared_ptr<void>& credit) {
    enqueue({from, asked, std::move(credit)});
  }
  void take(replica_id from, const state_transfer::fetch_chunk& asked,
            std::shared_ptr<void>& credit) {
    enqueue({from, asked, std::move(credit)});
  }

  struct request_in_turn {
    replica_id from;
    std::variant<state_transfer::find_snapshot, state_transfer::find_epochs,
                 state_transfer::fetch_chunk>
        asked;
    std::shared_ptr<void> credit;
  };

  void enqueue(request_in_turn asked) {
    waiting_.push_back(std::move(asked));
    if (waiting_.size() == 1) pace();
  }

  void pace() { delayed_send(this, std::chrono::milliseconds(serve_pace_ms), local::serve_tick{}); }

  void serve_next() {
    if (waiting_.empty()) return;
    const auto next = std::move(waiting_.front());
    waiting_.pop_front();
    std::visit([&](const auto& asked) { answer(next.from, asked); }, next.asked);
    if (!waiting_.empty()) pace();
  }

  void answer(replica_id to, const state_transfer::find_snapshot& asked) {
    if (auto offer = book_.shelf().answer(asked)) send_to(to, std::move(*offer));
  }
  void answer(replica_id to, const state_transfer::find_epochs& asked) {
    auto proofs = load_epoch_proofs(*setup_.log, asked.from);
    if (!proofs.empty()) send_to(to, state_transfer::epochs_found{std::move(proofs)});
  }
  void answer(replica_id to, const state_transfer::fetch_chunk& asked) {
    send_to(to, book_.shelf().answer(asked));
  }

  // --- fetching ---

  void take(replica_id from, state_transfer::snapshot_offer& in, const std::shared_ptr<void>&) {
    if (!fetcher_ || fetcher_->is_banned(from)) return;
    auto offer = check_offer(trusted_, std::move(in));
    if (offer)
      drive(fetch_input::offer_received{from, std::move(*offer)});
    else if (offer.error() != errc::wrong_epoch) // that is no lie: its proofs may be on their way
      drive(fetch_input::peer_refused{from, offer.error()});
  }

  void take(replica_id from, state_transfer::snapshot_chunk& in, const std::shared_ptr<void>&) {
    if (fetcher_) drive(fetch_input::chunk_received{from, std::move(in)});
  }

  void take(replica_id from, const state_transfer::snapshot_unavailable& in,
            const std::shared_ptr<void>&) {
    if (fetcher_) drive(fetch_input::unavailable_received{from, in.height});
  }

  void take(replica_id from, const state_transfer::epochs_found& in, const std::shared_ptr<void>&) {
    if (!fetcher_ || fetcher_->is_banned(from)) return;
    auto records = std::make_shared<std::vector<record>>();
    for (const auto& proof : in.proofs) {
      if (!proof.value.pending || proof.value.pending->epoch <= trusted_.newest()) continue;
      if (const auto added = trusted_.extend(proof); !added)
        return drive(fetch_input::peer_refused{from, added.error()});
      for (auto& one : records_of(proof))
        records->push_back(std::move(one));
    }
    if (records->empty()) return;
    // Nothing waits for it: without them the snapshot is not installed, but fetched again.
    caf::anon_send(setup_.log_storage, persist_request{0, std::move(records)});
    send_to(from, state_transfer::find_epochs{trusted_.newest().next()});
    send_to(from, state_transfer::find_snapshot{wanted_above_});
  }

  void on_progress(local::progress_notice in) {
    stuck_ = in.delivered > delivered_ ? 0 : stuck_ + 1;
    delivered_ = std::max(delivered_, in.delivered);
    const auto behind =
        in.claimed > in.delivered ? in.claimed.value - in.delivered.value : std::uint64_t{0};
    const bool far = behind >= setup_.snapshot_lag || (behind > 0 && stuck_ >= stuck_notices);
    // Of no use is one that saves little: then the blocks are there sooner.
    wanted_above_ = stuck_ >= stuck_notices ? delivered_ : delivered_.plus(setup_.snapshot_lag / 2);
    if (!fetcher_) {
      if (resume() || !far) return;
      log::info("transfer", std::to_string(behind) + " blocks behind: looking for a snapshot");
      begin(std::nullopt, state_transfer::all_lanes());
    } else if (fetcher_->current() == snapshot_fetcher::phase::seeking && !far) {
      end();
    } else {
      const bool seeks = fetcher_->current() == snapshot_fetcher::phase::seeking;
      drive(fetch_input::own_height{seeks ? wanted_above_ : delivered_});
    }
  }

  // One that was under way when the node stopped.
  bool resume() {
    if (std::exchange(looked_at_stage_, true) || !staging_area::exists(setup_.data_directory))
      return false;
    const auto progress = area().progress();
    if (!progress) return false;
    auto target = check_offer(trusted_, progress->target);
    if (!target || target->height() <= delivered_) {
      area().discard();
      return false;
    }
    log::info("transfer",
              "going on with the snapshot of height " + std::to_string(target->height().value));
    begin(std::move(*target), progress->next);
    return true;
  }

  void begin(std::optional<state_transfer::checked_offer> target,
             const state_transfer::lane_cursors& next) {
    if (target) wanted_above_ = delivered_;
    idle_ticks_ = 0;
    fetcher_.emplace(*setup_.configuration, setup_.self, state_transfer::fetcher_options{});
    drive(fetch_input::start{wanted_above_, std::move(target), next});
  }

  void end() {
    fetcher_.reset();
    ++generation_;
    tell_replica(true);
  }

  staging_area& area() {
    if (!area_)
      area_ = staging_area::open(setup_.data_directory, setup_.map_size_bytes,
                                 setup_.configuration->cluster(), setup_.node);
    return *area_;
  }

  void drive(state_transfer::input_event in) {
    inputs_.push_back(std::move(in));
    while (fetcher_ && !inputs_.empty()) {
      auto next = std::move(inputs_.front());
      inputs_.pop_front();
      for (auto& effect : fetcher_->step(std::move(next)))
        std::visit([this](auto& what) { run(what); }, effect);
    }
    inputs_.clear();
    if (!fetcher_) return;
    const auto phase = fetcher_->current();
    if (phase == snapshot_fetcher::phase::done) return end();
    const bool is_seeking = phase == snapshot_fetcher::phase::seeking;
    tell_replica(idle_ticks_ < (is_seeking ? seeking_ticks_max : fetching_ticks_max));
  }

  void tell_replica(bool hopeful) {
    if (hopeful == std::exchange(hopeful_, hopeful)) return;
    send(wiring_->replica, local::transfer_notice{hopeful});
  }

  void run(fetch_effect::send& e) { send_to(e.to, e.what); }

  // The proofs first: a link keeps the order, so that an offer's epoch is known when it comes.
  void run(fetch_effect::broadcast& e) {
    for (const auto& [peer, link] : wiring_->links) {
      send_to(peer, state_transfer::find_epochs{trusted_.newest().next()});
      send_to(peer, e.what);
    }
  }

  // This thread is the actor's own, so it may wait for the disk; meanwhile nothing more is asked.
  void run(fetch_effect::persist_chunk& e) {
    idle_ticks_ = 0;
    area().keep(std::move(e.records), e.progress);
    inputs_.emplace_back(fetch_input::chunk_persisted{e.attempt, e.lane});
  }

  void run(fetch_effect::discard&) { area().discard(); }

  void run(fetch_effect::arm_timer& e) {
    delayed_send(this, std::chrono::milliseconds(e.after_ms),
                 local::timer_tick{pbft::timer::status, ++generation_});
  }
  void run(fetch_effect::cancel_timer&) { ++generation_; }

  void run(fetch_effect::ban& e) {
    log::warn("transfer", "takes nothing more from replica " + std::to_string(e.peer.value) + ": " +
                              std::string{explain(e.why)});
  }

  void run(fetch_effect::install& e) {
    log::info("transfer", "the snapshot of height " +
                              std::to_string(e.target.summary.height.value) + " is complete");
    area_.reset();
    setup_.start_again();
  }

  void send_to(replica_id peer, const state_transfer::message& what) {
    const auto link = wiring_->links.find(peer);
    if (link == wiring_->links.end()) return;
    send(link->second, local::link_items{std::make_shared<const std::vector<local::shared_bytes>>(
                           1, std::make_shared<const bytes>(protocol::encode_item(what)))});
  }

  transfer_setup setup_;
  std::shared_ptr<const transfer_wiring> wiring_;

  snapshot_book book_;
  std::optional<ledger::block_summary> due_; ///< its state is being flushed
  std::deque<request_in_turn> waiting_;

  ledger::trusted_epochs trusted_;
  std::optional<snapshot_fetcher> fetcher_; ///< while one is sought or fetched
  std::deque<state_transfer::input_event> inputs_;
  std::unique_ptr<staging_area> area_; ///< opened when there is something to keep
  bool looked_at_stage_ = false;
  sequence_number delivered_;
  sequence_number wanted_above_;
  std::size_t stuck_ = 0; ///< progress notices without progress
  std::size_t idle_ticks_ = 0;
  std::uint64_t generation_ = 0;
  bool hopeful_ = true; ///< as the replica was told
};

} // namespace

transfer_actor spawn_transfer(caf::actor_system& system, transfer_setup setup,
                              std::shared_ptr<const transfer_wiring> wiring) {
  return system.spawn<transfer_shell, caf::detached>(std::move(setup), std::move(wiring));
}

} // namespace quorate
