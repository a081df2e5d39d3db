#include "tests/sim/node.hpp"

#include "tests/sim/cluster.hpp"
#include "tests/sim/intake.hpp"

namespace quorate::sim {

node::node(cluster& world, std::size_t place, replica_id identity)
    : world_(world), place_(place), identity_(identity), verifier_(world.who().config) {}

void node::boot() {
  if (is_up()) return;
  ++incarnation_;
  held_.clear();
  syncing_ = false;
  batch_wanted_ = false;
  told_waiting_ = false;
  halted = false;
  in_flight_.clear();
  replay();
  auto from = disk_.restore();
  from.delivered_state = ledger_.state();
  const auto& who = world_.who();
  replica_ = std::make_unique<pbft::replica>(who.config, identity_, who.keys[identity_.value],
                                             world_.options().replica, from);
  run(replica_->start({world_.now_ms()}));
  offer_work();
}

// The ledger is volatile here: it is rebuilt from the blocks, as a node does above its checkpoint.
void node::replay() {
  ledger_ = ledger{};
  delivered_ = {};
  while (const auto block = disk_.block(delivered_.next())) {
    ledger_.apply(*block->body);
    delivered_ = delivered_.next();
  }
}

void node::crash(std::size_t kept) {
  ++incarnation_;
  replica_.reset();
  held_.clear();
  disk_.crash(kept);
}

void node::receive(replica_id from, byte_view message) {
  if (!is_up()) return;
  auto in = take_in(verifier_, from, message);
  if (!in) {
    ++refused[in.error()];
    return;
  }
  feed(std::move(in).value());
}

void node::feed(pbft::input_event in) {
  run(replica_->step(std::move(in), {world_.now_ms()}));
  if (replica_->describe().remembers) disk_.mark_remembering();
  check_limits();
}

void node::run(pbft::effects effects) {
  for (auto& each : effects)
    std::visit([this](auto& e) { run_one(e); }, each);
}

void node::offer_work() {
  if (!is_up()) return;
  const bool waiting = !ledger_.executed_all(world_.submitted());
  if (waiting != told_waiting_) {
    told_waiting_ = waiting;
    feed(pbft::input::work_waiting{waiting});
  }
  while (batch_wanted_) {
    std::vector<operation> batch;
    for (auto op = ledger_.first_open();
         op < world_.submitted() && batch.size() < world_.options().operations_per_batch; ++op)
      if (!ledger_.executed(op) && !in_flight_.contains(op)) batch.push_back(op);
    if (batch.empty()) return;
    in_flight_.insert(batch.begin(), batch.end());
    batch_wanted_ = false;
    feed(pbft::input::batch_ready{encode_operations(batch)});
  }
}

void node::later(std::uint64_t delay_ms, std::function<void()> then) {
  world_.schedule(delay_ms, [this, life = incarnation_, then = std::move(then)] {
    if (life == incarnation_) then();
  });
}

// --- disk and network -------------------------------------------------------------------------

void node::write(disk_write what) {
  disk_.write(std::move(what));
  begin_sync();
}

// One sync at a time; what is written meanwhile goes with the next (group commit).
void node::begin_sync() {
  if (syncing_ || disk_.cached() == 0) return;
  syncing_ = true;
  const auto upto = disk_.written();
  later(world_.random()() % (world_.options().sync_ms_max + 1), [this, upto] {
    disk_.sync(upto);
    syncing_ = false;
    release();
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
}

void node::leave(const held_send& send) {
  if (!faulty) world_.judge().leaving(place_, send.what, disk_);
  for (const auto& [to, key, voter] : world_.who().config.members()) {
    if (to == identity_ || (send.to && *send.to != to)) continue;
    if (!tampering) {
      world_.transmit(place_, to, send.what);
      continue;
    }
    for (const auto& other : tampering(to, send.what))
      world_.transmit(place_, to, other);
  }
}

void node::run_one(pbft::effect::serve_blocks& e) {
  for (std::uint16_t i = 0; i < e.count; ++i) {
    auto block = disk_.block(e.from.plus(i));
    if (!block) return;
    hold(e.to, std::move(*block));
  }
}

// --- timers -----------------------------------------------------------------------------------

void node::run_one(pbft::effect::arm_timer& e) {
  const auto generation = ++armed_[static_cast<std::size_t>(e.which)];
  later(e.after_ms, [this, generation, which = e.which] {
    if (armed_[static_cast<std::size_t>(which)] == generation)
      feed(pbft::input::timer_fired{which});
  });
}

void node::run_one(pbft::effect::cancel_timer& e) { ++armed_[static_cast<std::size_t>(e.which)]; }

// --- application ------------------------------------------------------------------------------

void node::run_one(pbft::effect::deliver& e) {
  if (!faulty) world_.judge().delivered(place_, delivered_, e.certificate, *e.body);
  delivered_ = e.certificate.on.sequence;
  ledger_.apply(*e.body);
  for (auto op : decode_operations(*e.body))
    in_flight_.erase(op);
  auto state = ledger_.state();
  if (corrupt_state) state.data[0] ^= 1;
  if (!faulty) world_.judge().reached(place_, delivered_, state);
  // A ledger of its own thread answers a little later.
  later(world_.random()() % 3, [this, n = delivered_, state] {
    feed(pbft::input::applied{n, state});
    offer_work();
  });
}

void node::run_one(pbft::effect::want_batch&) {
  batch_wanted_ = true;
  later(0, [this] { offer_work(); });
}

void node::run_one(pbft::effect::refuse_batch& e) {
  for (auto op : decode_operations(*e.body))
    in_flight_.erase(op);
}

void node::run_one(pbft::effect::view_entered&) { in_flight_.clear(); }

// What a correct node reports proves itself, and never against a correct one.
void node::run_one(pbft::effect::report& e) {
  evidence.push_back(e.what);
  if (faulty) return;
  if (!pbft::check(e.what, world_.who().config) || !world_.at(e.what.culprit.value).faulty)
    throw safety_violation("node " + std::to_string(place_) + " claims without ground that " +
                           pbft::describe(e.what));
}

void node::run_one(pbft::effect::halt&) { halted = true; }

void node::check_limits() const {
  if (faulty) return;
  const auto own = replica_->describe();
  constexpr auto slots_max = limits::watermark_window + 2 * pbft::blocks_max;
  constexpr auto bodies_max = 2 * limits::proposals_ahead_max + 2 * pbft::blocks_max;
  if (own.slots > slots_max || own.bodies > bodies_max)
    throw safety_violation("node " + std::to_string(place_) + " holds " +
                           std::to_string(own.slots) + " slots and " + std::to_string(own.bodies) +
                           " bodies");
}

} // namespace quorate::sim
