// A replica that lost its disk: it must not vote before what it may have said is decided, and must
// vote again some time after. The judge still knows all that it said before.
#include "tests/sim/cluster.hpp"
#include "tests/sim/lone_replica.hpp"

#include <boost/test/unit_test.hpp>

using namespace quorate;
using namespace quorate::pbft;
using sim::cluster;

namespace {

constexpr auto window = limits::watermark_window;
constexpr auto interval = limits::checkpoint_interval;

void lose_disk(cluster& c, std::size_t place) {
  c.crash(place);
  c.at(place).wipe();
  c.restart(place);
}

status claim(std::uint64_t view, std::uint64_t delivered) {
  return {{view}, false, false, {delivered}, {0}, {delivered}, {}};
}

} // namespace

BOOST_AUTO_TEST_SUITE(learner)

BOOST_AUTO_TEST_CASE(it_catches_up_without_voting) {
  cluster c({.operations_per_batch = 1});
  c.submit(100);
  BOOST_REQUIRE(c.settles(20'000));
  lose_disk(c, 2);
  c.submit(100);
  BOOST_TEST(c.settles(20'000));
  BOOST_TEST(!c.at(2).describe().voter);
  // It counts as faulty meanwhile: with one more down nothing is ordered.
  c.crash(3);
  const auto before = c.at(0).delivered();
  c.submit(10);
  c.run_for(10'000);
  BOOST_TEST((c.at(0).delivered() == before));
  c.restart(3);
  BOOST_TEST(c.settles(30'000));
}

BOOST_AUTO_TEST_CASE(it_votes_again_past_a_window_and_then_carries_the_cluster) {
  cluster c({.operations_per_batch = 1});
  c.submit(50);
  BOOST_REQUIRE(c.settles(20'000));
  lose_disk(c, 2);
  c.submit(window + 2 * interval);
  BOOST_REQUIRE(c.settles(60'000));
  BOOST_REQUIRE(c.run_until([&c] { return c.at(2).describe().voter; }, 5'000));
  c.crash(0);
  c.submit(20);
  BOOST_TEST(c.settles(60'000));
  // And a restart does not make it a learner again.
  c.crash(2);
  c.restart(2);
  BOOST_TEST(c.at(2).describe().voter);
  c.submit(20);
  BOOST_TEST(c.settles(60'000));
}

BOOST_AUTO_TEST_CASE(a_claim_that_nothing_proves_neither_hurries_nor_stops_it) {
  restored_state lost;
  lost.remembers = false;
  sim::lone_replica r(6, 7, lost); // f = 2: it needs five of six peers
  const auto tell = [&r](std::uint16_t from, status what) {
    (void)r.step(input::peer_status{{from}, std::move(what)});
  };
  tell(0, claim(0, ~std::uint64_t{0})); // wraps around if it is trusted
  for (std::uint16_t from = 1; from <= 5; ++from)
    tell(from, claim(0, 5));
  const auto upto = window + interval;
  r.catch_up(1, upto);
  for (std::uint16_t from = 0; from < 5; ++from)
    (void)r.checkpoint(from, window, sim::state_at(window));
  tell(1, claim(0, upto));
  BOOST_TEST(!r.replica.describe().voter); // stable at a window, and five more are needed
  for (std::uint16_t from = 0; from < 5; ++from)
    (void)r.checkpoint(from, upto, sim::state_at(upto));
  tell(1, claim(0, upto));
  BOOST_TEST(r.replica.describe().voter);
}

// A disk set back to an earlier state holds votes, and not the VIEW-CHANGE that came after them.
BOOST_AUTO_TEST_CASE(it_repeats_no_vote_that_it_finds_on_its_disk) {
  const auto first = sim::ballot_for(0, 1);
  sim::lone_replica before(1);
  const auto kept = sim::all_of<effect::persist_slot>(before.propose(first, sim::batch_at(1)));
  BOOST_REQUIRE(kept.size() == 1U);
  restored_state old;
  old.slots.push_back({kept[0].record, kept[0].body, nullptr});
  auto needs = claim(0, 0);
  needs.needs = {{{1}, true}};
  for (const bool remembers : {true, false}) {
    old.remembers = remembers;
    sim::lone_replica r(1, 4, old);
    const auto effects = r.step(input::peer_status{{2}, needs});
    BOOST_TEST(sim::sent<proposal>(effects).size() == 1U); // the primary's statement
    BOOST_TEST(sim::sent<prepare>(effects).size() == (remembers ? 1U : 0U));
  }
}

// Before its disk was lost it may have left the view that its peers are in.
BOOST_AUTO_TEST_CASE(it_votes_in_no_view_that_it_may_have_left) {
  restored_state lost;
  lost.remembers = false;
  sim::lone_replica r(3, 4, lost);
  const auto tell_all = [&r](std::uint64_t delivered) {
    effects last;
    for (std::uint16_t from = 0; from < 3; ++from) {
      auto effects = r.step(input::peer_status{{from}, claim(0, delivered)});
      if (!sim::sent<view_change>(effects).empty()) last = std::move(effects);
    }
    return last;
  };
  (void)tell_all(0);
  r.catch_up(1, window);
  for (std::uint16_t from = 0; from < 3; ++from)
    (void)r.checkpoint(from, window, sim::state_at(window));
  const auto left = sim::sent<view_change>(tell_all(window));
  BOOST_REQUIRE(left.size() == 1U);
  BOOST_TEST(left[0].new_view.value == 2U);
  BOOST_TEST(r.replica.describe().voter);
  const auto next = sim::ballot_for(0, window + 1);
  BOOST_TEST(r.propose(next, sim::batch_at(window + 1)).empty());
}

BOOST_AUTO_TEST_SUITE_END()
