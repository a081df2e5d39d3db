#include "core/ledger/batch.hpp"
#include "core/mempool/mempool.hpp"
#include "tests/unit/ledger_fixture.hpp"

#include <boost/test/unit_test.hpp>

using namespace quorate;
using namespace quorate::testing;

namespace {

struct mempool_fixture : ledger_fixture {
  mempool::mempool_limits limits;
  std::optional<mempool::mempool> pool;
  static constexpr block_time_ms now{1'000'000};

  mempool_fixture() { reset(); }
  void reset() {
    pool.emplace(limits, 42);
    for (const auto& [account, last] : state.sequences())
      pool->set_applied(account, last);
  }
  ledger::operation_ptr transfer_of(const signing_key& who, std::uint64_t sequence) {
    return checked(signed_by(
        who, ledger::transfer{{1}, who.key() == bob.key() ? alice.key() : bob.key(), amount{1}},
        sequence));
  }
  ledger::operation_ptr noop_of(std::uint8_t n) {
    return checked({{{}, {}, {}, ledger::noop{{n}}}, {}});
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(mempool_rules, mempool_fixture)

BOOST_AUTO_TEST_CASE(takes_in_order_and_only_without_gaps) {
  BOOST_TEST(pool->admit(transfer_of(alice, 2), now).has_value());
  BOOST_TEST(pool->takeable() == 0U);
  BOOST_TEST(pool->executable() == 0U); // a gap is no reason to replace a primary
  BOOST_TEST(pool->take(10, 1000000).empty());
  BOOST_TEST(pool->admit(transfer_of(alice, 1), now).has_value());
  const auto taken = pool->take(10, 1000000);
  BOOST_REQUIRE(taken.size() == 2U);
  BOOST_TEST(taken[0]->op().sequence.value == 1U);
  BOOST_TEST(taken[1]->op().sequence.value == 2U);
  BOOST_TEST(pool->take(10, 1000000).empty()); // in flight
  pool->return_in_flight();
  BOOST_TEST(pool->take(10, 1000000).size() == 2U);
}

BOOST_AUTO_TEST_CASE(refuses_before_the_signature_is_checked) {
  const auto code = [&](const ledger::operation_ptr& op) {
    const auto done = pool->admit(op, now);
    return done ? errc{} : done.error();
  };
  const auto first = transfer_of(alice, 1);
  BOOST_TEST((code(first) == errc{}));
  BOOST_TEST((code(first) == errc::duplicate));
  const auto rival = checked(signed_by(alice, ledger::noop{{1}}, 1));
  BOOST_TEST((code(rival) == errc::duplicate));
  BOOST_TEST((code(transfer_of(alice, 17)) == errc::too_far_ahead));
  BOOST_TEST((code(checked(signed_by(carol, ledger::noop{{1}}, 1))) == errc::no_such_account));
  BOOST_TEST((code(checked(signed_by(carol, ledger::open_account{carol.key()}, 1))) == errc{}));
  BOOST_TEST((code(checked(signed_by(alice, ledger::noop{{1}}, 2, 999'999))) == errc::expired));
  pool->set_applied(alice.key(), {1});
  BOOST_TEST((code(first) == errc::sequence_replayed));
}

// It would wait for ever, and the primary, which knows better, would look unfair.
BOOST_AUTO_TEST_CASE(a_noop_that_arrives_after_its_block_is_not_taken) {
  const auto noop = noop_of(1);
  pool->on_applied({noop->id()}, {noop->id()}, {});
  BOOST_TEST((pool->admit(noop, now).error() == errc::duplicate));
  BOOST_TEST(pool->admit(noop_of(2), now).has_value());
}

BOOST_AUTO_TEST_CASE(applied_operations_go) {
  const auto op = transfer_of(alice, 1);
  const auto noop = noop_of(1);
  BOOST_TEST(pool->admit(op, now).has_value());
  BOOST_TEST(pool->admit(noop, now).has_value());
  BOOST_TEST((pool->find(op->id()) == op));
  pool->on_applied({op->id(), noop->id()}, {noop->id()}, {{alice.key(), {1}}});
  BOOST_TEST(pool->size() == 0U);
  BOOST_TEST(pool->bytes_held() == 0U);
  BOOST_TEST(pool->executable() == 0U);
  BOOST_TEST((pool->admit(noop, now).error() == errc::duplicate));
}

BOOST_AUTO_TEST_CASE(busy_account_does_not_starve_others) {
  for (std::uint64_t i = 1; i <= 16; ++i)
    BOOST_TEST(pool->admit(transfer_of(alice, i), now).has_value());
  BOOST_TEST(pool->admit(transfer_of(bob, 1), now).has_value());
  const auto taken = pool->take(2, 1000000);
  BOOST_REQUIRE(taken.size() == 2U);
  BOOST_TEST((taken[0]->op().account != taken[1]->op().account));
}

BOOST_AUTO_TEST_CASE(memory_is_bounded_under_a_flood) {
  limits.operations_max = 100;
  reset();
  std::size_t refused = 0;
  for (int i = 0; i < 250; ++i) {
    const auto done = pool->admit(noop_of(static_cast<std::uint8_t>(i)), now);
    if (!done) {
      BOOST_TEST((done.error() == errc::busy));
      ++refused;
    }
  }
  BOOST_TEST(pool->size() == 60U); // the lane's share
  BOOST_TEST(refused == 190U);
  BOOST_TEST(pool->retry_after_ms() > 50U);
  BOOST_TEST(pool->admit(transfer_of(alice, 1), now).has_value()); // other lanes have room
}

BOOST_AUTO_TEST_CASE(batch_limits_hold) {
  for (std::uint64_t i = 1; i <= 10; ++i)
    BOOST_TEST(pool->admit(transfer_of(alice, i), now).has_value());
  const auto size = ledger::batch_bytes_of(transfer_of(alice, 1)->encoded().size());
  BOOST_TEST(pool->take(3, 1000000).size() == 3U);
  BOOST_TEST(pool->take(100, size * 4 + 1).size() == 4U);
  BOOST_TEST(pool->take(100, size - 1).empty());
  BOOST_TEST(pool->take(100, 1000000).size() == 3U);
}

BOOST_AUTO_TEST_CASE(operations_of_a_proposal_are_not_taken_again) {
  const auto op = transfer_of(alice, 1);
  const auto noop = noop_of(3);
  BOOST_TEST(pool->admit(op, now).has_value());
  BOOST_TEST(pool->admit(noop, now).has_value());
  pool->mark_in_flight({op, noop});
  BOOST_TEST(pool->take(10, 1000000).empty());
  BOOST_TEST(pool->executable() == 2U);
}

BOOST_AUTO_TEST_CASE(expired_operations_are_dropped) {
  const auto op = checked(signed_by(alice, ledger::noop{{1}}, 1, now.value + 10));
  BOOST_TEST(pool->admit(op, now).has_value());
  BOOST_TEST(pool->drop_expired({now.value + 10}) == 0U);
  BOOST_TEST(pool->drop_expired({now.value + 11}) == 1U);
  BOOST_TEST(pool->size() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
