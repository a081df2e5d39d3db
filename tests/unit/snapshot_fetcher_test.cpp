// The fetcher among liars, silence, loss and crashes.
#include "tests/unit/snapshot_world.hpp"

using namespace quorate;
using namespace quorate::testing;
using namespace quorate::state_transfer;

namespace {

using phase = snapshot_fetcher::phase;

// Made once: thousands of accounts take a while under the sanitisers.
const snapshot_fixture& shared() {
  static const snapshot_fixture made{3500};
  return made;
}
const std::shared_ptr<const snapshot_source>& shared_source() {
  static const auto made = shared().source();
  return made;
}

struct fetch_fixture {
  std::uint64_t seed = printed_seed();
  snapshot_world world{shared(), seed};

  fetch_fixture() { world.put_everywhere(shared_source()); }

  void check_result() {
    BOOST_REQUIRE(world.result);
    BOOST_TEST((world.result->last() == shared().state.last()));
    BOOST_TEST((world.result->records() == shared().state.records()));
    BOOST_TEST(world.result->check_conservation().has_value());
  }
};

template <class Effect>
std::vector<Effect> of_kind(const effects& all) {
  std::vector<Effect> found;
  for (const auto& e : all)
    if (const auto* one = std::get_if<Effect>(&e)) found.push_back(*one);
  return found;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(snapshot_fetching, fetch_fixture)

BOOST_AUTO_TEST_CASE(several_peers_give_the_state_at_once) {
  world.start();
  BOOST_REQUIRE(world.finish());
  check_result();
  BOOST_TEST(world.chunks_taken > limits::snapshot_lanes);
  BOOST_TEST(world.outstanding_max > 1);
  BOOST_TEST(world.outstanding_max <= limits::snapshot_lanes);
  BOOST_TEST(world.banned.empty());
  world.step(input::installed{});
  BOOST_TEST((world.fetcher->current() == phase::done));
}

BOOST_AUTO_TEST_CASE(liars_are_banned_by_name_and_the_state_is_right) {
  const std::pair<conduct, bool> kinds[] = {
      {conduct::flips_a_bit, true}, {conduct::leaves_one_out, true}, {conduct::adds_one, true},
      {conduct::swaps, true},       {conduct::cuts_short, true},     {conduct::silent, false}};
  for (const auto& [kind, is_banned] : kinds) {
    world.~snapshot_world();
    new (&world) snapshot_world{shared(), seed};
    world.put_everywhere(shared_source());
    world.peers.at({2}).behaviour = kind;
    world.peers.at({5}).behaviour = kind;
    world.start();
    BOOST_REQUIRE(world.finish());
    check_result();
    BOOST_TEST(world.banned.size() <= 2);
    for (const auto& [id, why] : world.banned)
      BOOST_TEST((id.value == 2 || id.value == 5));
    BOOST_TEST(!world.banned.empty() == is_banned);
  }
}

BOOST_AUTO_TEST_SUITE_END()
