#include "actors/replica/replica_actor.hpp"

#include "actors/clocks.hpp"
#include "actors/fatal.hpp"
#include "actors/handlers.hpp"
#include "actors/replica/batch_cache.hpp"
#include "actors/replica/evidence_book.hpp"
#include "actors/replica/outbox.hpp"
#include "actors/replica/records.hpp"
#include "core/codec/reader.hpp"
#include "core/ledger/batch.hpp"

#include <algorithm>

namespace quorate {

namespace {

constexpr std::size_t cached_batches_max = 2 * limits::proposals_ahead_max;

class replica_shell : public replica_actor::base {
public:
  replica_shell(caf::actor_config& config, replica_setup setup,
                std::shared_ptr<const replica_wiring> wiring)
      : replica_actor::base(config), setup_(std::move(setup)), wiring_(std::move(wiring)),
        core_(*setup_.configuration, setup_.self, *setup_.key, setup_.options, setup_.state),
        evidence_(evidence_book::load(*setup_.store)), remembers_(setup_.state.remembers),
        batches_(cached_batches_max) {
    setup_.state = {};
  }

  behavior_type make_behavior() override {
    set_robust_handlers(this, "replica");
    return {
        [this](local::start_up) {
          perform(core_.start(monotonic_now()));
          attest_recovered();
          finish_step();
        },
        [this](local::consensus_inputs& in) {
          for (auto& event : *in.events)
            take(std::move(event));
          finish_step();
        },
        [this](local::checked_proposal& in) {
          batches_.put(in.what->operator*().header.on.batch, in.operations);
          take(pbft::input::proposed{*in.what});
          finish_step();
        },
        [this](local::batch_offer& in) { on_batch(in.operations); },
        [this](local::work_notice in) {
          take(pbft::input::work_waiting{in.waiting});
          finish_step();
        },
        [this](local::unfair_notice in) { on_unfair(in); },
        [this](local::block_applied& in) { on_applied(in); },
        [this](durable in) {
          outbox_.mark_durable(in.token);
          send_ready();
          if (ending_ && in.token >= *ending_ && setup_.epoch_over)
            std::exchange(setup_.epoch_over, nullptr)();
        },
        [this](local::link_notice in) { on_link(in); },
        [this](local::transfer_notice in) { snapshot_hopeful_ = in.hopeful; },
        [this](local::timer_tick in) { on_timer(in); },
        [this](local::read_index_wanted in) { on_read_index_wanted(in); },
        [this](local::describe_request) { return describe(); },
    };
  }

  // Actors hold each other; a detached one's thread ends only when nobody holds it any more.
  void on_exit() override {
    wiring_.reset();
    setup_.storage = nullptr;
  }

private:
  void take(pbft::input_event event) {
    if (const auto* status = std::get_if<pbft::input::peer_status>(&event))
      peer_status_[status->from] = status->what;
    perform(core_.step(std::move(event), monotonic_now()));
  }

  void attest_recovered() {
    for (const auto& summary : setup_.unattested) {
      const auto statement = ledger::attestation_statement(setup_.configuration->cluster(),
                                                           setup_.configuration->epoch(), summary);
      attest({summary.height, {setup_.self, setup_.key->sign(statement)}});
    }
    setup_.unattested.clear();
  }

  // Only a voter's attestation counts for anything.
  void attest(const protocol::height_attestation& own) {
    if (!setup_.configuration->is_voter(setup_.self)) return;
    latest_own_ = std::make_shared<const bytes>(protocol::encode_item(own));
    outbox_.put_attestation(own, latest_own_);
  }

  void on_batch(const local::operations_ptr& operations) {
    std::vector<byte_view> encoded;
    encoded.reserve(operations->size());
    for (const auto& op : *operations)
      encoded.emplace_back(op->encoded());
    auto body = std::make_shared<const bytes>(ledger::write_batch(wall_now(), encoded));
    offered_ = {body, operations};
    take(pbft::input::batch_ready{std::move(body)});
    offered_ = {};
    finish_step();
  }

  void on_applied(const local::block_applied& in) {
    take(pbft::input::applied{in.height, in.summary_hash, in.epoch_end});
    attest({in.height, in.own});
    finish_step();
  }

