#include "tests/sim/clients.hpp"

#include "tests/sim/cluster.hpp"

#include <algorithm>

namespace quorate::sim {

namespace {

constexpr std::uint64_t retry_ms = 700;

} // namespace

void client::ask_for(std::uint64_t count) {
  wanted_ += count;
  send_next();
}

void client::send_next() {
  while (sent_ < wanted_ && sent_ < done_ + window_) {
    const account_sequence next{++sent_};
    heard_[next];
    send(next);
    retry_later(next);
  }
}

// To all: a backup that knows of it watches the primary.
void client::send(account_sequence sequence) {
  for (std::size_t place = 0; place < world_.nodes(); ++place)
    world_.request(place, operation_of(account_, sequence));
}

void client::retry_later(account_sequence sequence) {
  world_.schedule(retry_ms + world_.random()() % retry_ms, [this, sequence] {
    if (!heard_.contains(sequence)) return;
    send(sequence);
    retry_later(sequence);
  });
}

void client::on_reply(replica_id from, const ledger::stored_reply& reply) {
  const auto waiting = heard_.find(reply.sequence);
  if (waiting == heard_.end()) return;
  if (reply.id != signed_operation(operation_of(account_, reply.sequence))->id()) return;
  waiting->second.insert_or_assign(from, reply);
  const auto same = std::count_if(waiting->second.begin(), waiting->second.end(),
                                  [&](const auto& other) { return other.second == reply; });
  if (static_cast<std::size_t>(same) < world_.who().config.weak_quorum()) return;
  world_.judge().acknowledged(reply);
  heard_.erase(waiting);
  done_ = heard_.empty() ? sent_ : heard_.begin()->first.value - 1;
  send_next();
}

} // namespace quorate::sim
