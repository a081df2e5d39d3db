// Castro & Liskov, OSDI '99, section 4.5: correctness. Safety is watched by the simulator's judge
// in every run here; these are the runs in which liveness is at stake.
#include "tests/sim/cluster.hpp"
#include "tests/sim/lone_replica.hpp"

#include <boost/test/unit_test.hpp>

using namespace quorate;
using namespace quorate::pbft;
using sim::cluster;

namespace {

constexpr auto interval = limits::checkpoint_interval;
constexpr auto window = limits::watermark_window;

// A bound on the time of k view changes in a row: the request timer, then each view's, doubling.
std::uint64_t time_of_view_changes(std::uint64_t k) { return 2000 + (2000ULL << k); }

input::peer_status suspecting(const sim::lone_replica& r, std::uint16_t from) {
  status what;
  what.suspects = true;
  what.epoch = r.who.config.epoch();
  return {{from}, what};
}

} // namespace

BOOST_AUTO_TEST_SUITE(section_4_5)

BOOST_AUTO_TEST_CASE(a_primary_that_crashes_is_replaced) {
  for (std::size_t n : {4U, 7U, 10U}) {
    cluster c({.n = n});
    c.submit(40);
    BOOST_TEST(c.run_until([&c] { return c.at(1).delivered().value >= 3; }, 1000));
    c.crash(0);
    c.submit(40);
    BOOST_TEST(c.settles(time_of_view_changes(1)));
    BOOST_TEST(c.primary() == 1U);
  }
}

BOOST_AUTO_TEST_CASE(f_primaries_that_crash_one_after_the_other_are_replaced) {
  for (std::size_t n : {4U, 7U, 10U}) {
    cluster c({.n = n});
    const auto f = c.who().config.faulty_max();
    for (std::size_t i = 0; i < f; ++i) {
      c.submit(10);
      c.run_for(5);
      c.crash(i);
      c.submit(10);
      BOOST_TEST(c.settles(time_of_view_changes(2)));
    }
    BOOST_TEST(c.primary() == f);
  }
}

BOOST_AUTO_TEST_CASE(f_primaries_in_a_row_that_are_dead_from_the_start_are_passed_over) {
  for (std::size_t n : {4U, 7U, 10U}) {
    cluster c({.n = n});
    const auto f = c.who().config.faulty_max();
    for (std::size_t i = 0; i < f; ++i)
      c.crash(i);
    c.submit(10);
    BOOST_TEST(c.settles(time_of_view_changes(f + 1)));
    BOOST_TEST(c.primary() == f);
  }
}

