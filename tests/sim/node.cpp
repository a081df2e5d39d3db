#include "tests/sim/node.hpp"

#include "core/ledger/batch.hpp"
#include "tests/sim/cluster.hpp"
#include "tests/sim/intake.hpp"
#include "tests/sim/text.hpp"

#include <algorithm>

namespace quorate::sim {

namespace {

/// What a slow node lets wait before it drops messages.
constexpr std::size_t inbox_max = 2000;
/// What a paused node's kernel keeps of the network.
constexpr std::size_t backlog_max = 4000;

mempool::monitor_options monitor_options_of(const cluster_options& options) {
  mempool::monitor_options made;
  made.request_timeout_ms = options.replica.request_timeout_ms;
  made.batch_operations_max = options.operations_per_batch;
  return made;
}

} // namespace

node::node(cluster& world, std::size_t place, replica_id identity)
    : world_(world), place_(place), identity_(identity),
      config_(std::make_unique<const pbft::configuration>(world.who().config)),
      ledger_(world.genesis()), monitor_(monitor_options_of(world.options())) {
  runs.sync_ms_max = world.options().sync_ms_max;
}

// --- life ----------------------------------------------------------------------------

void node::boot() {
  if (is_up()) return;
  ++incarnation_;
  held_.clear();
  held_replies_.clear();
  backlog_.clear();
  effects_left_.reset();
  paused_ = syncing_ = batch_wanted_ = told_waiting_ = halted = fatal = false;
  busy_until_ms_ = waiting_messages_ = 0;
  in_flight_.clear();
  changes_in_flight_.clear();
  ended_by_.reset();
  asked_for_.clear();
  known_ = {};
  monitor_ = mempool::primary_monitor{monitor_options_of(world_.options())};
  due_ = {};
  try {
    replay();
    auto from = disk_.restore();
    from.delivered_state = ledger_.state();
    from.boot = time.boot();
    marked_remembering_ = from.remembers;
    choose_configuration(from);
    replica_ = std::make_unique<pbft::replica>(
        *config_, identity_, world_.key_of(identity_, *config_), world_.options().replica, from);
  } catch (const damaged_record& e) {
    fatal = true;
    world_.say(place_, [&] { return std::string{"fatal: "} + e.what(); });
    return;
  }
  world_.say(place_, [&] {
    return "starts at " + std::to_string(delivered_.value) + " in epoch " +
           std::to_string(config_->epoch().value) + (marked_remembering_ ? "" : " as a learner");
  });
  if (!faulty) world_.judge().started(place_, describe(), *config_);
  run(replica_->start(clock()));
  offer_work();
}

// From the ledger as it was flushed, and the blocks above it, as a node does. The judge sees these
// too: a crash may have come after a block was durable and before it was delivered.
void node::replay() {
  const auto flushed = disk_.ledger();
  ledger_ = flushed ? *flushed : node_ledger{world_.genesis()};
  delivered_ = ledger_.height();
  while (const auto block = disk_.block(delivered_.next())) {
    if (!faulty) world_.judge().delivered(place_, delivered_, block->certificate, *block->body);
    const auto applied = ledger_.apply(block->certificate.on.batch, *block->body);
    delivered_ = delivered_.next();
    if (!faulty) world_.judge().applied(place_, ledger_.state(), applied, ledger_);
  }
}

void node::link_changed(replica_id peer, bool up) {
  if (is_up() && !paused_) feed(pbft::input::link_changed{peer, up});
}

void node::crash(std::size_t kept) {
  ++incarnation_;
  replica_.reset();
  held_.clear();
  held_replies_.clear();
  backlog_.clear();
  paused_ = false;
  disk_.crash(kept);
  if (!faulty) world_.judge().crashed(place_, remembered());
}

sequence_number node::remembered() const {
  const auto flushed = disk_.ledger();
  return std::max(disk_.last_block(), flushed ? flushed->height() : sequence_number{});
}

void node::resume() {
  paused_ = false;
  auto missed = std::exchange(backlog_, {});
  for (auto& each : missed)
    each();
}

void node::later(std::uint64_t delay_ms, std::function<void()> then) {
  world_.schedule(delay_ms, [this, life = incarnation_, then = std::move(then)]() mutable {
    if (life != incarnation_) return;
    if (!paused_) return then();
    backlog_.push_back([this, life, then = std::move(then)] {
      if (life == incarnation_) then();
    });
  });
}

monotonic_ms node::clock() const { return time.now(world_.now_ms()); }

// --- inputs --------------------------------------------------------------------------

void node::receive(replica_id from, byte_view message, bool damaged) {
  if (!is_up()) return;
  if (runs.service_ms == 0 && !paused_) return take(from, message, damaged);
  if (waiting_messages_ >= inbox_max || backlog_.size() >= backlog_max) return;
  ++waiting_messages_;
  busy_until_ms_ = std::max(busy_until_ms_, world_.now_ms()) + runs.service_ms;
  later(busy_until_ms_ - world_.now_ms(),
        [this, from, damaged, kept = bytes{message.begin(), message.end()}] {
          --waiting_messages_;
          take(from, kept, damaged);
        });
}

void node::take(replica_id from, byte_view message, bool damaged) {
  if (!is_up()) return;
  auto in = take_in(*verifier_, from, message);
  if (!in) {
    ++refused[in.error()];
    return;
  }
  if (damaged && !carries_signature(*in)) return;
  if (!acceptable(*in)) return;
  if (std::holds_alternative<pbft::input::proposed>(*in)) monitor_.proposed(world_.now_ms());
  feed(std::move(in).value());
}

// A mempool's checks of what a primary proposes.
bool node::acceptable(const pbft::input_event& in) {
  const auto* proposed = std::get_if<pbft::input::proposed>(&in);
  if (proposed == nullptr) return true;
  const auto checked = check_batch(proposed->what->header.on.batch, *proposed->what->body);
  if (!checked) ++refused[errc::batch_refused];
  return checked.has_value();
}

void node::feed(pbft::input_event in) {
  bool others_left = false;
  if (const auto* voted = std::get_if<pbft::input::voted>(&in))
    if (const auto* m = std::get_if<pbft::verified<pbft::view_change>>(&voted->what)) {
      // One that is too far ahead is not kept, or a liar could push views without bound.
      if ((*m)->new_view.value <= describe().view.value + limits::view_lead_max) {
        auto& asked = asked_for_[(*m)->vote.replica];
        others_left = asked < (*m)->new_view;
        asked = std::max(asked, (*m)->new_view);
      }
    }
  const bool had_vote = describe().voter && !describe().ended;
  run(replica_->step(std::move(in), clock()));
  if (!is_up()) return;
  const auto stands = describe();
  if (!faulty) world_.judge().stepped(place_, stands);
  if (!faulty && others_left && had_vote) check_joining(stands);
  if (stands.remembers && !marked_remembering_) {
    marked_remembering_ = true;
    world_.say(place_, [] { return std::string{"votes again"}; });
    write(remembering_mark{});
  }
  check_limits(stands);
}

void node::run(pbft::effects effects) {
  for (auto& each : effects) {
    if (effects_left_ && (*effects_left_)-- == 0) {
      effects_left_.reset();
      world_.say(place_, [] { return std::string{"crashes in the middle of a step"}; });
      return world_.crash(place_);
    }
    std::visit([this](auto& e) { run_one(e); }, each);
    if (!is_up()) return;
  }
}

// --- clients -------------------------------------------------------------------------

account_sequence node::known_of(std::size_t account) const {
  return std::max(known_[account], count_below(world_.submitted(), account));
}

void node::on_request(operation op) {
  if (!is_up() || paused_) return;
  if (ledger_.executed(op)) {
    if (const auto stored = ledger_.reply(op)) hold_reply(account_of(op), *stored);
    return;
  }
  auto& known = known_[account_of(op)];
  known = std::max(known, sequence_of(op));
  offer_work();
}

// The lowest numbers first; those of one account in order.
std::vector<operation> node::choose_batch() const {
  std::vector<operation> waiting;
  const auto most = world_.options().operations_per_batch;
  for (std::size_t account = 0; account < accounts; ++account) {
    const auto known = known_of(account);
    std::size_t taken = 0;
    for (auto next = ledger_.last_of(account).next(); next <= known && taken < most;
         next = next.next()) {
      const auto op = operation_of(account, next);
      if (in_flight_.contains(op)) continue;
      waiting.push_back(op);
      ++taken;
    }
  }
  if (choosing) choosing(waiting);
  std::sort(waiting.begin(), waiting.end());
  if (waiting.size() > most) waiting.resize(most);
  return waiting;
}

void node::offer_work() {
  if (!is_up()) return;
  watch_due();
  bool waiting = change_waits();
  for (std::size_t account = 0; account < accounts; ++account)
    waiting |= ledger_.last_of(account) < known_of(account);
  if (waiting != told_waiting_) {
    told_waiting_ = waiting;
    feed(pbft::input::work_waiting{waiting});
  }
  while (is_up() && batch_wanted_) {
    const auto batch = choose_batch();
    const auto change = choose_change();
    if (batch.empty() && !change) return;
    in_flight_.insert(batch.begin(), batch.end());
    if (change) changes_in_flight_.insert(change->op().sequence);
    batch_wanted_ = false;
    feed(pbft::input::batch_ready{encode_operations(batch, world_.now_ms(), change)});
  }
}

// --- the primary's fairness ----------------------------------------------------------

// An operation that was ordered twice has the result of the first time; one that came too early has
// none yet.
void node::reply(const ledger::applied_block& block) {
  for (const auto& result : block.results)
    if (const auto account = account_with(result.account))
      if (const auto stored = ledger_.reply(operation_of(*account, result.sequence)))
        hold_reply(*account, *stored);
}

// --- disk and network ----------------------------------------------------------------

void node::write(disk_write what) {
  disk_.write(std::move(what));
  begin_sync();
}

// One sync at a time; what is written meanwhile goes with the next (group commit).
void node::begin_sync() {
  if (syncing_ || disk_.cached() == 0) return;
  syncing_ = true;
  const auto upto = disk_.written();
  later(world_.random()() % (runs.sync_ms_max + 1), [this, upto] {
    disk_.sync(upto);
    syncing_ = false;
    release();
    if (ended_by_ && disk_.durable() >= *ended_by_) return go_on_in_next_epoch();
    begin_sync();
  });
}

void node::hold(std::optional<replica_id> to, pbft::message what) {
  held_.push_back({disk_.written(), to, std::move(what)});
  release();
}

void node::release() {
  while (!held_.empty() && held_.front().after_write <= disk_.durable()) {
    const auto send = std::move(held_.front());
    held_.pop_front();
    leave(send);
  }
  while (!held_replies_.empty() && held_replies_.front().after_write <= disk_.durable()) {
    const auto said = std::move(held_replies_.front());
    held_replies_.pop_front();
    world_.reply(place_, said.account, said.what);
  }
}

// A receipt is signed like a vote, and leaves like one: a crash must not take back what it says.
void node::hold_reply(std::size_t account, const ledger::stored_reply& what) {
  held_replies_.push_back({disk_.written(), account, what});
  release();
}

void node::leave(const held_send& send) {
  if (!faulty) world_.judge().leaving(place_, send.what, disk_);
  world_.say_message(place_, [&] {
    return (send.to ? "to " + std::to_string(send.to->value) : std::string{"to all"}) + ": " +
           text_of(send.what);
  });
  if (!tampering) return world_.transmit(place_, send.to, send.what);
  for (const auto to : world_.replicas()) {
    if (to == identity_ || (send.to && *send.to != to)) continue;
    for (const auto& other : tampering(to, send.what))
      world_.transmit(place_, to, other);
  }
}

void node::run_one(pbft::effect::serve_blocks& e) {
  try {
    for (std::uint16_t i = 0; i < e.count; ++i) {
      auto block = disk_.block(e.from.plus(i));
      if (!block) return;
      hold(e.to, std::move(*block));
    }
  } catch (const damaged_record& damage) {
    world_.say(place_, [&] { return std::string{"fatal: "} + damage.what(); });
    world_.crash(place_);
    fatal = true;
  }
}

// --- timers --------------------------------------------------------------------------

void node::run_one(pbft::effect::arm_timer& e) {
  const auto generation = ++armed_[static_cast<std::size_t>(e.which)];
  // Rounded up: what fires early must not fire again at the same instant for ever.
  const auto after_ms = (e.after_ms * 100 + runs.clock_percent - 1) / runs.clock_percent;
  later(after_ms, [this, generation, which = e.which] {
    if (armed_[static_cast<std::size_t>(which)] != generation) return;
    feed(pbft::input::timer_fired{which});
    if (which == pbft::timer::status) judge_primary();
  });
}

void node::run_one(pbft::effect::cancel_timer& e) { ++armed_[static_cast<std::size_t>(e.which)]; }

// --- application ---------------------------------------------------------------------

void node::run_one(pbft::effect::deliver& e) {
  if (!faulty) world_.judge().delivered(place_, delivered_, e.certificate, *e.body);
  delivered_ = e.certificate.on.sequence;
  const auto block = ledger_.apply(e.certificate.on.batch, *e.body);
  if (delivered_.value % limits::checkpoint_interval == 0)
    write(ledger_flush{std::make_shared<const node_ledger>(ledger_)});
  for (const auto& result : block.results)
    no_longer_in_flight(result.account, result.sequence);
  auto state = ledger_.state();
  if (corrupt_state) state.data[0] ^= 1;
  if (!faulty) world_.judge().applied(place_, state, block, ledger_);
  world_.say(place_, [&] {
    return "delivers " + std::to_string(delivered_.value) + " of view " +
           std::to_string(e.certificate.on.view.value) + " with " +
           std::to_string(block.results.size()) + " operations, batch " +
           short_hex(e.certificate.on.batch) + ", state " + short_hex(state);
  });
  measure(block);
  reply(block);
  // A ledger of its own thread answers a little later.
  later(world_.random()() % 3, [this, n = delivered_, state] {
    feed(pbft::input::applied{n, state, pending_end()});
    offer_work();
    judge_primary();
  });
}

void node::run_one(pbft::effect::want_batch&) {
  batch_wanted_ = true;
  later(0, [this] { offer_work(); });
}

void node::run_one(pbft::effect::refuse_batch& e) {
  const auto refused_batch = check_batch(pbft::digest_of_body(*e.body), *e.body);
  for (const auto& op : (*refused_batch)->operations)
    no_longer_in_flight(op->op().account, op->op().sequence);
}

void node::run_one(pbft::effect::view_entered& e) {
  world_.say(place_, [&] {
    return (e.changing ? "left for view " : "in view ") + std::to_string(e.view.value);
  });
  in_flight_.clear();
  monitor_.restart(world_.now_ms());
  view_ = e.view;
  in_view_ = !e.changing;
  changes_in_flight_.clear();
}

void node::run_one(pbft::effect::lease_held& e) {
  world_.say_message(place_, [&] {
    return "holds lease " + to_string(e.what.token) + " for " +
           std::to_string(e.what.until.value - clock().value) + " ms";
  });
}

void node::run_one(pbft::effect::report& e) {
  world_.say(place_, [&] { return "reports " + text_of(e.what); });
  if (!faulty) world_.judge().accused(place_, e.what, world_.is_faulty(e.what.culprit));
  evidence.push_back(e.what);
}

void node::run_one(pbft::effect::halt& e) {
  world_.say(place_, [&] { return "halts: " + e.reason; });
  if (!faulty) throw safety_violation("node " + std::to_string(place_) + " halts: " + e.reason);
  halted = true;
}

void node::run_one(pbft::effect::persist_view& e) {
  if (!faulty && e.record.entered && !e.record.changing)
    world_.judge().entered(place_, *e.record.entered);
  write(std::move(e));
}

// Source: Castro & Liskov, OSDI '99, section 4.5.2: f+1 in higher views are followed at once.
void node::check_joining(const pbft::replica_view_of_itself& own) const {
  if (clock() < lease_view().bound_until) return; // it follows when its promise is over
  const auto ahead = std::count_if(asked_for_.begin(), asked_for_.end(), [&](const auto& asked) {
    return asked.first != identity_ && asked.second > own.view;
  });
  if (static_cast<std::size_t>(ahead) > config_->faulty_max())
    throw safety_violation("node " + std::to_string(place_) + " stays in view " +
                           std::to_string(own.view.value) + ", which f+1 others left");
}

void node::check_limits(const pbft::replica_view_of_itself& own) const {
  if (faulty) return;
  constexpr auto slots_max =
      limits::watermark_window + limits::proposals_ahead_max + 2 * pbft::blocks_max;
  constexpr auto bodies_max = 2 * limits::proposals_ahead_max + 2 * pbft::blocks_max;
  if (own.slots > slots_max || own.bodies > bodies_max)
    throw safety_violation("node " + std::to_string(place_) + " holds " +
                           std::to_string(own.slots) + " slots and " + std::to_string(own.bodies) +
                           " bodies");
}

} // namespace quorate::sim
