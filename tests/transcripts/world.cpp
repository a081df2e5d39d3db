#include "tests/transcripts/world.hpp"

#include "core/crypto/hash.hpp"
#include "tests/sim/intake.hpp"

#include <algorithm>
#include <stdexcept>

namespace quorate::transcripts {

using namespace quorate::pbft;

namespace {

std::string label(replica_id id) { return std::to_string(id.value); }

} // namespace

world::world(std::size_t n, std::uint64_t pipeline_depth)
    : who_(n), verifier_(who_.config), judge_(who_.config) {
  options_.pipeline_depth = pipeline_depth;
  for (std::uint16_t place = 0; place < n; ++place) {
    nodes_.push_back(std::make_unique<node>());
    nodes_.back()->id = {place};
  }
  for (auto& each : nodes_)
    boot(*each);
}

world::node& world::at(std::size_t place) {
  if (place >= nodes_.size()) throw std::invalid_argument("no such node");
  return *nodes_[place];
}

world::node& world::running(std::size_t place) {
  node& who = at(place);
  if (!who.replica) throw std::invalid_argument("replica " + label(who.id) + " is down");
  return who;
}

// The ledger is rebuilt from the blocks, as a node does it.
void world::boot(node& who) {
  who.applied.clear();
  who.state = {};
  sequence_number height;
  while (const auto block = who.disk.block(height.next())) {
    height = height.next();
    who.applied.push_back(called_.of(block->certificate.on.batch));
    who.state = state_after(who.state, block->body, who.applied.size());
  }
  auto from = who.disk.restore();
  from.delivered_state = who.state;
  who.replica =
      std::make_unique<replica>(who_.config, who.id, who_.keys[who.id.value], options_, from);
  run(who, who.replica->start({}));
  tell_waiting(who);
}

// --- clients and time -------------------------------------------------------------------------

void world::request(std::size_t place, const std::string& name) {
  node& who = running(place);
  say(label(who.id) + ": operation " + name + " waits");
  who.waiting.insert(name);
  tell_waiting(who);
}

void world::propose(std::size_t place, const std::string& name) {
  node& who = running(place);
  say(label(who.id) + ": batch " + name);
  who.wants_batch = false;
  feed(who, input::batch_ready{called_.body(name)});
}

void world::fire(std::size_t place, timer which) {
  node& who = running(place);
  auto& armed = who.timers.at(static_cast<std::size_t>(which));
  if (!armed) throw std::invalid_argument("the " + text_of(which) + " timer is not armed");
  armed.reset();
  say(label(who.id) + ": " + text_of(which) + " timer fires");
  feed(who, input::timer_fired{which});
}

void world::tell_waiting(node& who) {
  const bool waiting = !who.waiting.empty();
  if (waiting == who.told_waiting) return;
  who.told_waiting = waiting;
  feed(who, input::work_waiting{waiting});
}

// --- network ----------------------------------------------------------------------------------

// One round: what these messages cause to be sent waits for the next command.
std::size_t world::deliver(const packet_filter& which) {
  std::deque<packet> now;
  std::deque<packet> later;
  for (auto& p : in_flight_)
    (which(p) ? now : later).push_back(std::move(p));
  in_flight_ = std::move(later);
  for (const auto& p : now)
    receive(p);
  return now.size();
}

std::size_t world::deliver_until_quiet() {
  std::size_t count = 0;
  for (; !in_flight_.empty(); ++count) {
    const packet next = std::move(in_flight_.front());
    in_flight_.pop_front();
    receive(next);
  }
  return count;
}

std::size_t world::drop(const packet_filter& which) {
  for (const auto& p : in_flight_)
    if (which(p))
      say("lost " + label(p.from) + " -> " + label(p.to) + ": " + text_of(p.what, called_));
  return std::erase_if(in_flight_, which);
}

void world::receive(const packet& p) {
  node& who = at(p.to.value);
  if (!who.replica) return;
  const auto header = label(p.from) + " -> " + label(p.to) + ": " + text_of(p.what, called_);
  auto in = sim::take_in(verifier_, p.from, encode(p.what));
  if (!in) {
    say(header);
    say("  refused: " + std::string(name(in.error())));
    return;
  }
  say(header);
  feed(who, std::move(in).value());
}

void world::hold(node& who, std::optional<replica_id> to, const message& what) {
  who.held.push_back({who.disk.written(), to, what});
  if (who.disk.durable() < who.disk.written())
    say("  hold for the disk, to " + (to ? label(*to) : "all") + ": " + text_of(what, called_));
  release(who);
}

void world::release(node& who) {
  while (!who.held.empty() && who.held.front().after_write <= who.disk.durable()) {
    const auto send = std::move(who.held.front());
    who.held.pop_front();
    leave(who, send);
  }
}

void world::leave(node& who, const held_send& send) {
  if (!who.faulty) judge_.leaving(who.id.value, send.what, who.disk);
  say("  send " + (send.to ? label(*send.to) : "all") + ": " + text_of(send.what, called_));
  for (const auto& each : nodes_) {
    if (each->id == who.id || (send.to && *send.to != each->id)) continue;
    packet p{who.id, each->id, send.what};
    const bool lost =
        std::any_of(cuts_.begin(), cuts_.end(), [&p](const auto& cut) { return cut(p); });
    if (!lost) in_flight_.push_back(std::move(p));
  }
}

void world::serve(node& who, const effect::serve_blocks& e) {
  for (std::uint16_t i = 0; i < e.count; ++i) {
    const auto block = who.disk.block(e.from.plus(i));
    if (!block) return;
    hold(who, e.to, *block);
  }
}

// --- the replica ------------------------------------------------------------------------------

void world::feed(node& who, input_event in) {
  run(who, who.replica->step(std::move(in), {}));
  if (who.replica->describe().remembers) who.disk.mark_remembering();
}

void world::run(node& who, const effects& effects) {
  for (const auto& each : effects)
    run_one(who, each);
  while (!who.answers.empty()) {
    auto answer = std::move(who.answers.front());
    who.answers.pop_front();
    feed(who, std::move(answer));
  }
}

void world::run_one(node& who, const effect_event& effect) {
  const auto text = text_of(effect, called_);
  if (!text.empty()) say("  " + text);
  const auto on = [&](const auto& e) {
    using kind = std::decay_t<decltype(e)>;
    if constexpr (std::is_same_v<kind, effect::send>)
      hold(who, e.to, e.what);
    else if constexpr (std::is_same_v<kind, effect::broadcast>)
      hold(who, std::nullopt, e.what);
    else if constexpr (std::is_constructible_v<sim::disk_write, kind>)
      write(who, e, text);
    else if constexpr (std::is_same_v<kind, effect::arm_timer>)
      who.timers.at(static_cast<std::size_t>(e.which)) = e.after_ms;
    else if constexpr (std::is_same_v<kind, effect::cancel_timer>)
      who.timers.at(static_cast<std::size_t>(e.which)).reset();
    else if constexpr (std::is_same_v<kind, effect::deliver>)
      apply(who, e);
    else if constexpr (std::is_same_v<kind, effect::want_batch>)
      who.wants_batch = true;
    else if constexpr (std::is_same_v<kind, effect::serve_blocks>)
      serve(who, e);
    else if constexpr (std::is_same_v<kind, effect::view_entered>)
      who.wants_batch = false;
    else if constexpr (std::is_same_v<kind, effect::halt>)
      who.halted = true;
  };
  std::visit(on, effect);
}

void world::apply(node& who, const effect::deliver& e) {
  const sequence_number before{who.applied.size()};
  if (!who.faulty) judge_.delivered(who.id.value, before, e.certificate, *e.body);
  const auto batch = text_of(*e.body);
  who.applied.push_back(batch);
  who.state = state_after(who.state, e.body, who.applied.size());
  auto told = who.state;
  if (who.corrupt) {
    told.data[0] ^= 1;
    called_.call(told, "other" + std::to_string(who.applied.size()));
  } else if (!who.faulty) {
    judge_.reached(who.id.value, before.next(), told);
  }
  who.answers.emplace_back(input::applied{before.next(), told});
  who.waiting.erase(batch);
  if (who.told_waiting && who.waiting.empty()) {
    who.told_waiting = false;
    who.answers.emplace_back(input::work_waiting{false});
  }
}

digest world::state_after(const digest& before, const body_ptr& body, std::size_t height) {
  const auto batch = digest_of_body(*body);
  const auto after = sha256({before.view(), batch.view()});
  called_.call(after, "S" + std::to_string(height));
  return after;
}

void world::corrupt(std::size_t place) {
  at(place).corrupt = true;
  mark_faulty(place);
}

// --- disks and power --------------------------------------------------------------------------

void world::write(node& who, sim::disk_write what, std::string text) {
  who.disk.write(std::move(what));
  who.unsynced.push_back(std::move(text));
  if (who.holds_writes) return;
  who.disk.sync(who.disk.written());
  who.unsynced.clear();
}

void world::hold_writes(std::size_t place, bool hold) {
  at(place).holds_writes = hold;
  if (!hold) persist(place, at(place).unsynced.size());
}

void world::persist(std::size_t place, std::size_t writes) {
  node& who = running(place);
  for (; writes > 0 && !who.unsynced.empty(); --writes) {
    say(label(who.id) + ": durable now: " + who.unsynced.front());
    who.unsynced.pop_front();
    who.disk.sync(who.disk.durable() + 1);
    release(who);
  }
}

void world::crash(std::size_t place, std::size_t kept) {
  node& who = running(place);
  say(label(who.id) + ": crash");
  for (std::size_t i = 0; i < who.unsynced.size(); ++i)
    say((i < kept ? "  reached the disk: " : "  lost: ") + who.unsynced[i]);
  for (const auto& send : who.held)
    say("  never sent, to " + (send.to ? label(*send.to) : "all") + ": " +
        text_of(send.what, called_));
  who.replica.reset();
  who.disk.crash(std::min(kept, who.disk.cached()));
  who.unsynced.clear();
  who.held.clear();
  who.answers.clear();
  who.timers = {};
  who.told_waiting = false;
  who.wants_batch = false;
  who.halted = false;
}

void world::restart(std::size_t place) {
  node& who = at(place);
  if (who.replica) throw std::invalid_argument("replica " + label(who.id) + " is up");
  say(label(who.id) + ": restart");
  boot(who);
}

void world::wipe(std::size_t place) {
  node& who = at(place);
  if (who.replica) throw std::invalid_argument("crash it first");
  say(label(who.id) + ": an empty disk");
  who.disk.wipe();
}

// --- what there is to see ---------------------------------------------------------------------

void world::say_status() {
  for (const auto& each : nodes_) {
    if (!each->replica) {
      say(label(each->id) + ": down");
      continue;
    }
    const auto own = each->replica->describe();
    std::string timers;
    for (std::size_t i = 0; i < timer_count; ++i)
      if (each->timers.at(i)) timers += " " + text_of(static_cast<timer>(i));
    say(label(each->id) + ": v" + std::to_string(own.view.value) +
        (own.changing ? " not yet begun" : "") + ", primary " + label(own.primary) +
        ", delivered n" + std::to_string(own.delivered.value) + ", stable n" +
        std::to_string(own.stable.value) + ", slots " + std::to_string(own.slots) + " (bodies " +
        std::to_string(own.bodies) + "), timers" + (timers.empty() ? " none" : timers) +
        (own.voter ? "" : ", learner") + (each->halted ? ", halted" : ""));
  }
}

void world::say_applied() {
  constexpr std::size_t shown_max = 6;
  for (const auto& each : nodes_) {
    const auto& all = each->applied;
    const std::size_t first = all.size() > shown_max ? all.size() - 3 : 0;
    std::string line = label(each->id) + ":";
    if (first > 0) line += " … (" + std::to_string(first) + " before)";
    for (auto i = first; i < all.size(); ++i)
      line += " n" + std::to_string(i + 1) + " " + all[i];
    say(line + (all.empty() ? " nothing" : ""));
  }
}

void world::say_in_flight() {
  for (const auto& p : in_flight_)
    say(label(p.from) + " -> " + label(p.to) + ": " + text_of(p.what, called_));
}

std::optional<std::size_t> world::who_wants_a_batch() const {
  for (const auto& each : nodes_)
    if (each->replica && each->wants_batch) return each->id.value;
  return std::nullopt;
}

sequence_number world::height() const {
  std::size_t highest = 0;
  for (const auto& each : nodes_)
    highest = std::max(highest, each->applied.size());
  return {highest};
}

} // namespace quorate::transcripts