BOOST_AUTO_TEST_CASE(the_cluster_goes_on_with_one_replica_stopped_for_ever) {
  for (std::size_t stopped : {0U, 2U}) {
    cluster c({.operations_per_batch = 1});
    c.crash(stopped);
    c.submit(window + interval); // past the first window: checkpoints are stable without it
    BOOST_TEST(c.settles(60'000));
    c.run_for(1000);
    BOOST_TEST(c.at(1).describe().stable.value >= window);
    BOOST_TEST(c.at(1).describe().view.value <= 1U);
  }
}

BOOST_AUTO_TEST_CASE(more_than_f_stopped_stand_still_and_go_on_when_one_returns) {
  cluster c;
  c.crash(2);
  c.crash(3);
  c.submit(10);
  c.run_for(20'000);
  BOOST_TEST(c.at(0).delivered().value == 0U);
  c.restart(3);
  BOOST_TEST(c.settles(20'000));
}

BOOST_AUTO_TEST_CASE(a_primary_that_restarts_at_once_keeps_its_view) {
  cluster c;
  c.submit(40);
  c.run_for(20);
  c.crash(0);
  c.restart(0);
  BOOST_TEST(c.settles(5000));
  for (std::size_t place = 0; place < 4; ++place)
    BOOST_TEST(c.at(place).describe().view.value == 0U);
}

BOOST_AUTO_TEST_CASE(all_crash_at_once_at_any_moment_and_go_on) {
  for (std::uint64_t moment = 1; moment <= 40; moment += 3) {
    cluster c({.seed = moment});
    c.submit(30);
    c.run_for(moment);
    for (std::size_t place = 0; place < 4; ++place)
      c.crash(place);
    for (std::size_t place = 0; place < 4; ++place)
      c.restart(place);
    BOOST_TEST(c.settles(20'000), "crash after " << moment << " ms");
  }
}

BOOST_AUTO_TEST_CASE(all_crash_at_once_in_a_view_change_and_go_on) {
  for (std::uint64_t moment = 990; moment <= 1060; moment += 4) {
    cluster c({.seed = moment});
    c.submit(12);
    c.run_for(4);
    c.crash(0);
    c.run_for(moment);
    for (std::size_t place = 1; place < 4; ++place)
      c.crash(place);
    for (std::size_t place = 1; place < 4; ++place)
      c.restart(place);
    c.run_for(5);
    BOOST_TEST(c.settles(30'000), "crash after " << moment << " ms");
  }
}

BOOST_AUTO_TEST_CASE(all_crash_just_before_a_checkpoint_is_stable) {
  for (std::uint64_t after : {interval - 1, interval, interval + 1, window}) {
    cluster c({.seed = after, .operations_per_batch = 1});
    c.submit(after);
    BOOST_REQUIRE(c.run_until([&] { return c.at(0).delivered().value >= after; }, 30'000));
    for (std::size_t place = 0; place < 4; ++place)
      c.crash(place);
    for (std::size_t place = 0; place < 4; ++place)
      c.restart(place);
    c.submit(interval + 10);
    BOOST_TEST(c.settles(30'000));
  }
}

BOOST_AUTO_TEST_CASE(a_replica_far_behind_catches_up_by_blocks_and_votes_again) {
  cluster c({.operations_per_batch = 1});
  c.net().partition({{0, 1, 2}, {3}});
  c.submit(2 * window + 50);
  BOOST_REQUIRE(c.run_until([&c] { return c.at(0).state().executed_all(c.submitted()); }, 60'000));
  BOOST_TEST(c.at(3).delivered().value == 0U);
  c.net().heal();
  BOOST_TEST(c.settles(20'000));
  c.run_for(1000);
  BOOST_TEST(c.at(3).describe().stable.value == 2 * window);
  // It carries the cluster when another one goes.
  c.crash(0);
  c.submit(20);
  BOOST_TEST(c.settles(20'000));
}

BOOST_AUTO_TEST_CASE(a_replica_far_behind_may_be_the_next_primary) {
  cluster c({.operations_per_batch = 1});
  c.net().partition({{0, 2, 3}, {1}});
  c.submit(window + 20);
  BOOST_REQUIRE(c.run_until([&c] { return c.at(0).state().executed_all(c.submitted()); }, 60'000));
  c.net().heal();
  c.crash(0);
  c.submit(20);
  BOOST_TEST(c.settles(60'000));
}

BOOST_AUTO_TEST_CASE(a_new_view_that_is_lost_is_sent_again) {
  cluster c;
  c.submit(10);
  c.run_for(3);
  c.crash(0);
  c.net().set_rules(1, 3, {.loss_percent = 100});
  c.net().set_rules(2, 3, {.loss_percent = 100});
  c.run_for(3000); // 1 and 2 need 3 to go on; 3 hears nothing of the new view
  BOOST_TEST(c.at(3).describe().changing);
  c.net().heal();
  BOOST_TEST(c.settles(5000));
}

BOOST_AUTO_TEST_CASE(a_split_over_two_later_views_comes_together) {
  cluster c;
  c.crash(0);
  // 3 hears that all left view 0, waits for view 1 in vain, and goes on to view 2 alone.
  for (auto [from, to] : {std::pair{1, 2}, {2, 1}, {3, 1}, {3, 2}, {1, 3}})
    if (from == 3) c.net().set_rules(from, to, {.loss_percent = 100});
  c.submit(10);
  BOOST_TEST(c.run_until([&c] { return c.at(3).describe().view.value >= 2; }, 20'000));
  BOOST_TEST(c.at(1).describe().view.value == 1U);
  c.net().heal();
  BOOST_TEST(c.settles(30'000));
}

BOOST_AUTO_TEST_CASE(a_minority_partition_orders_nothing_and_the_majority_goes_on) {
  cluster c;
  c.net().partition({{0}, {1, 2, 3}}); // the primary alone
  c.submit(20);
  c.run_for(10'000);
  BOOST_TEST(c.at(0).delivered().value == 0U);
  BOOST_TEST(c.at(2).state().executed_all(20));
  c.net().heal();
  BOOST_TEST(c.settles(20'000));
  BOOST_TEST(c.all_equal());
}

BOOST_AUTO_TEST_CASE(heavy_loss_slows_and_does_not_stop) {
  cluster c({.links = {.delay_ms_max = 20, .loss_percent = 30, .duplicate_percent = 20}});
  c.submit(60);
  BOOST_TEST(c.settles(200'000));
}

BOOST_AUTO_TEST_CASE(a_primary_that_is_silent_towards_the_network_is_replaced) {
  cluster c({.n = 7});
  c.at(0).faulty = true;
  c.at(0).tampering = [](replica_id, const message& m) {
    return std::holds_alternative<proposal>(m) ? std::vector<message>{} : std::vector{m};
  };
  c.submit(10);
  BOOST_TEST(c.settles(time_of_view_changes(1)));
  BOOST_TEST(c.primary() == 1U);
}

BOOST_AUTO_TEST_CASE(an_unfair_primary_is_left_when_f_plus_1_report_it) {
  sim::lone_replica r{1};
  const auto own = r.step(input::primary_unfair{{0}});
  BOOST_TEST(sim::sent<view_change>(own).empty()); // one may be wrong, or lie
  const auto told = sim::sent<status>(own);
  BOOST_REQUIRE(told.size() == 1U);
  BOOST_TEST(told[0].suspects);
  BOOST_TEST(!r.replica.describe().changing);
  const auto second = r.step(suspecting(r, 2));
  BOOST_REQUIRE(!sim::sent<view_change>(second).empty());
  BOOST_TEST(sim::sent<view_change>(second)[0].new_view.value == 1U);
}

BOOST_AUTO_TEST_CASE(f_liars_cannot_depose_a_primary_that_the_others_find_fair) {
  sim::lone_replica r{1, 7};
  for (std::uint16_t liar : sim::places{5, 6})
    BOOST_TEST(sim::sent<view_change>(r.step(suspecting(r, liar))).empty());
  BOOST_TEST(sim::sent<view_change>(r.step(suspecting(r, 5))).empty()); // said twice, counted once
  BOOST_TEST(!r.replica.describe().changing);
  // Once it finds so itself they count: one of the three is then correct.
  BOOST_TEST(sim::sent<view_change>(r.step(input::primary_unfair{{0}})).size() == 1U);
}

BOOST_AUTO_TEST_CASE(what_was_measured_in_another_view_or_far_behind_is_no_suspicion) {
  sim::lone_replica r{1};
  BOOST_TEST(sim::sent<status>(r.step(input::primary_unfair{{4}})).empty());
  status ahead;
  ahead.delivered = {100};
  for (std::uint16_t peer : sim::places{2, 3})
    r.step(input::peer_status{{peer}, ahead});
  BOOST_TEST(sim::sent<status>(r.step(input::primary_unfair{{0}})).empty());
}

BOOST_AUTO_TEST_SUITE_END()