  // Measured again and again while it lasts; one line a view tells it.
  void on_unfair(local::unfair_notice in) {
    const auto own = core_.describe();
    if (own.view == in.view && own.primary != setup_.self && own.voter &&
        unfair_in_ != std::optional{in.view}) {
      unfair_in_ = in.view;
      log::warn("replica", "the primary of view " + std::to_string(in.view.value) +
                               " is unfair: " + std::string{mempool::name(in.why)});
    }
    take(pbft::input::primary_unfair{in.view});
    finish_step();
  }

  void on_link(local::link_notice in) {
    links_up_[in.peer] = in.up;
    take(pbft::input::link_changed{in.peer, in.up});
    if (in.up && latest_own_) outbox_.put(in.peer, latest_own_);
    finish_step();
  }

  // It waits for no record: what is reported may only be too high.
  void on_read_index_wanted(const local::read_index_wanted& in) {
    const auto voted = core_.voted_up_to();
    if (!voted) return;
    const auto& config = *setup_.configuration;
    const auto statement =
        protocol::read_index_statement(config.cluster(), config.epoch(), in.nonce, *voted);
    protocol::read_index_answer made{in.nonce, {setup_.self, *voted, setup_.key->sign(statement)}};
    if (!in.from) return send(wiring_->gateway, local::read_index_notice{made});
    if (const auto link = wiring_->links.find(*in.from); link != wiring_->links.end())
      send(link->second,
           local::link_items{std::make_shared<const std::vector<local::shared_bytes>>(
                                 1, std::make_shared<const bytes>(protocol::encode_item(made))),
                             true});
  }

  void on_timer(local::timer_tick in) {
    if (in.generation != generations_[static_cast<std::size_t>(in.which)]) return;
    // A lost attestation would leave clients without receipts; the newest is said again.
    if (in.which == pbft::timer::status && latest_own_) outbox_.put(std::nullopt, latest_own_);
    if (in.which == pbft::timer::status && wiring_->transfer) {
      ++status_ticks_;
      send(wiring_->transfer, local::progress_notice{core_.describe().delivered, claimed_height()});
    }
    take(pbft::input::timer_fired{in.which});
    finish_step();
  }

  bool waits_for_snapshot() const {
    return wiring_->transfer && snapshot_hopeful_ &&
           claimed_height() >= core_.describe().delivered.plus(setup_.snapshot_lag);
  }

  // The highest that f+1 voters say they have delivered. Just after the start, when not so many
  // were heard of, the highest of all: a lie delays the first blocks by as much.
  sequence_number claimed_height() const {
    constexpr std::size_t first_ticks = 4;
    std::vector<sequence_number> claims;
    for (const auto& [peer, status] : peer_status_)
      if (setup_.configuration->is_voter(peer)) claims.push_back(status.delivered);
    const auto needed = setup_.configuration->weak_quorum();
    std::sort(claims.begin(), claims.end(), std::greater{});
    if (claims.size() >= needed) return claims[needed - 1];
    return claims.empty() || status_ticks_ >= first_ticks ? sequence_number{} : claims.front();
  }

  void perform(pbft::effects effects) {
    for (auto& e : effects)
      std::visit([this](auto& what) { run(what); }, e);
  }

  // One persist for all that the inputs at hand asked for; then what may leave leaves.
  void finish_step() {
    const auto now = core_.describe_lease();
    setup_.health->set_lease(now.lease);
    setup_.health->set_replica(now.view, core_.delivered(), now.voter);
    if (const bool remembers = core_.describe().remembers; remembers != remembers_) {
      remembers_ = remembers;
      note_persist();
      records_.push_back(voter_record(remembers));
    }
    if (!records_.empty()) {
      send(setup_.storage, persist_request{token_, std::make_shared<const std::vector<record>>(
                                                       std::exchange(records_, {}))});
      token_open_ = false;
    }
    // Behind the records: a block that became final in the step in which its body came rests on the
    // body in these, and must not be on disk before it.
    for (auto& block : std::exchange(ordered_, {}))
      send(wiring_->ledger, std::move(block));
    send_ready();
  }

  void note_persist() {
    if (!token_open_) token_ = outbox_.next_token();
    token_open_ = true;
  }

