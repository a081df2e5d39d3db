// The measurement of a primary: each rule by itself, then honest and lying model primaries.
#include "core/mempool/mempool.hpp"
#include "core/mempool/primary_monitor.hpp"
#include "tests/unit/ledger_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <optional>

using namespace quorate;
using namespace quorate::mempool;

namespace {

constexpr std::size_t transfers = static_cast<std::size_t>(lane::transfers);
constexpr std::size_t control = static_cast<std::size_t>(lane::control);

ledger::operation_id id_of(std::uint64_t number) {
  ledger::operation_id id;
  for (std::size_t i = 0; i < 8; ++i)
    id.data[i] = static_cast<std::uint8_t>(number >> 8 * i);
  return id;
}

/// A monitor of a primary whose batches hold 20 operations; patience 3500 ms.
struct monitor_fixture {
  monitor_options options{.batch_operations_max = 20};
  primary_monitor monitor{options};
  std::uint64_t now = 0;

  monitor_fixture() { pass(5000); }
  /// Ticks until so much later; the first reason that is given.
  std::optional<unfairness> pass(std::uint64_t ms) {
    std::optional<unfairness> first;
    for (const auto end = now + ms; now < end;) {
      now = std::min(end, now + 100);
      const auto said = monitor.judge(now);
      if (!first) first = said;
    }
    return first;
  }
  void due(std::uint64_t number, std::size_t queue = transfers) {
    monitor.became_due(id_of(number), queue, now);
  }
  std::optional<unfairness> block(std::vector<std::uint64_t> numbers, std::size_t useful) {
    std::vector<ledger::operation_id> ids;
    for (auto number : numbers)
      ids.push_back(id_of(number));
    monitor.proposed(now);
    monitor.executed(ids, {useful, useful * 200}, now);
    return monitor.judge(now);
  }
  /// Full blocks each 100 ms, of operations that this node never saw.
  std::optional<unfairness> full_blocks(std::uint64_t ms) {
    std::optional<unfairness> first;
    for (const auto end = now + ms; now < end && !first;) {
      first = pass(100);
      if (!first) first = block({}, 20);
    }
    return first;
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(primary_monitor_rules, monitor_fixture)

BOOST_AUTO_TEST_CASE(left_out_when_later_ones_of_its_queue_are_executed) {
  due(1);
  BOOST_TEST(!full_blocks(2600));
  due(2);
  BOOST_TEST(!full_blocks(1200));
  const auto why = block({2}, 20);
  BOOST_REQUIRE(why);
  BOOST_TEST((*why == unfairness::left_out));
  monitor.gone(id_of(1));
  BOOST_TEST(!monitor.judge(now));
}

BOOST_AUTO_TEST_CASE(another_queue_or_one_that_is_hardly_later_is_no_reason) {
  due(1);
  BOOST_TEST(!full_blocks(2400)); // within slack and time-out: it may have had its place before
  due(2);
  BOOST_TEST(!full_blocks(1600));
  due(3, control);
  BOOST_TEST(!full_blocks(1000));
  BOOST_TEST(!block({2, 3}, 20));
}

BOOST_AUTO_TEST_CASE(left_out_when_more_overtook_it_than_can_have_been_before_it) {
  options.overtaken_max = 1000;
  monitor = primary_monitor{options};
  pass(100);
  due(1);
  BOOST_TEST(!full_blocks(4900)); // 49 blocks
  const auto why = full_blocks(500);
  BOOST_REQUIRE(why);
  BOOST_TEST((*why == unfairness::left_out));
}

BOOST_AUTO_TEST_CASE(slow_when_batches_had_room_for_what_waits) {
  due(1);
  std::optional<unfairness> why;
  const auto began = now;
  while (!why && now < began + 10'000) {
    pass(400);
    why = block({}, 9);
  }
  BOOST_REQUIRE(why);
  BOOST_TEST((*why == unfairness::slow));
  BOOST_TEST(now - began >= monitor.patience_ms());
  BOOST_TEST(now - began < monitor.patience_ms() + 500);
}

BOOST_AUTO_TEST_CASE(a_full_block_by_bytes_is_full) {
  due(1);
  for (int i = 0; i < 20; ++i) {
    BOOST_TEST(!pass(400));
    monitor.executed({}, {1, options.batch_bytes_max / 2}, now);
  }
}

BOOST_AUTO_TEST_CASE(idle_when_it_pauses_with_a_queue_before_it) {
  for (std::uint64_t i = 1; i <= 200; ++i)
    due(i);
  BOOST_TEST(!full_blocks(4000));
  std::optional<unfairness> why;
  for (int i = 0; i < 3 && !why; ++i) {
    pass(900);
    why = block({}, 20);
  }
  BOOST_REQUIRE(why);
  BOOST_TEST((*why == unfairness::idle));
}

BOOST_AUTO_TEST_CASE(without_any_block_the_request_timer_decides) {
  due(1);
  BOOST_TEST(!pass(20'000));
}

BOOST_AUTO_TEST_CASE(a_change_of_view_or_a_stop_of_this_node_begins_afresh) {
  due(1);
  BOOST_TEST(!pass(3400));
  monitor.restart(now);
  for (int i = 0; i < 8; ++i) {
    BOOST_TEST(!pass(400));
    BOOST_TEST(!block({}, 1));
  }
  now += 1500; // stopped
  for (int i = 0; i < 8; ++i) {
    BOOST_TEST(!block({}, 1));
    BOOST_TEST(!pass(400));
  }
  BOOST_TEST(block({}, 1).has_value() == false);
  pass(400);
  BOOST_TEST(block({}, 1).has_value());
}

BOOST_AUTO_TEST_CASE(what_expires_is_nobodys_fault) {
  monitor.became_due(id_of(1), transfers, now, now + 3400);
  for (int i = 0; i < 20; ++i) {
    BOOST_TEST(!pass(400));
    BOOST_TEST(!block({}, 1));
  }
  BOOST_TEST(monitor.watched() == 0U);
}

BOOST_AUTO_TEST_CASE(crowded_mempools_have_no_order) {
  due(1);
  BOOST_TEST(!full_blocks(3000));
  due(2);
  monitor.crowded(now);
  BOOST_TEST(!full_blocks(1000));
  BOOST_TEST(!block({2}, 20));
  BOOST_TEST(!full_blocks(3000));
}

BOOST_AUTO_TEST_CASE(memory_is_bounded_and_the_overdue_are_told_oldest_first) {
  options.watched_max = 100;
  monitor = primary_monitor{options};
  pass(100);
  for (std::uint64_t i = 1; i <= 250; ++i)
    due(i);
  BOOST_TEST(monitor.watched() == 100U);
  BOOST_TEST(monitor.overdue(now, 10).empty());
  pass(1000);
  BOOST_TEST(monitor.overdue(now, 10).size() == 10U);
  BOOST_TEST((monitor.overdue(now, 10).front() == id_of(1)));
  monitor.gone(id_of(1));
  BOOST_TEST((monitor.overdue(now, 10).front() == id_of(2)));
}

BOOST_AUTO_TEST_SUITE_END()
