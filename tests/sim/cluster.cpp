#include "tests/sim/cluster.hpp"

#include <algorithm>

namespace quorate::sim {

cluster::cluster(cluster_options options)
    : options_(options), who_(options.n), random_(options.seed), network_(random_),
      safety_(who_.config) {
  network_.set_rules(options_.links);
  for (std::size_t place = 0; place < options_.n; ++place)
    nodes_.push_back(
        std::make_unique<node>(*this, place, replica_id{static_cast<std::uint16_t>(place)}));
  for (auto& each : nodes_)
    each->boot();
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
