// What simulated clients ask for: real signed transfers, numbered, each signed once a thread.
#pragma once

#include "core/ledger/ledger_state.hpp"
#include "core/pbft/batch.hpp"

#include <vector>

namespace quorate::sim {

/// The number of an operation, from 0. Operation i is the (i / accounts + 1)-th of account
/// i mod accounts.
using operation = std::uint64_t;
inline constexpr std::uint64_t accounts = 8;

inline std::size_t account_of(operation op) noexcept { return op % accounts; }
inline account_sequence sequence_of(operation op) noexcept { return {op / accounts + 1}; }
inline operation operation_of(std::size_t account, account_sequence sequence) noexcept {
  return (sequence.value - 1) * accounts + account;
}

/// The ledger that every simulated node starts from: some money in each account.
/// @param replicas  their keys, in order of node id
ledger::genesis simulated_genesis(const std::vector<public_key>& replicas);
/// The account of a client. @pre account < accounts.
const ledger::account_id& account_key(std::size_t account);
/// The account with this key, if a client has it.
std::optional<std::size_t> account_with(const ledger::account_id& key);

/// The account of the operator, who changes the membership and does nothing else.
const ledger::account_id& operator_key();
/// A change of membership, approved and signed; as the operator's `sequence`-th operation.
ledger::operation_ptr signed_change(account_sequence sequence, ledger::change_membership change);

/// A transfer to another account; now and then of more than there is.
const ledger::operation_ptr& signed_operation(operation op);

/// The body of a batch that a correct primary proposes at `time_ms`.
/// @param change  goes with them, when it is not null
pbft::body_ptr encode_operations(const std::vector<operation>& operations,
                                 std::uint64_t time_ms = 0,
                                 const ledger::operation_ptr& change = nullptr);
/// A valid body that no client asked for: an unsigned no-op, different for each number.
pbft::body_ptr unasked_batch(std::uint64_t number);
/// A body whose operation nobody signed.
pbft::body_ptr unauthorised_batch(std::uint64_t number);

/// A body taken apart, with every operation's signature checked.
struct checked_batch {
  block_time_ms time;
  std::vector<ledger::operation_ptr> operations;
};
using checked_batch_ptr = std::shared_ptr<const checked_batch>;

/// As a backup's mempool does with a proposal; remembers what it found, which changes nothing.
/// Errors: those of decoding and of authorisation.
expected<checked_batch_ptr> check_batch(const digest& batch, byte_view body);

} // namespace quorate::sim
