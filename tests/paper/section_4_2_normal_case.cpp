// Castro & Liskov, OSDI '99, section 4.2: pre-prepare, prepare, commit.
#include "tests/sim/lone_replica.hpp"

#include <boost/test/unit_test.hpp>

using namespace quorate;
using namespace quorate::pbft;
using namespace quorate::sim;

namespace {

const auto first = ballot_for(0, 1);
const auto rival_body = batch_at(1000);
const auto rival = ballot_for(0, 1, rival_body);

// Where an effect stands in its step; the number of effects when it is not there.
template <class Effect, class Matches>
std::size_t place_of(const effects& all, Matches matches) {
  std::size_t place = 0;
  for (; place < all.size(); ++place)
    if (const auto* e = std::get_if<Effect>(&all[place]); e != nullptr && matches(*e)) break;
  return place;
}

template <class Message>
std::size_t broadcast_of(const effects& all) {
  return place_of<effect::broadcast>(
      all, [](const auto& e) { return std::holds_alternative<Message>(e.what); });
}

} // namespace

BOOST_AUTO_TEST_SUITE(section_4_2)

BOOST_AUTO_TEST_CASE(a_primary_numbers_batches_without_gaps) {
  lone_replica r(0);
  for (std::uint64_t s = 1; s <= 3; ++s) {
    const auto made = sent<proposal>(r.step(input::batch_ready{batch_at(s)}));
    BOOST_REQUIRE(made.size() == 1U);
    BOOST_TEST((made[0].header.on == ballot_for(0, s)));
    BOOST_TEST(r.check.check(made[0]).has_value());
  }
}

BOOST_AUTO_TEST_CASE(a_backup_prepares_what_the_primary_pre_prepares) {
  lone_replica r(1);
  const auto votes = sent<prepare>(r.propose(first, batch_at(1)));
  BOOST_REQUIRE(votes.size() == 1U);
  BOOST_TEST((votes[0].on == first));
  BOOST_TEST(r.check.check(votes[0]).has_value());
}

BOOST_AUTO_TEST_CASE(a_backup_accepts_no_second_pre_prepare_for_one_view_and_sequence) {
  lone_replica r(1);
  (void)r.propose(first, batch_at(1));
  const auto effects = r.propose(rival, rival_body);
  BOOST_TEST(sent<prepare>(effects).empty());
  const auto reports = all_of<effect::report>(effects);
  BOOST_REQUIRE(reports.size() == 1U);
  BOOST_TEST((reports[0].what.what == evidence::kind::two_pre_prepares));
  BOOST_TEST(reports[0].what.culprit.value == 0U);
  BOOST_TEST((reports[0].what.first == first));
  BOOST_TEST((reports[0].what.second == rival));
}

BOOST_AUTO_TEST_CASE(nor_after_a_restart) {
  lone_replica before(1);
  const auto kept = all_of<effect::persist_slot>(before.propose(first, batch_at(1)));
  BOOST_REQUIRE(kept.size() == 1U);
  restored_state from;
  from.slots.push_back({kept[0].record, kept[0].body, nullptr});
  lone_replica r(1, 4, from);
  BOOST_TEST(sent<prepare>(r.propose(rival, rival_body)).empty());
  (void)r.prepare(2, rival);
  (void)r.prepare(3, rival);
  BOOST_TEST(r.replica.describe().evidence_count == 1U);
  const auto effects = r.prepare(2, first);
  BOOST_TEST(sent<commit>(effects).empty());
}

BOOST_AUTO_TEST_CASE(a_repeated_pre_prepare_gives_no_second_vote) {
  lone_replica r(1);
  (void)r.propose(first, batch_at(1));
  BOOST_TEST(r.propose(first, batch_at(1)).empty());
}

BOOST_AUTO_TEST_CASE(a_pre_prepare_of_another_view_is_not_taken) {
  lone_replica r(2);
  BOOST_TEST(r.propose(ballot_for(1, 1), batch_at(1)).empty()); // view 1 has not begun
  BOOST_TEST(r.replica.describe().slots == 0U);
}

