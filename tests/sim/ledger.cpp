#include "tests/sim/ledger.hpp"

#include "core/crypto/hash.hpp"

#include <stdexcept>

namespace quorate::sim {

ledger::applied_block node_ledger::apply(const digest& batch, byte_view body) {
  const auto checked = check_batch(batch, body);
  if (!checked)
    throw std::logic_error("a batch was ordered that is refused with " +
                           std::string{name(checked.error())});
  return state_.apply({state_.height().next(), batch, (*checked)->time, (*checked)->operations});
}

digest node_ledger::state() const {
  return state_.height().value == 0 ? digest{} : ledger::hash(state_.last());
}

account_sequence node_ledger::last_of(std::size_t account) const {
  const auto* found = state_.find(account_key(account));
  return found == nullptr ? account_sequence{} : found->last_sequence;
}

std::uint64_t node_ledger::changes_executed() const {
  const auto* found = state_.find(operator_key());
  return found == nullptr ? 0 : found->last_sequence.value;
}

bool node_ledger::executed_all(operation end) const {
  for (std::size_t account = 0; account < accounts; ++account)
    if (last_of(account) < count_below(end, account)) return false;
  return true;
}

account_sequence count_below(operation end, std::size_t account) noexcept {
  return {(end + accounts - 1 - account) / accounts};
}

} // namespace quorate::sim