  void run(pbft::effect::persist_slot& e) {
    const auto& batch = e.record.accepted.on.batch;
    if (e.body && e.body == offered_.body)
      batches_.put(batch, offered_.operations);
    else if (e.body)
      if (auto operations = batches_.find(batch))
        send(wiring_->mempool, local::operations_in_flight{std::move(operations)});
    note_persist();
    append_records(records_, e.record, e.body);
  }
  void run(pbft::effect::persist_view& e) {
    note_persist();
    append_records(records_, e.record);
  }
  void run(pbft::effect::persist_checkpoint& e) {
    note_persist();
    append_records(records_, e.certificate);
    const auto height = e.certificate.sequence.value;
    if (!wiring_->transfer || height % setup_.snapshot_interval != 0) return;
    records_.push_back(snapshot_certificate_record(e.certificate));
    send(wiring_->transfer,
         local::snapshot_certified{
             std::make_shared<const pbft::checkpoint_certificate>(e.certificate)});
  }
  // The ledger makes it durable with the results; no send depends on it.
  void run(pbft::effect::persist_block& e) {
    block_records_ = std::make_shared<std::vector<record>>();
    append_records(*block_records_, e.record, e.body);
  }

  void run(pbft::effect::deliver& e) {
    const auto& on = e.certificate.on;
    auto batch = std::make_shared<ledger::ordered_batch>();
    batch->height = on.sequence;
    batch->batch_digest = on.batch;
    reader time{*e.body};
    if (!e.body->empty()) read(time, batch->time);
    if (auto operations = batches_.find(on.batch))
      batch->operations = *operations;
    else
      batch->operations = decode_certified(*e.body);
    ordered_.push_back({std::move(batch), std::exchange(block_records_, nullptr)});
  }

  // A batch of which this replica did not check the operations itself: the certificate says that
  // f+1 correct replicas did.
  std::vector<ledger::operation_ptr> decode_certified(const bytes& body) {
    std::vector<ledger::operation_ptr> operations;
    const auto view = ledger::read_batch(body);
    if (!view) fatal(exit_code::state_diverged, "a certified batch does not decode");
    for (auto encoded : view->operations) {
      auto op = setup_.authoriser->accept_certified({encoded.begin(), encoded.end()});
      if (!op) fatal(exit_code::state_diverged, "a certified operation does not decode");
      operations.push_back(std::make_shared<const ledger::authorised_operation>(std::move(*op)));
    }
    return operations;
  }

  void run(pbft::effect::send& e) {
    // Blocks would arrive in vain below the snapshot; should it not come, the core asks again.
    if (std::holds_alternative<pbft::fetch_blocks>(e.what) && waits_for_snapshot()) return;
    outbox_.put(e.to, encode(e.what));
  }
  void run(pbft::effect::broadcast& e) { outbox_.put(std::nullopt, encode(e.what)); }

  static local::shared_bytes encode(const pbft::message& m) {
    return std::make_shared<const bytes>(protocol::encode_item(m));
  }

  void run(pbft::effect::arm_timer& e) {
    const auto generation = ++generations_[static_cast<std::size_t>(e.which)];
    delayed_send(this, std::chrono::milliseconds(e.after_ms),
                 local::timer_tick{e.which, generation});
  }
  void run(pbft::effect::cancel_timer& e) { ++generations_[static_cast<std::size_t>(e.which)]; }

  void run(pbft::effect::want_batch&) { send(wiring_->mempool, local::batch_wanted{}); }
  void run(pbft::effect::refuse_batch&) {
    send(wiring_->mempool, local::view_notice{true, core_.describe().view});
  }

  void run(pbft::effect::serve_blocks& e) {
    constexpr std::size_t bytes_max = 8 * limits::MiB;
    std::size_t sent = 0;
    for (std::uint16_t i = 0; i < e.count && sent < bytes_max; ++i) {
      auto block = load_block(*setup_.store, e.from.plus(i));
      if (!block) break;
      auto item = encode(pbft::committed_block{std::move(block->certificate), block->body});
      sent += item->size();
      outbox_.put(e.to, std::move(item));
    }
  }

  void run(pbft::effect::serve_epoch_end& e) {
    if (auto end = load_epoch_end(*setup_.store, e.epoch))
      outbox_.put(e.to, encode(pbft::epoch_end{std::move(*end)}));
  }
  void run(pbft::effect::epoch_ended& e) {
    log::info("replica", "epoch " + std::to_string(e.certificate.epoch.value) +
                             " ended at height " + std::to_string(e.certificate.sequence.value));
    note_persist();
    records_.push_back(epoch_end_record(e.certificate));
    ending_ = token_;
  }