BOOST_AUTO_TEST_CASE(prepared_needs_2f_prepares_of_distinct_backups_the_own_one_may_be_one) {
  lone_replica r(1);
  BOOST_TEST(sent<commit>(r.propose(first, batch_at(1))).empty());
  const auto effects = r.prepare(2, first); // its own and this one
  BOOST_REQUIRE(sent<commit>(effects).size() == 1U);
  lone_replica big(1, 7); // f = 2: four prepares
  (void)big.propose(first, batch_at(1));
  BOOST_TEST(sent<commit>(big.prepare(2, first)).empty());
  BOOST_TEST(sent<commit>(big.prepare(2, first)).empty());
  BOOST_TEST(sent<commit>(big.prepare(3, first)).empty());
  BOOST_TEST(sent<commit>(big.prepare(4, first)).size() == 1U);
}

BOOST_AUTO_TEST_CASE(the_primarys_prepare_never_counts) {
  lone_replica r(1);
  BOOST_TEST((r.check.check(*r.by.prepare(0, first)).error() == errc::wrong_primary));
  // A primary needs 2f of others.
  lone_replica primary(0);
  (void)primary.step(input::batch_ready{batch_at(1)});
  BOOST_TEST(sent<commit>(primary.prepare(1, first)).empty());
  BOOST_TEST(sent<commit>(primary.prepare(2, first)).size() == 1U);
}

BOOST_AUTO_TEST_CASE(prepares_without_the_pre_prepare_prepare_nothing) {
  lone_replica r(1);
  for (auto from : places{2, 3})
    BOOST_TEST(sent<commit>(r.prepare(from, first)).empty());
  BOOST_TEST(sent<commit>(r.propose(first, batch_at(1))).size() == 1U);
}

BOOST_AUTO_TEST_CASE(votes_for_different_digests_are_no_quorum) {
  lone_replica r(1, 7); // f = 2
  (void)r.propose(first, batch_at(1));
  (void)r.prepare(2, first);
  for (auto from : places{3, 4, 5})
    BOOST_TEST(sent<commit>(r.prepare(from, rival)).empty());
  (void)r.commit(0, first);
  (void)r.commit(2, first);
  for (auto from : places{3, 4, 5, 6})
    BOOST_TEST(all_of<effect::deliver>(r.commit(from, rival)).empty());
  BOOST_TEST(r.replica.describe().delivered.value == 0U);
}

BOOST_AUTO_TEST_CASE(two_votes_of_one_replica_are_evidence_and_the_first_stands) {
  lone_replica r(1);
  (void)r.prepare(2, rival);
  const auto prepares = all_of<effect::report>(r.prepare(2, first));
  BOOST_REQUIRE(prepares.size() == 1U);
  BOOST_TEST((prepares[0].what.what == evidence::kind::two_prepares));
  (void)r.commit(2, rival);
  const auto commits = all_of<effect::report>(r.commit(2, first));
  BOOST_REQUIRE(commits.size() == 1U);
  BOOST_TEST((commits[0].what.what == evidence::kind::two_commits));
  BOOST_TEST(sent<commit>(r.propose(first, batch_at(1))).empty());
}

BOOST_AUTO_TEST_CASE(a_commit_is_sent_behind_its_durable_certificate) {
  lone_replica r(1);
  const auto accepted = r.propose(first, batch_at(1));
  const auto has_body = [](const effect::persist_slot& e) { return e.body != nullptr; };
  BOOST_TEST(place_of<effect::persist_slot>(accepted, has_body) < broadcast_of<prepare>(accepted));
  const auto prepared = r.prepare(2, first);
  const auto has_proof = [](const effect::persist_slot& e) {
    return e.record.prepared.has_value();
  };
  const auto persisted = place_of<effect::persist_slot>(prepared, has_proof);
  BOOST_TEST(persisted < broadcast_of<commit>(prepared));
  const auto& record = std::get<effect::persist_slot>(prepared[persisted]).record;
  BOOST_TEST(r.check.check_certificate(*record.prepared).has_value());
}

