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

  static void check_result(const snapshot_world& of) {
    BOOST_REQUIRE(of.result);
    BOOST_TEST((of.result->last() == shared().state.last()));
    BOOST_TEST((of.result->records() == shared().state.records()));
    BOOST_TEST(of.result->check_conservation().has_value());
  }

  /// Seen by the fetcher, with nothing lost or reordered.
  void offer_from(std::uint16_t id, const checked_offer& offer) {
    world.step(input::offer_received{{id}, offer});
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(snapshot_fetching, fetch_fixture)

BOOST_AUTO_TEST_CASE(several_peers_give_the_state_at_once) {
  world.start();
  BOOST_REQUIRE(world.finish());
  check_result(world);
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
    snapshot_world among{shared(), seed};
    among.put_everywhere(shared_source());
    among.peers.at({2}).behaviour = kind;
    among.peers.at({5}).behaviour = kind;
    among.start();
    BOOST_REQUIRE(among.finish());
    check_result(among);
    for (const auto& [id, why] : among.banned)
      BOOST_TEST((id.value == 2 || id.value == 5));
    BOOST_TEST(!among.banned.empty() == is_banned);
  }
}

// Up to f liars of any kind, a lossy network, and power lost at any moment.
BOOST_AUTO_TEST_CASE(random_transfers_end_with_the_signed_state) {
  std::mt19937_64 random{seed};
  for (int round = 0; round < 12; ++round) {
    snapshot_world among{shared(), random()};
    among.put_everywhere(shared_source());
    for (int liar = 0; liar < 2; ++liar) {
      auto& one = among.peers.at({static_cast<std::uint16_t>(1 + random() % 6)});
      one.behaviour = static_cast<conduct>(random() % 7);
    }
    among.loss_percent = random() % 30;
    among.start();
    for (auto crashes = random() % 4; crashes > 0; --crashes) {
      if (among.finish(random() % 150)) break;
      among.crash();
      among.start();
    }
    BOOST_REQUIRE(among.finish());
    check_result(among);
    BOOST_TEST(among.banned.size() <= 2);
    for (const auto& [id, why] : among.banned)
      BOOST_TEST((among.peers.at(id).behaviour != conduct::honest));
  }
}

BOOST_AUTO_TEST_CASE(what_was_durable_is_not_fetched_again) {
  world.start();
  while (!world.progress || world.staged.size() < 1500)
    BOOST_REQUIRE(world.happen());
  world.crash();
  const auto before = world.staged.size();
  const auto kept = *world.progress;
  world.chunks_taken = 0;
  world.start();
  BOOST_TEST((world.fetcher->current() == phase::fetching));
  BOOST_REQUIRE(world.finish());
  check_result(world);
  BOOST_TEST(world.discards == 0);

  snapshot_world whole{shared(), seed};
  whole.put_everywhere(shared_source());
  whole.start();
  BOOST_REQUIRE(whole.finish());
  BOOST_TEST(before >= 1500);
  BOOST_TEST((kept.next != all_lanes()));
  BOOST_TEST(world.chunks_taken < whole.chunks_taken);
}

BOOST_AUTO_TEST_CASE(a_crash_between_the_last_chunk_and_the_installation_is_no_loss) {
  world.start();
  BOOST_REQUIRE(world.finish());
  world.crash();
  world.result.reset();
  world.start();
  BOOST_TEST((world.fetcher->current() == phase::installing));
  check_result(world);
}

BOOST_AUTO_TEST_CASE(a_damaged_staging_area_starts_the_transfer_over) {
  world.start();
  BOOST_REQUIRE(world.finish());
  world.result.reset();
  world.step(input::install_failed{});
  BOOST_TEST(world.discards == 1);
  BOOST_REQUIRE(world.finish());
  check_result(world);
}

BOOST_AUTO_TEST_CASE(a_snapshot_not_above_the_own_height_is_refused) {
  const auto height = shared().state.height().value;
  world.start(height);
  for (std::uint16_t id = 1; id < 7; ++id)
    offer_from(id, shared().checked_offer());
  world.step(input::timer_fired{});
  BOOST_TEST((world.fetcher->current() == phase::seeking));

  snapshot_world overtaken{shared(), seed};
  overtaken.put_everywhere(shared_source());
  overtaken.start(height - 1);
  while (overtaken.fetcher->current() != phase::fetching)
    BOOST_REQUIRE(overtaken.happen());
  overtaken.step(input::own_height{{height}});
  BOOST_TEST((overtaken.fetcher->current() == phase::done));
  BOOST_TEST(overtaken.discards == 1);
  BOOST_TEST(!overtaken.finish());
}

