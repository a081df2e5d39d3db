// Castro & Liskov, OSDI '99, section 4.3: garbage collection, checkpoints, watermarks.
#include "tests/sim/cluster.hpp"
#include "tests/sim/lone_replica.hpp"

#include <boost/test/unit_test.hpp>

using namespace quorate;
using namespace quorate::pbft;
using namespace quorate::sim;

namespace {

constexpr auto interval = limits::checkpoint_interval;
constexpr auto window = limits::watermark_window;

std::uint64_t stable_of(const lone_replica& r) { return r.replica.describe().stable.value; }

} // namespace

BOOST_AUTO_TEST_SUITE(section_4_3)

BOOST_AUTO_TEST_CASE(a_checkpoint_is_voted_for_at_each_multiple_of_the_interval_only) {
  lone_replica r(1);
  r.catch_up(1, interval - 1);
  BOOST_TEST(sent<checkpoint>(r.applied(interval - 1, state_at(1))).empty());
  (void)r.block(ballot_for(0, interval), batch_at(interval));
  const auto votes = sent<checkpoint>(r.applied(interval, state_at(interval)));
  BOOST_REQUIRE(votes.size() == 1U);
  BOOST_TEST((votes[0].sequence == sequence_number{interval}));
  BOOST_TEST((votes[0].state == state_at(interval)));
}

BOOST_AUTO_TEST_CASE(stable_at_2f_plus_1_equal_values_the_own_among_them) {
  lone_replica r(1);
  r.catch_up(1, interval);
  (void)r.checkpoint(0, interval, state_at(interval));
  BOOST_TEST(stable_of(r) == 0U);
  const auto effects = r.checkpoint(2, interval, state_at(interval));
  BOOST_TEST(stable_of(r) == interval);
  const auto kept = all_of<effect::persist_checkpoint>(effects);
  BOOST_REQUIRE(kept.size() == 1U);
  BOOST_TEST(r.check.check_certificate(kept[0].certificate).has_value());
}

BOOST_AUTO_TEST_CASE(messages_are_not_counted_but_equal_values_of_distinct_replicas) {
  lone_replica r(1, 7); // f = 2: five equal values
  r.catch_up(1, interval);
  (void)r.checkpoint(0, interval, state_at(interval));
  (void)r.checkpoint(0, interval, state_at(interval));
  (void)r.checkpoint(0, interval, state_at(interval));
  (void)r.checkpoint(2, interval, state_at(interval));
  (void)r.checkpoint(3, interval, state_at(777));
  (void)r.checkpoint(4, interval, state_at(778));
  BOOST_TEST(stable_of(r) == 0U);
  (void)r.checkpoint(5, interval, state_at(interval));
  BOOST_TEST(stable_of(r) == 0U);
  (void)r.checkpoint(6, interval, state_at(interval));
  BOOST_TEST(stable_of(r) == interval);
}

BOOST_AUTO_TEST_CASE(two_states_of_one_replica_are_evidence) {
  lone_replica r(1);
  (void)r.checkpoint(0, interval, state_at(1));
  const auto reports = all_of<effect::report>(r.checkpoint(0, interval, state_at(2)));
  BOOST_REQUIRE(reports.size() == 1U);
  BOOST_TEST((reports[0].what.what == evidence::kind::two_checkpoints));
  BOOST_TEST(reports[0].what.culprit.value == 0U);
}

BOOST_AUTO_TEST_CASE(a_state_that_differs_from_a_stable_one_halts_the_replica) {
  lone_replica r(1);
  r.catch_up(1, interval - 1);
  (void)r.block(ballot_for(0, interval), batch_at(interval));
  (void)r.applied(interval, state_at(999));
  (void)r.checkpoint(0, interval, state_at(interval));
  (void)r.checkpoint(2, interval, state_at(interval));
  const auto effects = r.checkpoint(3, interval, state_at(interval));
  BOOST_TEST(all_of<effect::halt>(effects).size() == 1U);
  BOOST_TEST(stable_of(r) == 0U);
  // And it says nothing any more.
  BOOST_TEST(r.propose(ballot_for(0, interval + 1), batch_at(interval + 1)).empty());
}

