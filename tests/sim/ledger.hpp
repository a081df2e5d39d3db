// The application of a simulated node: the real ledger on batches of signed operations.
#pragma once

#include "tests/sim/operations.hpp"

namespace quorate::sim {

class node_ledger {
public:
  explicit node_ledger(const ledger::genesis& g) : state_(g) {}

  /// Applies what was ordered at the next height.
  /// Throws std::logic_error for a batch that no correct replica may have voted for.
  ledger::applied_block apply(const digest& batch, byte_view body);

  /// Hash of the last block's summary, which covers results and state; zero at height 0.
  digest state() const;
  sequence_number height() const noexcept { return state_.height(); }

  /// The last sequence that this account executed.
  account_sequence last_of(std::size_t account) const;
  bool executed(operation op) const { return sequence_of(op) <= last_of(account_of(op)); }
  /// Whether all operations below `end` were executed.
  bool executed_all(operation end) const;
  std::optional<ledger::stored_reply> reply(operation op) const {
    return state_.reply(account_key(account_of(op)), sequence_of(op));
  }
  /// How many operations of the operator were executed.
  std::uint64_t changes_executed() const;
  const ledger::membership& members() const noexcept { return state_.members(); }
  outcome check_conservation() const { return state_.check_conservation(); }

private:
  ledger::ledger_state state_;
};

/// How many operations below `end` are of `account`.
account_sequence count_below(operation end, std::size_t account) noexcept;

} // namespace quorate::sim