  void run(pbft::effect::view_entered& e) {
    log::info("replica", e.changing
                             ? "left for view " + std::to_string(e.view.value)
                             : "in view " + std::to_string(e.view.value) + ", primary is replica " +
                                   std::to_string(e.primary.value));
    send(wiring_->mempool, local::view_notice{e.changing, e.view});
  }

  // No send waits for it: it is kept on its own.
  void run(pbft::effect::report& e) {
    auto kept = evidence_.add(e.what, *setup_.configuration);
    if (!kept) return;
    log::error("replica", "evidence: " + pbft::describe(e.what));
    caf::anon_send(setup_.storage, persist_request{0, std::make_shared<const std::vector<record>>(
                                                          1, std::move(*kept))});
  }
  // Ending would only make a supervisor start it again, into the same contradiction.
  void run(pbft::effect::halt& e) {
    log::error("replica", "halted: " + e.reason);
    setup_.health->halt(e.reason);
  }
  void run(pbft::effect::persist_promise& e) {
    note_persist();
    append_records(records_, e.record);
  }
  void run(pbft::effect::lease_held& e) {
    const auto line = "lease held token=" + to_string(e.what.token) +
                      " from_ms=" + std::to_string(e.what.from.value) +
                      " until_ms=" + std::to_string(e.what.until.value);
    const bool first = !lease_told_ || lease_told_->epoch != e.what.token.epoch ||
                       lease_told_->view != e.what.token.view;
    lease_told_ = e.what.token;
    log::write(first ? log::level::info : log::level::debug, "replica", line);
  }

  // One message a link, however many items may leave; a broadcast's bytes are shared.
  void send_ready() {
    auto ready = outbox_.take_ready();
    if (ready.empty()) return;
    for (const auto& [peer, link] : wiring_->links) {
      auto items = std::make_shared<std::vector<local::shared_bytes>>();
      for (const auto& one : ready)
        if (!one.to || *one.to == peer) items->push_back(one.encoded);
      if (!items->empty()) send(link, local::link_items{std::move(items)});
    }
    for (const auto& one : ready)
      if (one.own_attestation)
        send(wiring_->gateway, local::attestation_notice{*one.own_attestation});
  }

  local::replica_description describe() const {
    local::replica_description d{core_.describe(), {}, evidence_.culprits()};
    for (const auto& [peer, link] : wiring_->links) {
      const auto status = peer_status_.find(peer);
      const auto up = links_up_.find(peer);
      protocol::peer_line line;
      line.replica = peer;
      line.connected = up != links_up_.end() && up->second;
      if (status != peer_status_.end()) {
        line.delivered = status->second.delivered;
        line.view = status->second.view;
      }
      d.peers.push_back(line);
    }
    return d;
  }

  replica_setup setup_;
  std::shared_ptr<const replica_wiring> wiring_;
  pbft::replica core_;
  evidence_book evidence_;
  bool remembers_;
  bool snapshot_hopeful_ = true;
  std::size_t status_ticks_ = 0;
  std::optional<std::uint64_t> ending_; ///< once this token is durable, the epoch is over
  batch_cache batches_;
  outbox outbox_;
  std::vector<local::ordered_block> ordered_; ///< final in this step
  std::vector<record> records_;
  std::shared_ptr<std::vector<record>> block_records_;
  std::optional<lease::fencing_token> lease_told_; ///< the last that was logged
  std::optional<view_number> unfair_in_;           ///< the last view whose primary was said to be
  std::uint64_t token_ = 0;
  bool token_open_ = false;
  struct {
    pbft::body_ptr body;
    local::operations_ptr operations;
  } offered_;
  std::array<std::uint64_t, pbft::timer_count> generations_{};
  local::shared_bytes latest_own_;
  std::map<replica_id, bool> links_up_;
  std::map<replica_id, pbft::status> peer_status_;
};

} // namespace

replica_actor spawn_replica(caf::actor_system& system, replica_setup setup,
                            std::shared_ptr<const replica_wiring> wiring) {
  return system.spawn<replica_shell>(std::move(setup), std::move(wiring));
}

} // namespace quorate
