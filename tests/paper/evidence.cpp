// What a replica notices of statements that exclude each other, beyond two votes in one slot.
#include "tests/sim/lone_replica.hpp"

#include <boost/test/unit_test.hpp>

using namespace quorate;
using namespace quorate::pbft;
using namespace quorate::sim;

namespace {

using kind = evidence::kind;

const ballot first = ballot_for(0, 1);

/// The reports among these effects, each of them checked as a third party would.
std::vector<evidence> reports(const lone_replica& r, const effects& effects) {
  std::vector<evidence> found;
  for (const auto& each : all_of<effect::report>(effects)) {
    BOOST_TEST(check(each.what, r.who.config).has_value(), describe(each.what));
    found.push_back(each.what);
  }
  return found;
}

bool is_one(const std::vector<evidence>& found, kind what, std::uint16_t culprit) {
  return found.size() == 1 && found[0].what == what && found[0].culprit.value == culprit;
}

std::vector<view_change> changes_of(const lone_replica& r, places from, std::uint64_t view) {
  std::vector<view_change> changes;
  for (const auto one : from)
    changes.push_back(*r.by.view_change(one, view));
  return changes;
}

} // namespace

BOOST_AUTO_TEST_SUITE(contradictions)

BOOST_AUTO_TEST_CASE(two_view_changes_of_one_replica) {
  lone_replica r(1);
  const auto held = r.by.view_change(3, 2);
  BOOST_TEST(reports(r, r.vote(held)).empty());
  BOOST_TEST(reports(r, r.vote(held)).empty());
  const auto bent = r.by.view_change(3, 2, {}, {r.by.prepared(first)});
  BOOST_TEST(is_one(reports(r, r.vote(bent)), kind::two_view_changes, 3));
  BOOST_TEST(reports(r, r.vote(bent)).empty()); // once
  BOOST_TEST(reports(r, r.vote(r.by.view_change(3, 3))).empty());
}

BOOST_AUTO_TEST_CASE(a_view_change_that_differs_from_the_one_the_view_began_with) {
  lone_replica r(2);
  (void)r.vote(r.by.new_view(1, changes_of(r, {0, 1, 3}, 1)));
  BOOST_TEST(r.replica.describe().view.value == 1U);
  BOOST_TEST(reports(r, r.vote(r.by.view_change(3, 1))).empty());
  const auto bent = r.by.view_change(3, 1, {}, {r.by.prepared(first)});
  BOOST_TEST(is_one(reports(r, r.vote(bent)), kind::two_view_changes, 3));
}

BOOST_AUTO_TEST_CASE(a_new_view_that_carries_another_view_change_than_was_sent_here) {
  lone_replica r(2);
  (void)r.vote(r.by.view_change(3, 1, {}, {r.by.prepared(first)}));
  const auto found = reports(r, r.vote(r.by.new_view(1, changes_of(r, {0, 1, 3}, 1))));
  BOOST_TEST(is_one(found, kind::two_view_changes, 3));
  BOOST_TEST(r.replica.describe().view.value == 1U); // and it counts all the same
}

BOOST_AUTO_TEST_CASE(two_new_views_of_one_primary) {
  lone_replica r(2);
  const auto begun = r.by.new_view(1, changes_of(r, {0, 1, 3}, 1));
  (void)r.vote(begun);
  BOOST_TEST(reports(r, r.vote(begun)).empty());
  const auto again = r.by.new_view(1, changes_of(r, {0, 1, 2}, 1));
  BOOST_TEST(is_one(reports(r, r.vote(again)), kind::two_new_views, 1));
  BOOST_TEST(reports(r, r.vote(r.by.new_view(0, changes_of(r, {0, 1, 2}, 0)))).empty());
}

BOOST_AUTO_TEST_CASE(a_view_change_without_the_certificate_under_an_earlier_commit) {
  lone_replica r(1);
  (void)r.propose(first, batch_at(1));
  (void)r.commit(3, first);
  BOOST_TEST(reports(r, r.vote(r.by.view_change(2, 1, {}, {r.by.prepared(first)}))).empty());
  BOOST_TEST(is_one(reports(r, r.vote(r.by.view_change(3, 1))), kind::commit_left_out, 3));
}

BOOST_AUTO_TEST_CASE(a_commit_after_the_own_view_change) {
  lone_replica r(1);
  (void)r.propose(first, batch_at(1));
  (void)r.vote(r.by.view_change(3, 1));
  BOOST_TEST(is_one(reports(r, r.commit(3, first)), kind::commit_left_out, 3));
  BOOST_TEST(reports(r, r.commit(2, first)).empty());
}

BOOST_AUTO_TEST_CASE(a_commit_that_was_part_of_a_final_block_is_remembered) {
  lone_replica r(3);
  r.catch_up(1, 5); // with commits of the first 2f+1 replicas
  const auto shown = [&r](std::uint64_t from, std::uint64_t to) {
    std::vector<prepared_certificate> proofs;
    for (auto s = from; s <= to; ++s)
      proofs.push_back(r.by.prepared(ballot_for(0, s)));
    return proofs;
  };
  BOOST_TEST(reports(r, r.vote(r.by.view_change(1, 1, {}, shown(1, 5)))).empty());
  BOOST_TEST(is_one(reports(r, r.vote(r.by.view_change(2, 1, {}, shown(2, 5)))),
                    kind::commit_left_out, 2));
}

BOOST_AUTO_TEST_CASE(an_honest_view_change_is_no_evidence_against_its_sender) {
  lone_replica sender(3);
  lone_replica r(1);
  (void)sender.propose(first, batch_at(1));
  (void)sender.prepare(1, first);
  const auto committed = sent<commit>(sender.prepare(2, first));
  const auto own = committed.empty() ? sent<commit>(sender.prepare(1, first)) : committed;
  (void)sender.step(input::work_waiting{true});
  const auto left = sent<view_change>(sender.fire(timer::request));
  BOOST_REQUIRE(left.size() == 1U);
  (void)r.propose(first, batch_at(1));
  (void)r.commit(3, first);
  BOOST_TEST(reports(r, r.vote(*r.check.check(left[0]))).empty());
  BOOST_TEST(reports(r, r.commit(3, first)).empty());
}

BOOST_AUTO_TEST_CASE(what_one_replica_does_is_kept_up_to_a_limit_and_counted_beyond) {
  lone_replica r(1);
  std::size_t found = 0;
  for (std::uint64_t s = 1; s <= 40; ++s) {
    (void)r.prepare(2, ballot_for(0, s));
    found += reports(r, r.prepare(2, ballot_for(0, s, batch_at(1000 + s)))).size();
  }
  BOOST_TEST(found == limits::evidence_per_replica_max);
  BOOST_TEST(r.replica.describe().evidence_count == 40U);
  // Another replica's are still taken.
  (void)r.prepare(3, first);
  BOOST_TEST(
      is_one(reports(r, r.prepare(3, ballot_for(0, 1, batch_at(9)))), kind::two_prepares, 3));
}

BOOST_AUTO_TEST_CASE(one_place_is_reported_once_however_many_statements_are_made_for_it) {
  lone_replica r(1);
  (void)r.prepare(2, first);
  std::size_t found = 0;
  for (std::uint64_t i = 0; i < 100; ++i)
    found += reports(r, r.prepare(2, ballot_for(0, 1, batch_at(2000 + i)))).size();
  BOOST_TEST(found == 1U);
  BOOST_TEST(r.replica.describe().evidence_count == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
