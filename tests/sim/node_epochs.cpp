// A simulated node and the membership: which epoch it is in, how it goes on in the next, and the
// operator's changes.
#include "tests/sim/cluster.hpp"
#include "tests/sim/node.hpp"

#include <algorithm>

namespace quorate::sim {

// The epoch that follows on what is both delivered and known to be stable, as a node's recovery
// finds it. When a crash came after that and before the end was stored, the replica is in the epoch
// that ended, and ends it again as it starts.
void node::choose_configuration(pbft::restored_state& from) {
  const auto& members = ledger_.members();
  const auto* epoch = &members.at(std::min(from.stable.sequence, delivered_).next());
  const auto end_before = [this](const ledger::membership_epoch& of) {
    return disk_.epoch_end({of.epoch.value - 1});
  };
  if (members.pending && epoch == &*members.pending && end_before(*epoch) == nullptr)
    epoch = &members.current;
  digest start_state;
  if (epoch->epoch > genesis_epoch) {
    const auto* end = end_before(*epoch);
    if (end == nullptr || end->sequence != epoch->after)
      throw std::logic_error("it is not stored how the epoch before ended");
    start_state = end->state;
  }
  verifier_.reset();
  config_ = std::make_unique<const pbft::configuration>(ledger::configuration_of(
      world_.who().config.cluster(), *epoch, start_state, crypto_suite::standard));
  verifier_ = std::make_unique<const pbft::verifier>(*config_);
  from.epoch_end = pending_end();
}

// With which checkpoint the epoch of this replica ends, if the ledger tells.
std::optional<sequence_number> node::pending_end() const {
  const auto& pending = ledger_.members().pending;
  return pending && pending->epoch > config_->epoch() ? std::optional{pending->after}
                                                      : std::nullopt;
}

pbft::author node::author() const {
  return {*config_, identity_, world_.key_of(identity_, *config_)};
}

void node::run_one(pbft::effect::serve_epoch_end& e) {
  if (const auto* end = disk_.epoch_end(e.epoch)) hold(e.to, pbft::epoch_end{*end});
}

void node::run_one(pbft::effect::epoch_ended& e) {
  world_.say(place_, [&] {
    return "epoch " + std::to_string(e.certificate.epoch.value) + " ended at " +
           std::to_string(e.certificate.sequence.value);
  });
  if (!faulty) world_.judge().ended(place_, e.certificate);
  write(epoch_end_record{e.certificate});
  ended_by_ = disk_.written();
}

// A node stops in good order and starts again.
void node::go_on_in_next_epoch() {
  crash(disk_.cached());
  boot();
}

bool node::change_waits() const { return ledger_.changes_executed() < world_.changes().size(); }

ledger::operation_ptr node::choose_change() const {
  const auto next = ledger_.changes_executed();
  if (!change_waits() || changes_in_flight_.contains({next + 1})) return nullptr;
  return world_.changes()[next];
}

void node::no_longer_in_flight(const ledger::account_id& of, account_sequence sequence) {
  if (const auto account = account_with(of))
    in_flight_.erase(operation_of(*account, sequence));
  else if (of == operator_key())
    changes_in_flight_.erase(sequence);
}

} // namespace quorate::sim