BOOST_AUTO_TEST_CASE(a_primary_keeps_its_pre_prepare_before_it_leaves) {
  lone_replica r(0);
  const auto effects = r.step(input::batch_ready{batch_at(1)});
  const auto any = [](const effect::persist_slot&) { return true; };
  BOOST_TEST(place_of<effect::persist_slot>(effects, any) < broadcast_of<proposal>(effects));
}

BOOST_AUTO_TEST_CASE(committed_needs_2f_plus_1_commits_the_own_among_them) {
  lone_replica r(1);
  (void)r.propose(first, batch_at(1));
  (void)r.prepare(2, first);
  BOOST_TEST(all_of<effect::deliver>(r.commit(2, first)).empty());
  BOOST_TEST(all_of<effect::deliver>(r.commit(2, first)).empty());
  const auto delivered = all_of<effect::deliver>(r.commit(3, first));
  BOOST_REQUIRE(delivered.size() == 1U);
  BOOST_TEST((*delivered[0].body == *batch_at(1)));
  BOOST_TEST(r.check.check_certificate(delivered[0].certificate).has_value());
}

BOOST_AUTO_TEST_CASE(a_block_is_kept_before_it_is_delivered) {
  lone_replica r(1);
  (void)r.propose(first, batch_at(1));
  for (auto from : places{0, 2})
    (void)r.commit(from, first);
  const auto effects = r.commit(3, first);
  const auto any = [](const auto&) { return true; };
  BOOST_TEST(place_of<effect::persist_block>(effects, any) <
             place_of<effect::deliver>(effects, any));
}

BOOST_AUTO_TEST_CASE(delivery_is_in_order_without_gaps_and_once) {
  lone_replica r(1);
  for (std::uint64_t s : {3U, 2U, 1U}) {
    (void)r.propose(ballot_for(0, s), batch_at(s));
    for (auto from : places{0, 2})
      (void)r.commit(from, ballot_for(0, s));
    const auto delivered = all_of<effect::deliver>(r.commit(3, ballot_for(0, s)));
    BOOST_REQUIRE(delivered.size() == (s == 1 ? 3U : 0U));
    for (std::size_t i = 0; i < delivered.size(); ++i)
      BOOST_TEST(delivered[i].certificate.on.sequence.value == i + 1);
  }
  for (auto from : places{0, 2, 3})
    BOOST_TEST(all_of<effect::deliver>(r.commit(from, first)).empty());
  BOOST_TEST(all_of<effect::deliver>(r.block(first, batch_at(1))).empty());
}

BOOST_AUTO_TEST_CASE(own_votes_do_not_come_from_outside) {
  lone_replica r(1);
  (void)r.propose(first, batch_at(1));
  BOOST_TEST(r.prepare(1, rival).empty()); // somebody has the key: no self-accusation
  BOOST_TEST(r.commit(1, rival).empty());
  (void)r.prepare(2, first);
  (void)r.commit(2, first);
  BOOST_TEST(all_of<effect::deliver>(r.commit(3, first)).size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_body_that_was_lost_is_asked_for_and_then_voted_on) {
  lone_replica before(1);
  const auto kept = all_of<effect::persist_slot>(before.propose(first, batch_at(1)));
  restored_state from;
  from.slots.push_back({kept[0].record, nullptr, nullptr});
  lone_replica r(1, 4, from);
  (void)r.fire(timer::status);
  const auto asked = sent<status>(r.fire(timer::status));
  BOOST_REQUIRE(asked.size() == 1U);
  BOOST_TEST((asked[0].needs == std::vector<slot_need>{{{1}, true}}));
  BOOST_TEST(r.step(input::body_received{{1}, rival.batch, rival_body}).empty());
  const auto effects = r.step(input::body_received{{1}, first.batch, batch_at(1)});
  BOOST_TEST(sent<prepare>(effects).size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