BOOST_AUTO_TEST_CASE(a_newer_snapshot_is_taken_when_the_old_one_is_gone) {
  snapshot_fixture ledger{3500};
  snapshot_world moving{ledger, seed};
  moving.put_everywhere(ledger.source());
  moving.start();
  while (moving.staged.size() < 1000)
    BOOST_REQUIRE(moving.happen());
  for (std::size_t i = 0; i < limits::snapshots_served_max; ++i) {
    ledger.credit_bob();
    moving.put_everywhere(ledger.source());
  }
  BOOST_REQUIRE(moving.finish());
  BOOST_TEST(moving.discards == 1);
  BOOST_TEST(moving.banned.empty());
  BOOST_TEST((moving.result->last() == ledger.state.last()));
}

BOOST_AUTO_TEST_CASE(a_state_that_only_a_silent_peer_has_does_not_hold_the_transfer_up) {
  snapshot_fixture ledger{3500};
  snapshot_world slow{ledger, seed};
  const auto common = ledger.source();
  ledger.credit_bob();
  const auto newer = ledger.checked_offer();
  slow.start();
  slow.requests.clear();
  slow.step(input::offer_received{{3}, newer});
  slow.step(input::timer_fired{});
  BOOST_TEST((slow.fetcher->target()->height() == newer.height()));
  slow.peers.at({3}).behaviour = conduct::silent;
  slow.put_everywhere(common);
  BOOST_REQUIRE(slow.finish());
  BOOST_TEST((slow.result->last() == common->offer().summary));
}

BOOST_AUTO_TEST_CASE(a_late_answer_counts_and_an_unasked_one_does_not) {
  world.start();
  world.requests.clear();
  for (std::uint16_t id = 1; id < 7; ++id)
    offer_from(id, shared().checked_offer());
  BOOST_REQUIRE(!world.requests.empty());
  const auto [id, m] = world.requests.front();
  const auto asked = std::get<fetch_chunk>(m);
  const auto chunk = shared_source()->cut(asked);
  world.step(input::timer_fired{}); // asked elsewhere by now
  std::set<replica_id> unasked{{1}, {2}, {3}, {4}, {5}, {6}};
  for (const auto& [to, what] : world.requests)
    if (what == message{asked}) unasked.erase(to);
  BOOST_TEST(unasked.size() == 4);
  world.step(input::chunk_received{*unasked.begin(), chunk});
  BOOST_TEST(world.chunks_taken == 0);
  world.step(input::chunk_received{id, chunk});
  BOOST_TEST(world.chunks_taken == 1);
  world.step(input::chunk_received{id, chunk}); // twice
  BOOST_TEST(world.chunks_taken == 1);
  auto other_height = chunk;
  other_height.height = other_height.height.next();
  world.step(input::chunk_received{id, other_height});
  BOOST_TEST(world.chunks_taken == 1);
}

BOOST_AUTO_TEST_CASE(requests_are_bounded_and_wait_for_the_disk) {
  world.start();
  for (std::uint16_t id = 1; id < 3; ++id)
    offer_from(id, shared().checked_offer());
  world.requests.clear();
  world.step(input::timer_fired{}); // two peers are enough now
  std::map<replica_id, std::size_t> per_peer;
  std::vector<std::pair<replica_id, fetch_chunk>> asked;
  for (const auto& [to, what] : world.requests)
    if (const auto* fetch = std::get_if<fetch_chunk>(&what)) {
      ++per_peer[to];
      asked.emplace_back(to, *fetch);
    }
  BOOST_TEST(per_peer.size() == 2);
  for (const auto& [to, count] : per_peer)
    BOOST_TEST(count == limits::snapshot_requests_per_peer_max);
  // Every answer is taken, but no lane goes on before its chunk is durable.
  world.requests.clear();
  std::set<std::size_t> lanes;
  for (const auto& [to, fetch] : asked) {
    lanes.insert(lane_of(fetch.range.from));
    world.step(input::chunk_received{to, shared_source()->cut(fetch)});
  }
  BOOST_TEST(world.unsynced.size() == asked.size());
  for (const auto& [to, what] : world.requests)
    if (const auto* fetch = std::get_if<fetch_chunk>(&what))
      BOOST_TEST(!lanes.contains(lane_of(fetch->range.from)));
}

BOOST_AUTO_TEST_CASE(nothing_is_asked_or_taken_of_a_peer_that_was_refused) {
  world.start();
  world.requests.clear();
  world.step(input::peer_refused{{2}, errc::bad_certificate});
  for (std::uint16_t id = 1; id < 7; ++id)
    offer_from(id, shared().checked_offer());
  for (const auto& [to, what] : world.requests)
    BOOST_TEST((to.value != 2));
  BOOST_TEST(world.fetcher->is_banned({2}));
  world.step(input::peer_refused{{0}, errc::truncated});  // itself
  world.step(input::peer_refused{{99}, errc::truncated}); // nobody
  BOOST_TEST(world.banned.size() == 1);
}

BOOST_AUTO_TEST_SUITE_END()
