// Not in the paper: a primary that is lost, silent or proven faulty is replaced before the request
// timer fires, when f+1 replicas agree.
#include "tests/sim/lone_replica.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace quorate;
using namespace quorate::pbft;
using namespace quorate::sim;

namespace {

status says(std::uint64_t view, bool suspects) {
  status s;
  s.view = {view};
  s.suspects = suspects;
  return s;
}

effects hear(lone_replica& r, std::uint16_t from, const status& what) {
  return r.step(input::peer_status{{from}, what});
}

bool tells_suspicion(const effects& e) {
  const auto told = sent<status>(e);
  return told.size() == 1 && told.front().suspects;
}

bool left(const lone_replica& r) { return r.replica.describe().changing; }

effects lose_primary(lone_replica& r) { return r.step(input::link_changed{{0}, false}); }

} // namespace

BOOST_AUTO_TEST_SUITE(suspicion)

BOOST_AUTO_TEST_CASE(a_lost_primary_is_suspected_and_left_with_f_plus_1) {
  lone_replica r(1);
  BOOST_TEST(tells_suspicion(lose_primary(r)));
  BOOST_TEST(!left(r)); // alone it would only cost the cluster a voter
  BOOST_TEST(!sent<view_change>(hear(r, 2, says(0, true))).empty());
  BOOST_TEST(left(r));
}

// What is asked of it waits, for want of the others and not of a better primary.
BOOST_AUTO_TEST_CASE(one_that_hears_no_quorum_stays_until_it_does) {
  lone_replica r(3);
  (void)r.step(input::work_waiting{true});
  for (std::uint16_t from : std::initializer_list<std::uint16_t>{0, 1, 2})
    (void)hear(r, from, says(0, false));
  r.now = r.now.plus(1000);
  (void)hear(r, 1, says(0, false));
  const auto alone = r.fire(timer::request);
  BOOST_TEST(!left(r));
  BOOST_TEST(std::ranges::any_of(alone, [](const auto& each) {
    const auto* armed = std::get_if<effect::arm_timer>(&each);
    return armed != nullptr && armed->which == timer::request;
  }));

  r.now = r.now.plus(1000);
  for (std::uint16_t from : std::initializer_list<std::uint16_t>{1, 2})
    (void)hear(r, from, says(0, false));
  (void)r.fire(timer::request);
  BOOST_TEST(left(r));
}

BOOST_AUTO_TEST_CASE(others_alone_depose_nobody_whom_this_replica_hears) {
  lone_replica r(1, 7);
  for (std::uint16_t liar : std::initializer_list<std::uint16_t>{2, 3, 4, 5})
    (void)hear(r, liar, says(0, true));
  BOOST_TEST(!left(r));
}

// It has no primary to suspect any more, and did not leave for nothing.
BOOST_AUTO_TEST_CASE(one_that_has_left_counts_as_one_that_suspects) {
  lone_replica r(1);
  (void)hear(r, 2, says(0, false));
  (void)r.vote(r.by.view_change(2, 1));
  BOOST_TEST(!left(r));
  (void)lose_primary(r);
  BOOST_TEST(left(r));

  lone_replica other(1);
  (void)hear(other, 2, says(0, false));
  (void)lose_primary(other);
  BOOST_TEST(!left(other));
  (void)other.vote(other.by.view_change(2, 1));
  BOOST_TEST(left(other));
}

BOOST_AUTO_TEST_CASE(a_suspicion_in_another_view_does_not_count) {
  lone_replica r(1);
  (void)hear(r, 2, says(1, true));
  (void)lose_primary(r);
  BOOST_TEST(!left(r));
  auto elsewhere = says(0, true);
  elsewhere.epoch = {2};
  (void)hear(r, 3, elsewhere);
  BOOST_TEST(!left(r));
}

BOOST_AUTO_TEST_CASE(one_that_comes_back_is_trusted_again) {
  lone_replica r(1);
  (void)lose_primary(r);
  (void)r.step(input::link_changed{{0}, true});
  (void)hear(r, 0, says(0, false));
  (void)hear(r, 2, says(0, true));
  BOOST_TEST(!left(r));
}

BOOST_AUTO_TEST_CASE(three_intervals_of_silence_are_suspicious_and_not_less) {
  lone_replica r(1);
  const auto at = [&r](std::uint64_t ms, input_event in) {
    return r.replica.step(std::move(in), {ms});
  };
  (void)at(100, input::peer_status{{0}, says(0, false)});
  const auto early = at(750, input::timer_fired{timer::silence});
  BOOST_TEST(sent<status>(early).empty());
  const auto armed = all_of<effect::arm_timer>(early);
  BOOST_REQUIRE(armed.size() == 1U);
  BOOST_TEST(armed.front().after_ms == 100U); // what is left of 750 ms since it was heard
  BOOST_TEST(tells_suspicion(at(850, input::timer_fired{timer::silence})));
}

BOOST_AUTO_TEST_CASE(a_timer_that_fires_early_is_not_armed_for_nothing) {
  lone_replica r(1);
  const auto e = r.replica.step(input::timer_fired{timer::silence}, {749});
  BOOST_REQUIRE(all_of<effect::arm_timer>(e).size() == 1U);
  BOOST_TEST(all_of<effect::arm_timer>(e).front().after_ms > 1U);
}

BOOST_AUTO_TEST_CASE(a_primary_that_is_proven_faulty_is_suspected) {
  lone_replica r(1);
  (void)r.propose(ballot_for(0, 1), batch_at(1));
  const auto e = r.propose(ballot_for(0, 1, batch_at(2)), batch_at(2));
  BOOST_TEST(all_of<effect::report>(e).size() == 1U);
  BOOST_TEST(tells_suspicion(e));
  (void)hear(r, 0, says(0, false)); // hearing from it does not clear it
  (void)hear(r, 2, says(0, true));
  BOOST_TEST(left(r));
}

BOOST_AUTO_TEST_CASE(what_was_measured_counts_in_its_view_only) {
  lone_replica r(1);
  BOOST_TEST(r.step(input::primary_unfair{{3}}).empty());
  BOOST_TEST(tells_suspicion(r.step(input::primary_unfair{{0}})));
}

BOOST_AUTO_TEST_CASE(what_is_not_measured_again_is_forgotten) {
  lone_replica r(1);
  (void)r.step(input::primary_unfair{{0}});
  (void)hear(r, 0, says(0, false)); // hearing from it does not clear it
  r.now.value += 1'999;
  (void)r.step(input::primary_unfair{{0}});
  r.now.value += 1'999;
  (void)hear(r, 0, says(0, false));
  (void)r.fire(timer::silence);
  BOOST_TEST(!tells_suspicion(r.step(input::primary_unfair{{0}}))); // the others know
  r.now.value += 2'000;
  (void)hear(r, 0, says(0, false));
  (void)r.fire(timer::silence);
  (void)hear(r, 2, says(0, true));
  BOOST_TEST(!left(r));
  BOOST_TEST(tells_suspicion(r.step(input::primary_unfair{{0}})));
  BOOST_TEST(left(r));
}

BOOST_AUTO_TEST_CASE(primaries_and_learners_suspect_nobody) {
  lone_replica primary(0);
  BOOST_TEST(primary.step(input::link_changed{{1}, false}).empty());
  restored_state lost;
  lost.remembers = false;
  lone_replica learner(1, 4, lost);
  BOOST_TEST(lose_primary(learner).empty());
}

BOOST_AUTO_TEST_SUITE_END()
