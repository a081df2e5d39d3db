// A deterministic cluster in one process: virtual time, one seeded source of chance, and a judge.
//
// The same options and the same calls give the same run, event by event.
#pragma once

#include "tests/sim/clients.hpp"
#include "tests/sim/identities.hpp"
#include "tests/sim/lease_watch.hpp"
#include "tests/sim/network.hpp"
#include "tests/sim/node.hpp"
#include "tests/sim/safety.hpp"

#include <ostream>
#include <queue>

namespace quorate::sim {

struct cluster_options {
  std::size_t n = 4;
  std::uint64_t seed = 1;
  pbft::replica_options replica{};
  link_rules links{};
  std::uint64_t sync_ms_max = 3;
  std::size_t operations_per_batch = 4;
  std::ostream* trace = nullptr; ///< what happens, a line each
  bool links_tell = false;       ///< nodes notice lost connections
  bool trace_messages = false;   ///< also every message that leaves a node
};

class cluster {
public:
  explicit cluster(cluster_options options = {});
  cluster(const cluster&) = delete;
  cluster& operator=(const cluster&) = delete;

  /// Clients give `count` further operations to every node.
  void submit(std::uint64_t count);
  operation submitted() const noexcept { return submitted_; }
  /// A client of its own account; it reaches the nodes by a network that loses, but is not cut.
  client& add_client(std::size_t account, std::size_t window);
  const std::vector<std::unique_ptr<client>>& clients() const noexcept { return clients_; }

  /// The operator asks every node for a change of membership, after those before.
  void change_members(const ledger::change_membership& change);
  const std::vector<ledger::operation_ptr>& changes() const noexcept { return changes_; }
  /// The membership as the correct node that is furthest knows it.
  ledger::membership members() const;
  /// A key pair that a member may get: none that was given before.
  const signing_key& new_key();

  /// Runs until `done` holds; false when it does not within the virtual time.
  bool run_until(const std::function<bool()>& done, std::uint64_t within_ms);
  void run_for(std::uint64_t ms);

  /// Every correct node that is up executed every operation.
  bool all_executed() const;
  /// As above, within the time; the least that liveness asks for.
  bool settles(std::uint64_t within_ms) {
    return run_until([this] { return all_executed(); }, within_ms);
  }
  /// Every correct node is up and holds the same history. (Not: is in one view. A replica that left
  /// alone may not come back to the view it left, and waits there until the others follow.)
  bool all_equal() const;

  void crash(std::size_t place);
  void restart(std::size_t place) { at(place).boot(); }
  /// A second machine with the key of `of`; returns its place. Both count as one faulty replica.
  std::size_t add_twin(std::uint16_t of);

  /// A new machine with an empty disk, for a replica that joins; returns its place.
  std::size_t add_node(replica_id identity);

  node& at(std::size_t place) { return *nodes_.at(place); }
  const node& at(std::size_t place) const { return *nodes_.at(place); }
  std::size_t nodes() const noexcept { return nodes_.size(); }
  /// Whether a node that runs this replica is faulty.
  bool is_faulty(replica_id who) const;
  /// The replica that most correct nodes take for the primary.
  std::size_t primary() const;

  /// Every replica that has a machine.
  std::vector<replica_id> replicas() const;
  /// What `who` signs with in this epoch; any of its keys when it is no member.
  const signing_key& key_of(replica_id who, const pbft::configuration& in) const;
  const ledger::genesis& genesis() const noexcept { return genesis_; }

  network& net() noexcept { return network_; }
  const identities& who() const noexcept { return who_; }
  const cluster_options& options() const noexcept { return options_; }
  std::mt19937_64& random() noexcept { return random_; }
  std::uint64_t now_ms() const noexcept { return now_ms_; }
  class safety& judge() noexcept {
    return safety_;
  }

  // For nodes.
  void schedule(std::uint64_t delay_ms, std::function<void()> what);
  /// To one replica, or to all but the sender.
  void transmit(std::size_t from, std::optional<replica_id> to, const pbft::message& what);
  void reply(std::size_t from, std::size_t account, const ledger::stored_reply& what);
  // For clients.
  void request(std::size_t to, operation op);
  unsigned client_loss_percent = 0;

  /// Adds a line to the trace; the text is made only when there is one.
  template <class Text>
  void say(std::size_t place, Text text) {
    if (options_.trace != nullptr) write_trace("node " + std::to_string(place), text());
  }
  template <class Text>
  void say_message(std::size_t place, Text text) {
    if (options_.trace_messages) say(place, text);
  }
  void write_trace(const std::string& who, const std::string& what);
  const lease_watch& leases() const noexcept { return leases_; }
  /// Events that happened.
  std::uint64_t events() const noexcept { return happened_; }

private:
  struct event {
    std::uint64_t at_ms;
    std::uint64_t order; // events of one time run in the order in which they were scheduled
    std::function<void()> what;
  };
  struct later {
    bool operator()(const event& a, const event& b) const {
      return std::tie(a.at_ms, a.order) > std::tie(b.at_ms, b.order);
    }
  };

  void watch_links();

  cluster_options options_;
  identities who_;
  ledger::genesis genesis_;
  std::deque<signing_key> new_keys_;
  std::vector<ledger::operation_ptr> changes_; ///< the i-th is the operator's (i+1)-th operation
  std::map<std::pair<std::size_t, std::size_t>, bool> links_; ///< what each node was told of each
  std::mt19937_64 random_;
  network network_;
  class safety safety_;
  lease_watch leases_;
  std::priority_queue<event, std::vector<event>, later> events_;
  std::uint64_t now_ms_ = 0;
  std::uint64_t scheduled_ = 0;
  operation submitted_ = 0;
  std::vector<std::unique_ptr<node>> nodes_;
  std::vector<std::unique_ptr<client>> clients_;
  std::map<std::size_t, client*> clients_of_; ///< by account
  std::uint64_t happened_ = 0;
};

} // namespace quorate::sim