BOOST_AUTO_TEST_CASE(it_halts_also_when_its_own_state_comes_after_the_certificate) {
  lone_replica r(1);
  for (auto from : places{0, 2, 3})
    (void)r.checkpoint(from, interval, state_at(interval));
  BOOST_TEST(stable_of(r) == interval);
  r.catch_up(1, interval - 1);
  (void)r.block(ballot_for(0, interval), batch_at(interval));
  BOOST_TEST(all_of<effect::halt>(r.applied(interval, state_at(999))).size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_minority_with_another_state_stops_and_the_rest_goes_on) {
  cluster c({.operations_per_batch = 1});
  c.at(3).corrupt_state = true;
  c.at(3).faulty = true;
  c.submit(2 * interval);
  BOOST_TEST(c.settles(20'000));
  BOOST_TEST(c.at(3).halted);
  for (std::size_t place = 0; place < 3; ++place)
    BOOST_TEST(!c.at(place).halted);
}

BOOST_AUTO_TEST_CASE(low_is_outside_and_high_is_inside) {
  lone_replica r(1);
  r.catch_up(1, interval);
  for (auto from : places{0, 2})
    (void)r.checkpoint(from, interval, state_at(interval));
  BOOST_REQUIRE(stable_of(r) == interval);
  r.catch_up(interval + 1, interval + window - 1); // so that the last one is close enough to take
  BOOST_TEST(sent<prepare>(r.propose(ballot_for(0, interval), batch_at(interval))).empty());
  BOOST_TEST(sent<prepare>(r.propose(ballot_for(0, interval + window + 1), batch_at(1))).empty());
  BOOST_TEST(sent<prepare>(r.propose(ballot_for(0, interval + window), batch_at(interval + window)))
                 .size() == 1U);
}

BOOST_AUTO_TEST_CASE(votes_outside_the_window_take_no_memory) {
  lone_replica r(1);
  // Without the state at a checkpoint, nothing is known of who orders two intervals further on.
  for (std::uint64_t s : {std::uint64_t{0}, 2 * interval + 1, std::uint64_t{1} << 60U})
    for (auto from : places{2, 3}) {
      (void)r.prepare(from, ballot_for(0, s));
      (void)r.commit(from, ballot_for(0, s));
    }
  BOOST_TEST(r.replica.describe().slots == 0U);
  (void)r.prepare(2, ballot_for(0, 1));
  (void)r.prepare(2, ballot_for(0, 2 * interval));
  BOOST_TEST(r.replica.describe().slots == 2U);
}

BOOST_AUTO_TEST_CASE(a_primary_that_jumps_to_the_top_of_the_window_is_not_followed) {
  lone_replica r(1);
  BOOST_TEST(sent<prepare>(r.propose(ballot_for(0, window), batch_at(window))).empty());
  BOOST_TEST(r.replica.describe().bodies == 0U);
  const auto most = limits::proposals_ahead_max;
  BOOST_TEST(sent<prepare>(r.propose(ballot_for(0, most), batch_at(most))).size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_stable_checkpoint_drops_what_is_below_and_opens_what_is_above) {
  lone_replica r(1);
  r.catch_up(1, interval);
  BOOST_TEST(r.replica.describe().slots == interval);
  for (auto from : places{0, 2})
    (void)r.checkpoint(from, interval, state_at(interval));
  BOOST_TEST(r.replica.describe().slots == 0U);
  (void)r.prepare(2, ballot_for(0, 3 * interval));
  BOOST_TEST(r.replica.describe().slots == 1U);
}

// Memory must not grow with the history that a replica has to catch up with.
BOOST_AUTO_TEST_CASE(catching_up_over_many_checkpoints_keeps_the_window_only) {
  lone_replica r(1);
  r.catch_up(1, 3 * window);
  BOOST_TEST(r.replica.describe().delivered.value == 3 * window);
  BOOST_TEST(r.replica.describe().slots <= window);
  BOOST_TEST(r.replica.describe().bodies == 0U);
}

// A faulty replica can vote for heights that nobody has reached. They must not push out the votes
// on the next real checkpoint.
BOOST_AUTO_TEST_CASE(a_flood_of_votes_for_far_heights_pushes_no_other_vote_out) {
  lone_replica r(1);
  (void)r.checkpoint(0, interval, state_at(interval));
  for (std::uint64_t i = 0; i < 100; ++i)
    (void)r.checkpoint(3, (1000 + i) * interval, state_at(i));
  r.catch_up(1, interval);
  (void)r.checkpoint(2, interval, state_at(interval));
  BOOST_TEST(stable_of(r) == interval);
}

// What is stable elsewhere is decided. A replica that has not reached it must neither forget what
// it prepared while the certificate is not its own, nor vote below it in a view that begins there.
BOOST_AUTO_TEST_CASE(the_view_change_of_a_replica_behind_carries_the_highest_proven_checkpoint) {
  lone_replica r(1);
  for (auto from : places{0, 2, 3})
    (void)r.checkpoint(from, interval, state_at(interval));
  (void)r.step(input::work_waiting{true});
  const auto changes = sent<view_change>(r.fire(timer::request));
  BOOST_REQUIRE(changes.size() == 1U);
  BOOST_TEST((changes[0].stable.sequence == sequence_number{interval}));
  BOOST_TEST(r.check.check(changes[0]).has_value());
}

BOOST_AUTO_TEST_CASE(the_certificate_is_durable_before_anything_that_relies_on_it_leaves) {
  lone_replica r(1);
  (void)r.checkpoint(0, interval, state_at(interval));
  (void)r.checkpoint(2, interval, state_at(interval));
  BOOST_TEST(
      all_of<effect::persist_checkpoint>(r.checkpoint(3, interval, state_at(interval))).size() ==
      1U);
}

BOOST_AUTO_TEST_CASE(nothing_below_the_start_of_a_view_is_voted_on_in_it) {
  lone_replica r(2);
  const auto stable = r.by.stable(interval, state_at(interval));
  const auto begun = r.by.new_view(
      1, {*r.by.view_change(0, 1, stable), *r.by.view_change(1, 1), *r.by.view_change(3, 1)});
  (void)r.vote(begun);
  BOOST_TEST(r.replica.describe().view.value == 1U);
  BOOST_TEST(sent<prepare>(r.propose(ballot_for(1, 5), batch_at(5))).empty());
  r.catch_up(1, interval - 1);
  BOOST_TEST(sent<prepare>(r.propose(ballot_for(1, 5), batch_at(5))).empty());
  BOOST_TEST(sent<prepare>(r.propose(ballot_for(1, interval), batch_at(interval))).empty());
}

BOOST_AUTO_TEST_CASE(votes_already_on_their_way_still_count_when_others_were_faster) {
  lone_replica r(1);
  r.catch_up(1, interval - 1);
  const auto last = ballot_for(0, interval);
  (void)r.propose(last, batch_at(interval));
  for (auto from : places{0, 2, 3})
    (void)r.checkpoint(from, interval, state_at(interval));
  BOOST_TEST(stable_of(r) == interval);
  for (auto from : places{0, 2, 3})
    (void)r.commit(from, last);
  BOOST_TEST(r.replica.describe().delivered.value == interval);
  BOOST_TEST(r.replica.describe().slots == 0U);
}

BOOST_AUTO_TEST_CASE(a_delivered_slot_keeps_no_body_when_its_proposal_comes_late) {
  lone_replica r(1);
  r.catch_up(1, 1);
  (void)r.propose(ballot_for(0, 1), batch_at(1));
  BOOST_TEST(r.replica.describe().bodies == 0U);
}

BOOST_AUTO_TEST_CASE(no_vote_for_a_batch_that_differs_from_a_final_one) {
  lone_replica r(1);
  r.catch_up(1, 1);
  BOOST_TEST(sent<prepare>(r.propose(ballot_for(0, 1, batch_at(2)), batch_at(2))).empty());
}

BOOST_AUTO_TEST_CASE(peers_help_a_replica_that_lacks_votes_on_a_checkpoint_it_has_reached) {
  lone_replica r(1);
  r.catch_up(1, interval);
  const status behind{{0}, false, false, {interval}, {0}, {interval}, {}};
  const auto again = sent<checkpoint>(r.step(input::peer_status{{3}, behind}));
  BOOST_REQUIRE(again.size() == 1U);
  BOOST_TEST((again[0].sequence == sequence_number{interval}));
}

BOOST_AUTO_TEST_CASE(and_still_do_after_a_restart) {
  restored_state from;
  lone_replica first(1);
  from.stable = first.by.stable(interval, state_at(interval));
  from.delivered = {interval};
  from.delivered_state = state_at(interval);
  lone_replica r(1, 4, from);
  const status behind{{0}, false, false, {interval}, {0}, {interval}, {}};
  BOOST_TEST(sent<checkpoint>(r.step(input::peer_status{{3}, behind})).size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_restart_does_not_make_a_differing_state_good) {
  restored_state from;
  lone_replica first(1);
  from.stable = first.by.stable(interval, state_at(interval));
  from.delivered = {interval};
  from.delivered_state = state_at(999);
  lone_replica r(1, 4, from);
  BOOST_TEST(all_of<effect::halt>(r.started).size() == 1U);
  const status behind{{0}, false, false, {interval}, {0}, {interval}, {}};
  BOOST_TEST(r.step(input::peer_status{{3}, behind}).empty());
}

// It hears every vote and gets no block, while the others go on for twenty checkpoints.
BOOST_AUTO_TEST_CASE(a_replica_that_stays_behind_does_not_collect_slots) {
  sim::lone_replica r(3);
  for (std::uint64_t height = interval; height <= 20 * interval; height += interval) {
    for (auto n = height - interval + 1; n <= height; ++n)
      (void)r.commit(0, ballot_for(0, n));
    for (std::uint16_t from = 0; from < 3; ++from)
      (void)r.checkpoint(from, height, state_at(height));
    BOOST_REQUIRE(r.replica.describe().slots <= window + limits::proposals_ahead_max);
  }
  BOOST_TEST(r.replica.describe().stable.value == 20 * interval);
}

BOOST_AUTO_TEST_SUITE_END()
