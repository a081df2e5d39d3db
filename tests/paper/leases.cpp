// Not in the paper: a replica that promised its primary to stay sends no VIEW-CHANGE before that
// time is over, and follows the others as soon as it may.
#include "tests/sim/lone_replica.hpp"

#include <boost/test/unit_test.hpp>

using namespace quorate;
using namespace quorate::pbft;
using namespace quorate::sim;

namespace {

constexpr std::uint64_t lease_ms = 600;

replica_options with_leases() {
  replica_options options;
  options.lease_ms = lease_ms;
  return options;
}

/// A backup in view 0 of seven, past the time in which it promises nothing.
struct backup : lone_replica {
  explicit backup(std::uint16_t self = 2, std::size_t n = 7)
      : lone_replica(self, n, {}, with_leases()) {
    now.value += 2 * lease::lease_ms_max;
  }

  /// The primary of the view asks, and is heard.
  effects promise(std::uint64_t view, std::uint64_t counter) {
    const auto primary = static_cast<std::uint16_t>(view % who.config.n());
    return step(input::lease_message{who.author_of(primary).sign(
        lease_request{{view}, counter, static_cast<std::uint32_t>(lease_ms), {}, {}})});
  }

  /// A VIEW-CHANGE arrives; gives the one that this replica sends.
  std::vector<view_change> hear(std::uint16_t from, std::uint64_t view) {
    return sent<view_change>(vote(by.view_change(from, view)));
  }
};

} // namespace

BOOST_AUTO_TEST_SUITE(leases)

BOOST_AUTO_TEST_CASE(a_promise_is_durable_and_then_granted) {
  backup r;
  const auto e = r.promise(0, 1);
  BOOST_REQUIRE(e.size() == 2U);
  BOOST_TEST(std::holds_alternative<effect::persist_promise>(e[0]));
  BOOST_TEST(sent<lease_grant>(e).size() == 1U);
}

BOOST_AUTO_TEST_CASE(f_plus_1_who_left_are_followed_when_the_promise_is_over) {
  backup r;
  (void)r.promise(0, 1);
  for (std::uint16_t from : std::initializer_list<std::uint16_t>{3, 4, 5})
    BOOST_TEST(r.hear(from, from).empty()); // f+1 = 3 are out, in views 3, 4 and 5
  BOOST_TEST(sent<lease_grant>(r.promise(0, 2)).empty());
  r.now.value += 2 * lease_ms;
  const auto left = sent<view_change>(r.fire(timer::promise));
  BOOST_REQUIRE(left.size() == 1U);
  BOOST_TEST(left[0].new_view.value == 3U); // all three are there or further
}

BOOST_AUTO_TEST_CASE(of_more_than_f_plus_1_who_left_those_furthest_count) {
  backup r;
  (void)r.promise(0, 1);
  for (std::uint16_t from : std::initializer_list<std::uint16_t>{1, 3, 4, 5})
    (void)r.hear(from, from);
  r.now.value += 2 * lease_ms;
  const auto left = sent<view_change>(r.fire(timer::promise));
  BOOST_REQUIRE(left.size() == 1U);
  BOOST_TEST(left[0].new_view.value == 3U);
}

// Nobody repeats a VIEW-CHANGE that this replica knows in a way that it would notice.
BOOST_AUTO_TEST_CASE(a_view_that_f_plus_1_have_left_is_entered_and_left_at_once) {
  backup r;
  (void)r.promise(0, 1);
  for (std::uint16_t from : std::initializer_list<std::uint16_t>{3, 4, 5})
    (void)r.hear(from, 2);
  std::vector<view_change> changes;
  for (std::uint16_t from : std::initializer_list<std::uint16_t>{0, 1, 3, 5, 6})
    changes.push_back(*r.by.view_change(from, 1));
  const auto left = sent<view_change>(r.vote(r.by.new_view(1, changes)));
  BOOST_REQUIRE(left.size() == 1U);
  BOOST_TEST(left[0].new_view.value == 2U);
}

BOOST_AUTO_TEST_CASE(who_wants_to_leave_promises_nothing) {
  backup r;
  BOOST_TEST(!sent<lease_grant>(r.promise(0, 1)).empty());
  (void)r.step(input::link_changed{{0}, false});
  r.now.value += lease_ms / 2;
  (void)r.step(input::primary_unfair{{0}});
  BOOST_TEST(sent<lease_grant>(r.promise(0, 2)).empty());
}

BOOST_AUTO_TEST_SUITE_END()
