// Which node a client takes: of its own region, spread, and what a lying node can do to that.
#include "core/registry/directory.hpp"
#include "tests/unit/registry_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace quorate;
using namespace quorate::registry;

namespace {

constexpr monotonic_ms start{5'000'000};

struct directory_fixture : quorate::testing::registry_fixture {
  static place place_of(std::uint16_t replica) {
    return {registration_of(replica, {}).clients, tls_key(replica)};
  }
  static std::vector<place> configured() {
    return {place_of(0), place_of(1), place_of(2), place_of(3)};
  }
  directory of_region(std::string region, std::uint64_t salt = 1) const {
    return {configured(), std::move(region), salt};
  }
  /// Replicas 0 and 1 in us-east, 2 and 3 in eu-west.
  std::vector<signed_registration> everyone(counter at) const {
    return {made(0, at, "us-east"), made(1, at, "us-east"), made(2, at), made(3, at)};
  }
  static bool in_eu(const place& p) { return p == place_of(2) || p == place_of(3); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(registry_directory, directory_fixture)

BOOST_AUTO_TEST_CASE(without_a_region_the_configuration_s_order_holds) {
  auto d = of_region("");
  BOOST_TEST((d.best(start) == place_of(0)));
  BOOST_TEST(d.learn(everyone({1, 1}), members, start) == 0U);
  BOOST_TEST((d.best(start) == place_of(0)));
  for (std::uint16_t i = 0; i < 4; ++i)
    BOOST_TEST(!d.better_than(place_of(i), start)); // no reason to leave any of them
}

BOOST_AUTO_TEST_CASE(the_own_region_goes_first_and_others_serve_when_it_is_gone) {
  auto d = of_region("eu-west");
  d.learn(everyone({1, 1}), members, start);
  const auto first = d.best(start);
  BOOST_TEST(in_eu(first));
  BOOST_REQUIRE(d.better_than(place_of(0), start));
  BOOST_TEST((*d.better_than(place_of(0), start) == first));
  BOOST_TEST(!d.better_than(first, start));
  d.failed(first, start);
  const auto second = d.best(start);
  BOOST_TEST(in_eu(second));
  BOOST_TEST((second != first));
  d.failed(second, start);
  BOOST_TEST(!in_eu(d.best(start)));
  BOOST_TEST(!d.better_than(place_of(0), start) == !in_eu(*d.better_than(place_of(1), start)));
}

BOOST_AUTO_TEST_CASE(what_failed_is_tried_again_later_and_less_and_less) {
  directory d{{place_of(0), place_of(1)}, "", 1};
  std::uint64_t waits[6];
  auto now = start;
  for (auto& wait : waits) {
    d.failed(place_of(0), now);
    BOOST_TEST((d.best(now) == place_of(1)));
    wait = 0;
    while (!(d.best(now.plus(wait)) == place_of(0)))
      wait += 1'000;
    now = now.plus(wait);
  }
  const std::vector<std::uint64_t> found{std::begin(waits), std::end(waits)};
  const std::vector<std::uint64_t> wanted{5'000, 10'000, 20'000, 40'000, 60'000, 60'000};
  BOOST_TEST(found == wanted, boost::test_tools::per_element());
  const auto forgotten_after = [&](monotonic_ms failed_at) {
    d.failed(place_of(0), failed_at);
    return d.best(failed_at.plus(5'000)) == place_of(0);
  };
  BOOST_TEST(!forgotten_after(now));
  BOOST_TEST(forgotten_after(now.plus(2 * avoid_most_ms + 1)));
  BOOST_TEST(!forgotten_after(now.plus(2 * avoid_most_ms + 5'001)));
  d.served(place_of(0));
  BOOST_TEST(forgotten_after(now.plus(2 * avoid_most_ms + 10'001)));
}

BOOST_AUTO_TEST_CASE(with_all_failed_each_gets_its_turn) {
  auto d = of_region("");
  std::vector<std::uint16_t> order;
  for (std::uint64_t t = 0; t < 8; ++t) {
    const auto now = start.plus(t * 200);
    const auto next = d.best(now);
    d.failed(next, now);
    for (std::uint16_t i = 0; i < 4; ++i)
      if (next == place_of(i)) order.push_back(i);
  }
  const std::vector<std::uint16_t> wanted{0, 1, 2, 3, 0, 1, 2, 3};
  BOOST_TEST(order == wanted, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_node_that_started_again_is_worth_a_try_at_once) {
  auto d = of_region("");
  d.learn(everyone({1, 1}), members, start);
  d.failed(place_of(0), start);
  d.learn({made(0, {1, 2}, "us-east")}, members, start.plus(1));
  BOOST_TEST((d.best(start.plus(1)) == place_of(1)));
  d.learn({made(0, {2, 1}, "us-east")}, members, start.plus(2));
  BOOST_TEST((d.best(start.plus(2)) == place_of(0)));
}

BOOST_AUTO_TEST_CASE(clients_spread_over_their_region_and_few_move) {
  constexpr int clients = 400;
  std::array<int, 4> before{}, after{};
  int moved = 0;
  for (std::uint64_t salt = 0; salt < clients; ++salt) {
    directory d{{place_of(0)}, "eu-west", salt};
    std::vector<signed_registration> all;
    for (std::uint16_t i = 0; i < 3; ++i)
      all.push_back(made(i, {1, 1}));
    d.learn(all, members, start);
    const auto first = d.best(start);
    d.learn({made(3, {1, 1})}, members, start);
    const auto second = d.better_than(first, start).value_or(first);
    for (std::uint16_t i = 0; i < 4; ++i) {
      before[i] += first == place_of(i) ? 1 : 0;
      after[i] += second == place_of(i) ? 1 : 0;
    }
    if (first != second) {
      ++moved;
      BOOST_TEST((second == place_of(3))); // only to the node that came
    }
  }
  for (int i = 0; i < 3; ++i)
    BOOST_TEST((before[i] > 100 && before[i] < 170));
  for (int i = 0; i < 4; ++i)
    BOOST_TEST((after[i] > 65 && after[i] < 140));
  BOOST_TEST(moved == after[3]);
}

BOOST_AUTO_TEST_CASE(nodes_that_the_configuration_does_not_name_are_found) {
  directory d{{place_of(0)}, "eu-west", 1};
  d.learn(everyone({1, 1}), members, start);
  BOOST_TEST(in_eu(d.best(start)));
  d.failed(d.best(start), start);
  BOOST_TEST(in_eu(d.best(start)));
}

BOOST_AUTO_TEST_CASE(an_address_of_the_configuration_goes_before_the_registered_one) {
  const place through_a_tunnel{{"localhost", 1234}, tls_key(2)};
  directory d{{place_of(0), through_a_tunnel}, "eu-west", 1};
  d.learn({made(0, {1, 1}, "us-east"), made(2, {1, 1})}, members, start);
  BOOST_TEST((d.best(start) == through_a_tunnel));
  BOOST_TEST(!d.better_than(place_of(2), start)); // the same node, wherever it was reached
  d.failed(through_a_tunnel, start);
  BOOST_TEST((d.best(start) == place_of(2)));
}

BOOST_AUTO_TEST_CASE(it_never_goes_back_to_a_lower_counter) {
  auto d = of_region("eu-west");
  d.learn({made(0, {2, 3}, "eu-west")}, members, start);
  BOOST_TEST(d.learn({made(0, {2, 2}, "us-east")}, members, start) == 0U);
  BOOST_TEST(d.learn({made(0, {1, 9}, "us-east")}, members, start) == 0U);
  BOOST_TEST(d.learn({made(0, {2, 3}, "us-east")}, members, start) == 0U);
  BOOST_TEST(d.labels_of(place_of(0), start)->region == "eu-west");
  BOOST_TEST(d.learn({made(0, {2, 4}, "us-east")}, members, start) == 0U);
  BOOST_TEST(d.labels_of(place_of(0), start)->region == "us-east");
  // Also when what it knows has expired.
  const auto later = start.plus(lease_ms);
  BOOST_TEST(!d.labels_of(place_of(0), later));
  BOOST_TEST(d.learn({made(0, {2, 3}, "eu-west")}, members, later) == 0U);
  BOOST_TEST(!d.labels_of(place_of(0), later));
}

BOOST_AUTO_TEST_CASE(an_entry_lives_for_30_s_from_when_its_counter_rose) {
  auto d = of_region("eu-west");
  const auto said = everyone({1, 1});
  for (std::uint64_t t = 0; t < lease_ms; t += 10'000)
    BOOST_TEST(d.learn(said, members, start.plus(t)) == 0U); // told again and again, but not newer
  BOOST_TEST(d.live(start.plus(lease_ms - 1)).size() == 4U);
  BOOST_TEST(d.live(start.plus(lease_ms)).empty());
  // What a node leaves out stays known for as long, and no longer.
  d.learn({made(2, {1, 2})}, members, start.plus(lease_ms - 1));
  BOOST_TEST(d.live(start.plus(lease_ms)).size() == 1U);
  BOOST_TEST((d.best(start.plus(lease_ms)) == place_of(2)));
}

BOOST_AUTO_TEST_CASE(forgeries_and_strangers_change_nothing) {
  auto d = of_region("eu-west");
  auto forged = made(1, {9, 9});
  forged.what.clients.port = 1;
  auto stranger = registration_of(7, {1, 1});
  BOOST_TEST(d.learn({forged, registry::sign(authoriser.cluster(), stranger, key_of(1))}, members,
                     start) == 2U);
  BOOST_TEST(d.live(start).empty());
  auto of_next = registration_of(1, {1, 1});
  of_next.epoch = {2};
  BOOST_TEST(d.learn({signed_by_itself(of_next)}, members, start) == 1U);
  BOOST_TEST(d.live(start).empty());
}

BOOST_AUTO_TEST_CASE(whoever_is_no_member_any_more_is_forgotten) {
  directory d{{place_of(0)}, "", 1};
  d.learn(everyone({1, 1}), members, start);
  auto next = ledger::membership_of(genesis).current;
  next.epoch = {2};
  next.members.erase(next.members.begin() + 2);
  const auto joining = quorate::testing::key_named("joining");
  next.members.push_back({{4}, joining.key(), true, {}, ""});
  const auto config = ledger::configuration_of(authoriser.cluster(), next, {}, authoriser.suite());
  auto what = registration_of(4, {1, 1});
  what.epoch = {2};
  d.learn({registry::sign(authoriser.cluster(), what, joining)}, config, start);
  BOOST_TEST(!d.labels_of(place_of(2), start));
  BOOST_TEST(d.labels_of(place_of(4), start).has_value());
  // A client that is connected to the one that left has a reason to go.
  BOOST_TEST(d.better_than(place_of(2), start).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
