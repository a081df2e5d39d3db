// Changes of membership in the ledger: who may, one at a time, and when they take effect.
#include "core/ledger/trust.hpp"
#include "tests/unit/ledger_fixture.hpp"

#include <boost/test/unit_test.hpp>

using namespace quorate;
using namespace quorate::ledger;
using testing::key_named;
using testing::number;

namespace {

constexpr auto interval = limits::checkpoint_interval;

struct membership_fixture : testing::ledger_fixture {
  change_membership changing(membership_change what, std::uint16_t id,
                             std::uint16_t successor = 0) const {
    change_membership c;
    c.epoch = state.members().current.epoch.next();
    c.what = what;
    c.member = {id};
    c.successor = {successor};
    return c;
  }
  std::uint16_t order(change_membership c) {
    return run(alice, approved(std::move(c), {{0, &admin}}));
  }
  void run_to(std::uint64_t height) {
    while (state.height().value < height)
      apply({});
  }
  void settle() {
    BOOST_REQUIRE(state.members().pending.has_value());
    run_to(state.members().pending->after.value + 1);
    BOOST_REQUIRE(!state.members().pending.has_value());
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(membership_changes, membership_fixture)

BOOST_AUTO_TEST_CASE(genesis_is_epoch_1_and_all_vote) {
  const auto& m = state.members();
  BOOST_TEST((m.current.epoch == genesis_epoch));
  BOOST_TEST(m.current.members.size() == 4U);
  BOOST_TEST((m.next_id == replica_id{4}));
  const auto config = configuration_of(authoriser.cluster(), m.current, {}, authoriser.suite());
  BOOST_TEST(config.n() == 4U);
}

BOOST_AUTO_TEST_CASE(a_change_needs_the_administrators) {
  auto change = adding(4, "new");
  const auto unsigned_change = signed_by(alice, change);
  BOOST_TEST(!authoriser.check(encode(unsigned_change)).has_value());
  const auto by_other = signed_by(alice, approved(change, {{0, &attester0}}));
  BOOST_TEST(!authoriser.check(encode(by_other)).has_value());
  BOOST_TEST(order(change) == 0);
}

BOOST_AUTO_TEST_CASE(it_takes_effect_at_the_checkpoint_after_the_next) {
  for (const auto& [height, end] : {std::pair{1UL, 2 * interval},
                                    {interval - 1, 2 * interval},
                                    {interval, 2 * interval},
                                    {interval + 1, 3 * interval}}) {
    BOOST_TEST(end_of_epoch({height}).value == end);
  }
  BOOST_TEST(order(adding(4, "new")) == 0);
  BOOST_TEST(state.members().pending->after.value == 2 * interval);
  BOOST_TEST((state.members().at({2 * interval}).epoch == genesis_epoch));
  BOOST_TEST((state.members().at({2 * interval + 1}).epoch == configuration_epoch{2}));
  run_to(2 * interval);
  BOOST_TEST((state.members().current.epoch == genesis_epoch));
  apply({});
  BOOST_TEST((state.members().current.epoch == configuration_epoch{2}));
  BOOST_TEST(state.members().current.members.size() == 5U);
  BOOST_TEST(!state.members().current.find({4})->voter);
}

BOOST_AUTO_TEST_CASE(one_change_at_a_time_and_each_approval_once) {
  const auto change = adding(4, "new");
  BOOST_TEST(order(change) == 0);
  BOOST_TEST(order(adding(5, "other")) == number(errc::change_pending));
  settle();
  BOOST_TEST(order(change) == number(errc::wrong_epoch));
  BOOST_TEST(order(adding(4, "other")) == number(errc::no_such_member)); // the id was given
  BOOST_TEST(order(adding(5, "new")) == number(errc::member_exists));
}

BOOST_AUTO_TEST_CASE(a_member_is_promoted_replaced_and_removed) {
  BOOST_TEST(order(changing(membership_change::remove, 1)) == number(errc::too_few_replicas));
  BOOST_TEST(order(changing(membership_change::promote, 1)) == number(errc::member_exists));
  BOOST_TEST(order(changing(membership_change::promote, 9)) == number(errc::no_such_member));
  BOOST_TEST(order(adding(4, "new")) == 0);
  settle();
  BOOST_TEST(order(changing(membership_change::replace, 1, 4)) == 0);
  settle();
  BOOST_TEST(state.members().current.find({1}) == nullptr);
  BOOST_TEST(state.members().current.find({4})->voter);
  BOOST_TEST(order(adding(5, "newer")) == 0);
  settle();
  BOOST_TEST(order(changing(membership_change::promote, 5)) == 0);
  settle();
  const auto config =
      configuration_of(authoriser.cluster(), state.members().current, {}, authoriser.suite());
  BOOST_TEST(config.n() == 5U);
  BOOST_TEST(config.quorum() == 4U);
  BOOST_TEST(order(changing(membership_change::remove, 0)) == 0);
  settle();
  BOOST_TEST(state.members().current.members.size() == 4U);
}

BOOST_AUTO_TEST_CASE(a_key_rotates_and_keeps_its_id) {
  auto change = adding(2, "rotated");
  change.what = membership_change::rotate;
  BOOST_TEST(order(change) == 0);
  settle();
  BOOST_TEST((state.members().current.find({2})->key == key_named("rotated").key()));
  BOOST_TEST(state.members().current.find({2})->voter);
}

BOOST_AUTO_TEST_CASE(it_is_part_of_the_state_and_survives_the_disk) {
  const auto before = state.last().state_root;
  BOOST_TEST(order(adding(4, "new")) == 0);
  BOOST_TEST((state.last().state_root != before));
  std::vector<std::pair<digest, bytes>> records;
  for (auto& each : state.take_dirty())
    records.emplace_back(each.key, *each.value);
  const auto restored = ledger_state::restore(genesis, state.last(), records);
  BOOST_REQUIRE(restored.has_value());
  BOOST_TEST((restored->members() == state.members()));
}

BOOST_AUTO_TEST_CASE(a_client_follows_changes_by_proofs_and_takes_no_other) {
  trusted_epochs trust{genesis};
  BOOST_TEST(order(adding(4, "new")) == 0);
  run_to(2 * interval);
  epoch_proof proof{state.members(), state.prove_members(), state.last(), checkpoint_of_state(2)};
  const auto fails_with = [&](const epoch_proof& p, errc e) {
    const auto done = trust.extend(p);
    return !done && done.error() == e && trust.newest() == genesis_epoch;
  };
  BOOST_TEST(fails_with(proof, errc::bad_certificate));
  proof.end = checkpoint_of_state(3);
  auto forged = proof;
  forged.value.pending->members[4].voter = true;
  BOOST_TEST(fails_with(forged, errc::bad_proof));
  forged = proof;
  forged.value.pending.reset();
  BOOST_TEST(fails_with(forged, errc::wrong_epoch));
  forged = proof;
  forged.summary.time = {1};
  BOOST_TEST(fails_with(forged, errc::bad_proof));
  forged = proof;
  forged.end.epoch = {2};
  BOOST_TEST(fails_with(forged, errc::wrong_epoch));
  const auto again = decode<epoch_proof>(encode(proof));
  BOOST_REQUIRE(again.has_value());
  BOOST_TEST(trust.extend(*again).has_value());
  BOOST_TEST((trust.newest() == configuration_epoch{2}));
  BOOST_TEST(trust.find({2})->is_member({4}));
  BOOST_TEST(!trust.extend(*again).has_value());
}

BOOST_AUTO_TEST_CASE(fields_that_a_change_does_not_use_are_refused) {
  auto change = changing(membership_change::promote, 1);
  change.key = alice.key();
  BOOST_TEST(!authoriser.check(encode(signed_by(alice, approved(change, {{0, &admin}})))));
  change = adding(4, "new");
  for (const auto* endpoint : {"", ":1", "host:", "host", "ho st:1"}) {
    change.endpoint = endpoint;
    BOOST_TEST(!authoriser.check(encode(signed_by(alice, approved(change, {{0, &admin}})))),
               endpoint);
  }
}

BOOST_AUTO_TEST_SUITE_END()
