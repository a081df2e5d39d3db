// Heads of audit logs in the ledger: each continues the one before, or is refused.
#include "tests/unit/ledger_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <map>

using namespace quorate;
using namespace quorate::testing;
using ledger::audit_head;

namespace {

constexpr std::uint64_t sizes = 12;

/// A log of so many entries, all different from those of another `name`, from entry `from` on.
struct kept_log {
  std::map<audit::node_place, digest> nodes;
  std::vector<audit::log_head> heads;

  explicit kept_log(const std::string& name, std::uint64_t from = 0) {
    audit::log_frontier frontier;
    heads.push_back(frontier.head());
    for (std::uint64_t i = 0; i < sizes; ++i) {
      const auto text = (i < from ? "entry " : name) + std::to_string(i);
      const auto made = *frontier.append(merkle_leaf(as_bytes(text)));
      for (const auto& node : made)
        nodes.emplace(node.place, node.hash);
      heads.push_back(frontier.head());
    }
  }

  audit_head from(std::uint64_t before, std::uint64_t after) const {
    const auto find = [this](audit::node_place p) -> expected<digest> { return nodes.at(p); };
    return {heads[after], *audit::prove_consistency(before, after, find)};
  }
};

struct log_fixture : ledger_fixture {
  kept_log log{"entry "};

  std::optional<audit::log_head> head(const signing_key& who) const {
    return state.find(who.key())->log;
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(ledger_audit_heads, log_fixture)

BOOST_AUTO_TEST_CASE(a_head_continues_the_one_before) {
  BOOST_TEST(!head(alice));
  std::uint64_t before = 0;
  for (const std::uint64_t after : {1U, 2U, 5U, 8U, 12U}) {
    BOOST_TEST(run(alice, log.from(before, after)) == 0);
    BOOST_TEST((head(alice) == log.heads[after]));
    BOOST_TEST(run(alice, log.from(after, after)) == 0); // again: nothing changes
    BOOST_TEST((head(alice) == log.heads[after]));
    before = after;
  }
  BOOST_TEST(!head(bob));
  BOOST_TEST(state.check_conservation().has_value());
}

// From every size to every other: only what goes on, with the proof of just that, is taken.
BOOST_AUTO_TEST_CASE(nothing_else_is_taken) {
  const kept_log other{"another ", 3}; // the first three entries are the same
  for (std::uint64_t before = 1; before <= sizes; ++before) {
    const auto who = key_named("log of " + std::to_string(before));
    BOOST_REQUIRE(run(who, ledger::open_account{who.key()}) == 0);
    BOOST_REQUIRE(run(who, log.from(0, before)) == 0);
    for (std::uint64_t after = 1; after < before; ++after)
      BOOST_TEST(run(who, log.from(after, after)) == number(errc::log_set_back));
    for (std::uint64_t after = before; after <= sizes; ++after) {
      const auto fork = other.from(before, after);
      if (before > 3) BOOST_TEST(run(who, fork) == number(errc::log_forked));
      auto bent = log.from(before, after);
      bent.head.root.data[0] ^= 1;
      BOOST_TEST(run(who, bent) == number(errc::log_forked));
      bent = log.from(before, after);
      bent.proof.push_back({});
      BOOST_TEST(run(who, bent) == number(errc::log_forked));
      bent.proof.pop_back();
      if (bent.proof.empty()) continue;
      bent.proof.front().data[0] ^= 1;
      BOOST_TEST(run(who, bent) == number(errc::log_forked));
      bent.proof.clear();
      BOOST_TEST(run(who, bent) == number(errc::log_forked));
    }
    BOOST_TEST((head(who) == log.heads[before]));
  }
}

BOOST_AUTO_TEST_CASE(a_frozen_account_keeps_its_head) {
  BOOST_TEST(run(alice, log.from(0, 2)) == 0);
  const auto freeze = approved(ledger::set_frozen{alice.key(), true, 1, {}}, {{0, &admin}});
  BOOST_TEST(run(bob, freeze) == 0);
  BOOST_TEST(run(alice, log.from(2, 5)) == number(errc::account_frozen));
  BOOST_TEST((head(alice) == log.heads[2]));
}

BOOST_AUTO_TEST_CASE(the_state_root_covers_it_and_it_is_restored) {
  BOOST_TEST(run(alice, log.from(0, 5)) == 0);
  const auto records = state.records();
  const auto again = ledger::ledger_state::restore(genesis, state.last(), records);
  BOOST_REQUIRE(again);
  BOOST_TEST((again->find(alice.key())->log == log.heads[5]));
  auto changed = *state.find(alice.key());
  const auto hash = ledger::state_value_hash(changed);
  changed.log = log.heads[6];
  BOOST_TEST((ledger::state_value_hash(changed) != hash));
  changed.log.reset();
  BOOST_TEST((ledger::state_value_hash(changed) != hash));
}

BOOST_AUTO_TEST_CASE(encodings) {
  const auto op = signed_by(alice, log.from(5, 12));
  const auto good = encode(op);
  BOOST_TEST((*decode<ledger::signed_operation>(good) == op));
  for (std::size_t n = 0; n < good.size(); ++n)
    BOOST_TEST(!decode<ledger::signed_operation>(byte_view{good}.first(n)));
  const auto why = [&](audit_head body) {
    return decode<ledger::signed_operation>(encode(signed_by(alice, std::move(body)))).error();
  };
  BOOST_TEST((why({log.heads[0], {}}) == errc::not_canonical));
  BOOST_TEST((why({{audit::entries_max + 1, {}}, {}}) == errc::over_limit));
  BOOST_TEST(
      (why({log.heads[1], std::vector<digest>(audit::proof_hashes_max + 1)}) == errc::over_limit));
  auto account = *state.find(alice.key());
  account.log = log.heads[3];
  BOOST_TEST((*decode<ledger::account>(encode(account)) == account));
  account.log = log.heads[0];
  BOOST_TEST((decode<ledger::account>(encode(account)).error() == errc::not_canonical));
}

BOOST_AUTO_TEST_SUITE_END()
