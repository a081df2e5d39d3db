// A cluster moved by hand: no time and no chance. Messages wait until a command delivers or drops
// them, timers until one fires them, and a disk may wait to be told that its writes are durable.
#pragma once

#include "core/pbft/replica.hpp"
#include "tests/sim/disk.hpp"
#include "tests/sim/identities.hpp"
#include "tests/sim/safety.hpp"
#include "tests/transcripts/text.hpp"

#include <functional>
#include <memory>
#include <set>

namespace quorate::transcripts {

/// A message on its way.
struct packet {
  replica_id from;
  replica_id to;
  pbft::message what;
};
using packet_filter = std::function<bool(const packet&)>;

/// Everything that happens is said in lines; what a replica does stands indented below its cause.
/// Throws sim::safety_violation when correct replicas contradict themselves or each other, and
/// std::invalid_argument for what cannot be done, as firing a timer that is not armed.
class world {
public:
  world(std::size_t n, std::uint64_t pipeline_depth);

  // What clients and time do.
  void request(std::size_t place, const std::string& name);
  void propose(std::size_t place, const std::string& name);
  void fire(std::size_t place, pbft::timer which);

  // What networks do. Both return how many there were.
  std::size_t deliver(const packet_filter& which);
  std::size_t deliver_until_quiet();
  std::size_t drop(const packet_filter& which);
  /// From now on whatever leaves over such a link is lost.
  void cut(packet_filter which) { cuts_.push_back(std::move(which)); }
  void heal() { cuts_.clear(); }
  void inject(packet p) { in_flight_.push_back(std::move(p)); }
  std::deque<packet>& in_flight() noexcept { return in_flight_; }

  // What disks and power do.
  void hold_writes(std::size_t place, bool hold);
  void persist(std::size_t place, std::size_t writes);
  void crash(std::size_t place, std::size_t kept);
  void restart(std::size_t place);
  void wipe(std::size_t place);

  /// The judge takes no notice of a faulty node; it still runs the real replica.
  void mark_faulty(std::size_t place) { at(place).faulty = true; }
  /// Its ledger computes something else from here on.
  void corrupt(std::size_t place);

  void say_status();
  void say_applied();
  void say_in_flight();

  /// The node that would take a batch now.
  std::optional<std::size_t> who_wants_a_batch() const;
  /// The height of the node that got furthest.
  sequence_number height() const;

  void say(std::string line) { said_.push_back(std::move(line)); }
  std::vector<std::string> take_said() { return std::exchange(said_, {}); }

  const sim::identities& who() const noexcept { return who_; }
  names& called() noexcept { return called_; }
  std::size_t nodes() const noexcept { return nodes_.size(); }
  bool is_up(std::size_t place) const { return nodes_.at(place)->replica != nullptr; }

private:
  struct held_send {
    std::uint64_t after_write;
    std::optional<replica_id> to; // none: everyone
    pbft::message what;
  };
  struct node {
    replica_id id;
    std::unique_ptr<pbft::replica> replica;
    sim::disk disk;
    bool holds_writes = false;
    std::deque<std::string> unsynced; // the text of each write in the cache
    std::deque<held_send> held;
    std::array<std::optional<std::uint64_t>, pbft::timer_count> timers;
    std::set<std::string> waiting; // operations that this node knows and that are not delivered
    bool told_waiting = false;
    bool wants_batch = false;
    bool faulty = false;
    bool corrupt = false;
    bool halted = false;
    std::deque<pbft::input_event> answers; // the ledger's, after the step that they answer
    std::vector<std::string> applied;
    digest state;
  };

  node& at(std::size_t place);
  node& running(std::size_t place);
  void boot(node& who);
  void receive(const packet& p);
  void feed(node& who, pbft::input_event in);
  void run(node& who, const pbft::effects& effects);
  void run_one(node& who, const pbft::effect_event& effect);
  void write(node& who, sim::disk_write what, std::string text);
  void hold(node& who, std::optional<replica_id> to, const pbft::message& what);
  void release(node& who);
  void leave(node& who, const held_send& send);
  void apply(node& who, const pbft::effect::deliver& e);
  void serve(node& who, const pbft::effect::serve_blocks& e);
  void tell_waiting(node& who);
  digest state_after(const digest& before, const pbft::body_ptr& body, std::size_t height);

  sim::identities who_;
  pbft::verifier verifier_;
  sim::safety judge_;
  pbft::replica_options options_;
  names called_;
  std::vector<std::unique_ptr<node>> nodes_;
  std::deque<packet> in_flight_;
  std::vector<packet_filter> cuts_;
  std::vector<std::string> said_;
};

} // namespace quorate::transcripts
