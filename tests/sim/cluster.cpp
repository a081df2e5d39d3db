#include "tests/sim/cluster.hpp"

#include <algorithm>

namespace quorate::sim {

namespace {

constexpr std::uint64_t link_watch_ms = 60;
constexpr std::uint64_t first_new_key = 1000; ///< beyond those of any genesis

std::vector<public_key> public_keys(const identities& of) {
  std::vector<public_key> keys;
  for (const auto& key : of.keys)
    keys.push_back(key.key());
  return keys;
}

} // namespace

cluster::cluster(cluster_options options)
    : options_(options), who_(options.n), genesis_(simulated_genesis(public_keys(who_))),
      random_(options.seed), network_(random_), safety_(who_.config) {
  network_.set_rules(options_.links);
  for (std::size_t place = 0; place < options_.n; ++place)
    nodes_.push_back(
        std::make_unique<node>(*this, place, replica_id{static_cast<std::uint16_t>(place)}));
  for (auto& each : nodes_)
    each->boot();
  if (options_.links_tell) watch_links();
}

void cluster::change_members(const ledger::change_membership& change) {
  changes_.push_back(signed_change({changes_.size() + 1}, change));
  for (auto& each : nodes_)
    each->offer_work();
}

ledger::membership cluster::members() const {
  const node* furthest = nullptr;
  for (const auto& each : nodes_)
    if (!each->faulty && (furthest == nullptr || each->delivered() > furthest->delivered()))
      furthest = each.get();
  QUORATE_CHECK(furthest != nullptr);
  return furthest->state().members().as_of(furthest->delivered().next());
}

const signing_key& cluster::new_key() {
  return new_keys_.emplace_back(make_key(first_new_key + new_keys_.size()));
}

std::vector<replica_id> cluster::replicas() const {
  std::set<replica_id> all;
  for (const auto& each : nodes_)
    all.insert(each->identity());
  return {all.begin(), all.end()};
}

const signing_key& cluster::key_of(replica_id who, const pbft::configuration& in) const {
  const auto* own = who.value < who_.keys.size() ? &who_.keys[who.value] : &new_keys_.front();
  if (!in.is_member(who)) return *own;
  const auto wanted = in.key(who).key();
  if (own->key() == wanted) return *own;
  const auto found = std::find_if(new_keys_.begin(), new_keys_.end(),
                                  [&](const auto& key) { return key.key() == wanted; });
  QUORATE_CHECK(found != new_keys_.end());
  return *found;
}

std::size_t cluster::add_node(replica_id identity) {
  nodes_.push_back(std::make_unique<node>(*this, nodes_.size(), identity));
  safety_.joined(nodes_.size() - 1, identity);
  nodes_.back()->boot();
  return nodes_.size() - 1;
}

// A node notices after a while that a peer is gone or there again; one that was away is told anew.
void cluster::watch_links() {
  for (const auto& own : nodes_)
    for (const auto& peer : nodes_) {
      if (own->identity() == peer->identity() || own->is_paused()) continue;
      auto& told = links_.try_emplace({own->place(), peer->place()}, true).first->second;
      if (!own->is_up()) {
        told = true;
        continue;
      }
      const bool up = peer->is_up() && !peer->is_paused() &&
                      network_.connected(own->place(), peer->place()) &&
                      network_.connected(peer->place(), own->place());
      if (told == up) continue;
      told = up;
      own->link_changed(peer->identity(), up);
    }
  schedule(link_watch_ms, [this] { watch_links(); });
}

void cluster::submit(std::uint64_t count) {
  submitted_ += count;
  for (auto& each : nodes_)
    each->offer_work();
}

bool cluster::run_until(const std::function<bool()>& done, std::uint64_t within_ms) {
  const auto deadline = now_ms_ + within_ms;
  while (!done()) {
    if (events_.empty() || events_.top().at_ms > deadline) {
      now_ms_ = deadline;
      return false;
    }
    auto next = std::move(const_cast<event&>(events_.top())); // its order is not touched
    events_.pop();
    now_ms_ = next.at_ms;
    ++happened_;
    next.what();
    if (options_.replica.lease_ms > 0) leases_.look(*this);
  }
  return true;
}

void cluster::run_for(std::uint64_t ms) {
  (void)run_until([] { return false; }, ms);
}

bool cluster::all_executed() const {
  return std::all_of(nodes_.begin(), nodes_.end(), [this](const auto& each) {
    return each->faulty || !each->is_up() || each->state().executed_all(submitted_);
  });
}

bool cluster::all_equal() const {
  const node* first = nullptr;
  for (const auto& each : nodes_) {
    if (each->faulty) continue;
    if (!each->is_up()) return false;
    if (first == nullptr) first = each.get();
    if (each->delivered() != first->delivered()) return false;
  }
  return true;
}

void cluster::crash(std::size_t place) {
  auto& victim = at(place);
  victim.crash(random_() % (victim.storage().cached() + 1));
}

std::size_t cluster::add_twin(std::uint16_t of) {
  at(of).faulty = true;
  nodes_.push_back(std::make_unique<node>(*this, nodes_.size(), replica_id{of}));
  nodes_.back()->faulty = true;
  nodes_.back()->boot();
  return nodes_.size() - 1;
}

bool cluster::is_faulty(replica_id who) const {
  return std::any_of(nodes_.begin(), nodes_.end(),
                     [who](const auto& each) { return each->identity() == who && each->faulty; });
}

std::size_t cluster::primary() const {
  std::map<std::size_t, std::size_t> votes;
  for (const auto& each : nodes_)
    if (!each->faulty && each->is_up()) ++votes[each->describe().primary.value];
  const auto most = std::max_element(
      votes.begin(), votes.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == votes.end() ? 0 : most->first;
}

void cluster::schedule(std::uint64_t delay_ms, std::function<void()> what) {
  events_.push({now_ms_ + delay_ms, scheduled_++, std::move(what)});
}

void cluster::transmit(std::size_t from, std::optional<replica_id> to, const pbft::message& what) {
  const auto raw = std::make_shared<const bytes>(encode(what));
  const auto sender = at(from).identity();
  for (auto& each : nodes_) {
    if (each->identity() == sender || (to && each->identity() != *to)) continue;
    for (const auto& arrives : network_.fate(from, each->place())) {
      auto shown = raw;
      if (arrives.damaged) {
        auto changed = *raw;
        changed[random_() % changed.size()] ^= static_cast<std::uint8_t>(1 + random_() % 255);
        shown = std::make_shared<const bytes>(std::move(changed));
      }
      schedule(arrives.delay_ms, [receiver = each.get(), sender, shown, damaged = arrives.damaged] {
        receiver->receive(sender, *shown, damaged);
      });
    }
  }
}

client& cluster::add_client(std::size_t account, std::size_t window) {
  clients_.push_back(std::make_unique<client>(*this, account, window));
  clients_of_.emplace(account, clients_.back().get());
  return *clients_.back();
}

void cluster::request(std::size_t to, operation op) {
  if (random_() % 100 < client_loss_percent) return;
  schedule(1 + random_() % 10, [this, to, op] { at(to).on_request(op); });
}

void cluster::reply(std::size_t from, std::size_t account, const ledger::stored_reply& what) {
  const auto found = clients_of_.find(account);
  if (found == clients_of_.end() || random_() % 100 < client_loss_percent) return;
  const auto identity = at(from).identity();
  auto said = what;
  if (at(from).faulty && random_() % 2 == 0) ++said.code; // all liars the same
  schedule(1 + random_() % 10,
           [to = found->second, identity, said] { to->on_reply(identity, said); });
}

void cluster::write_trace(const std::string& who, const std::string& what) {
  *options_.trace << now_ms_ << " ms  " << who << "  " << what << '\n';
}

} // namespace quorate::sim
