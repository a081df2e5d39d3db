// A ledger with many accounts, and snapshots of it that replicas signed.
#pragma once

#include "core/state_transfer/snapshot_source.hpp"
#include "tests/sim/lone_replica.hpp"
#include "tests/unit/ledger_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <random>

namespace quorate::testing {

inline std::uint64_t printed_seed() {
  const char* given = std::getenv("QUORATE_SEED");
  const auto value = given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  BOOST_TEST_MESSAGE("replay with QUORATE_SEED=" << value);
  return value;
}

/// Accounts beside those of the ledger fixture, each with some units of both assets.
inline ledger::genesis with_accounts(ledger::genesis g, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    ledger::account_id id;
    id.data = sha256(as_bytes("account " + std::to_string(i))).data;
    g.balances.push_back({id, {1}, amount{i + 1}});
    g.balances.push_back({id, {2}, amount{7}});
  }
  return g;
}

struct snapshot_fixture : ledger_fixture {
  sim::identities who{7}; // f = 2
  sim::scribes by{who};
  pbft::verifier verifier{who.config};

  explicit snapshot_fixture(std::size_t accounts = 4000) {
    genesis = with_accounts(genesis, accounts);
    state = ledger::ledger_state{genesis};
    run(alice, ledger::transfer{{1}, bob.key(), amount{1}});
    credit_bob();
  }

  /// A block that changes accounts and supply, and leaves a record of a credited deposit.
  void credit_bob() {
    const auto deposit = sha256(as_bytes("deposit " + std::to_string(state.height().value)));
    run(alice, approved(ledger::credit{{1}, bob.key(), amount{5}, 0, deposit, {1}, {}},
                        {{0, &attester0}, {1, &attester1}}));
  }

  state_transfer::snapshot_offer offer() const {
    return {state.last(), by.stable(state.height().value, ledger::hash(state.last()))};
  }

  state_transfer::checked_offer checked_offer() const {
    return *state_transfer::checked_offer::check(verifier, offer());
  }

  /// The state as it is now.
  std::shared_ptr<const state_transfer::snapshot_source> source() const {
    auto made = state_transfer::snapshot_source::make(
        offer(), std::make_shared<state_transfer::sorted_records>(state.records()));
    QUORATE_CHECK(made);
    return std::make_shared<const state_transfer::snapshot_source>(std::move(*made));
  }
};

} // namespace quorate::testing
