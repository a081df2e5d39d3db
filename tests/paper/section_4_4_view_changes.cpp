// Castro & Liskov, OSDI '99, section 4.4: view changes.
#include "tests/sim/lone_replica.hpp"

#include <boost/test/unit_test.hpp>

using namespace quorate;
using namespace quorate::pbft;
using namespace quorate::sim;

namespace {

constexpr auto interval = limits::checkpoint_interval;

const auto first = ballot_for(0, 1);
const auto rival_body = batch_at(1000);

template <timer Which>
std::optional<std::uint64_t> armed_for(const effects& all) {
  std::optional<std::uint64_t> after;
  for (const auto& each : all) {
    if (const auto* e = std::get_if<effect::arm_timer>(&each); e && e->which == Which)
      after = e->after_ms;
    if (const auto* e = std::get_if<effect::cancel_timer>(&each); e && e->which == Which)
      after.reset();
  }
  return after;
}

bool cancels(const effects& all, timer which) {
  for (const auto& e : all_of<effect::cancel_timer>(all))
    if (e.which == which) return true;
  return false;
}

std::uint64_t view_of(const lone_replica& r) { return r.replica.describe().view.value; }
bool is_changing(const lone_replica& r) { return r.replica.describe().changing; }

// The replica leaves view 0 by its own timer.
effects leave(lone_replica& r) {
  (void)r.step(input::work_waiting{true});
  return r.fire(timer::request);
}

} // namespace

BOOST_AUTO_TEST_SUITE(section_4_4)

// --- the timer --------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_timer_starts_with_a_waiting_request_and_not_again_while_it_runs) {
  lone_replica r(1);
  BOOST_TEST(!armed_for<timer::request>(r.started));
  BOOST_TEST((armed_for<timer::request>(r.step(input::work_waiting{true})) == 1000U));
  BOOST_TEST(r.step(input::work_waiting{true}).empty());
}

BOOST_AUTO_TEST_CASE(a_pre_prepare_starts_it_too) {
  lone_replica r(1);
  BOOST_TEST(armed_for<timer::request>(r.propose(first, batch_at(1))).has_value());
}

BOOST_AUTO_TEST_CASE(it_stops_when_nothing_waits_and_starts_afresh_when_something_does) {
  lone_replica r(1);
  (void)r.step(input::work_waiting{true});
  BOOST_TEST(armed_for<timer::request>(r.block(first, batch_at(1))).has_value());
  BOOST_TEST(cancels(r.step(input::work_waiting{false}), timer::request));
}

BOOST_AUTO_TEST_CASE(a_final_batch_that_cannot_be_delivered_for_a_gap_keeps_it_running) {
  lone_replica r(1);
  const auto third = ballot_for(0, 3);
  (void)r.propose(first, batch_at(1));
  (void)r.propose(third, batch_at(3)); // nobody has heard of 2
  for (auto from : places{0, 2, 3})
    (void)r.commit(from, third);
  effects last;
  for (auto from : places{0, 2, 3}) {
    auto effects = r.commit(from, first);
    if (!effects.empty()) last = std::move(effects);
  }
  BOOST_TEST(r.replica.describe().delivered.value == 1U);
  BOOST_TEST(armed_for<timer::request>(last).has_value());
}

BOOST_AUTO_TEST_CASE(a_primary_is_not_blamed_when_others_have_delivered_more) {
  lone_replica r(1);
  (void)r.step(input::work_waiting{true});
  for (auto from : places{2, 3})
    (void)r.step(input::peer_status{{from}, {{0}, false, false, {5}, {0}, {5}, {}}});
  BOOST_TEST(sent<view_change>(r.fire(timer::request)).empty());
  BOOST_TEST(view_of(r) == 0U);
}

BOOST_AUTO_TEST_CASE(time_doubles_from_view_change_to_view_change_and_resets_with_progress) {
  lone_replica r(6, 7); // f = 2: five have to leave
  auto effects = leave(r);
  std::uint64_t due = 1000;
  for (std::uint64_t view = 1; view <= 3; ++view, due *= 2) {
    BOOST_TEST(!armed_for<timer::view_change>(effects)); // not before 2f+1 have left
    for (auto from : places{0, 1, 2})
      BOOST_TEST(!armed_for<timer::view_change>(r.vote(r.by.view_change(from, view))));
    effects = r.vote(r.by.view_change(3, view));
    BOOST_TEST((armed_for<timer::view_change>(effects) == due));
    effects = r.fire(timer::view_change);
    BOOST_TEST(view_of(r) == view + 1);
  }
  std::vector<view_change> changes;
  for (auto from : places{0, 1, 2, 3, 4})
    changes.push_back(*r.by.view_change(from, 4));
  BOOST_TEST((armed_for<timer::request>(r.vote(r.by.new_view(4, changes))) == due));
  const auto progress = r.block(first, batch_at(1));
  BOOST_TEST((armed_for<timer::request>(progress) == 1000U));
}

BOOST_AUTO_TEST_CASE(the_back_off_is_bounded) {
  lone_replica r(3);
  auto effects = leave(r);
  std::uint64_t longest = 0;
  for (std::uint64_t view = 1; view <= 20; ++view) {
    for (auto from : places{0, 1, 2})
      if (from != view % 4) effects = r.vote(r.by.view_change(from, view));
    if (const auto due = armed_for<timer::view_change>(effects)) longest = std::max(longest, *due);
    if (view % 4 == 3) {
      // It is the primary itself here and begins the view.
      (void)r.fire(timer::request);
    } else {
      effects = r.fire(timer::view_change);
    }
  }
  BOOST_TEST(longest <= 64'000U);
}

// --- VIEW-CHANGE ------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_view_change_is_durable_before_it_leaves) {
  lone_replica r(1);
  const auto effects = leave(r);
  std::size_t persisted = effects.size();
  std::size_t left = effects.size();
  for (std::size_t i = 0; i < effects.size(); ++i) {
    if (std::holds_alternative<effect::persist_view>(effects[i])) persisted = i;
    if (std::holds_alternative<effect::broadcast>(effects[i])) left = i;
  }
  BOOST_TEST(persisted < left);
  BOOST_TEST(left < effects.size());
}

BOOST_AUTO_TEST_CASE(it_carries_the_stable_checkpoint_and_what_is_prepared_above_it) {
  lone_replica r(1);
  r.catch_up(1, interval);
  for (auto from : places{0, 2})
    (void)r.checkpoint(from, interval, state_at(interval));
  const auto prepared = ballot_for(0, interval + 2);
  const auto accepted = ballot_for(0, interval + 3);
  (void)r.propose(prepared, batch_at(interval + 2));
  (void)r.prepare(2, prepared);
  (void)r.propose(accepted, batch_at(interval + 3));
  const auto made = sent<view_change>(leave(r));
  BOOST_REQUIRE(made.size() == 1U);
  BOOST_TEST((made[0].stable.sequence == sequence_number{interval}));
  BOOST_REQUIRE(made[0].prepared.size() == 1U);
  BOOST_TEST((made[0].prepared[0].header.on == prepared));
  BOOST_TEST(r.check.check(made[0]).has_value());
}

// Others may not know yet that it is final.
BOOST_AUTO_TEST_CASE(and_what_was_delivered_since_the_checkpoint) {
  lone_replica r(1);
  (void)r.propose(first, batch_at(1));
  (void)r.prepare(2, first);
  for (auto from : places{0, 2})
    (void)r.commit(from, first);
  BOOST_REQUIRE(r.replica.describe().delivered.value == 1U);
  const auto made = sent<view_change>(leave(r));
  BOOST_REQUIRE(made.size() == 1U);
  BOOST_REQUIRE(made[0].prepared.size() == 1U);
  BOOST_TEST((made[0].prepared[0].header.on == first));
}

BOOST_AUTO_TEST_CASE(and_still_does_after_a_restart) {
  lone_replica before(1);
  (void)before.propose(first, batch_at(1));
  const auto kept = all_of<effect::persist_slot>(before.prepare(2, first));
  BOOST_REQUIRE(!kept.empty());
  restored_state from;
  from.slots.push_back({kept.back().record, batch_at(1), batch_at(1)});
  lone_replica r(1, 4, from);
  const auto made = sent<view_change>(leave(r));
  BOOST_REQUIRE(made.size() == 1U);
  BOOST_TEST(made[0].prepared.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_certificate_of_a_higher_view_replaces_the_one_of_a_lower) {
  lone_replica r(2);
  (void)r.propose(first, batch_at(1));
  (void)r.prepare(1, first);
  (void)leave(r);
  (void)r.vote(r.by.new_view(1, {*r.by.view_change(0, 1, {}, {r.by.prepared(first)}),
                                 *r.by.view_change(1, 1), *r.by.view_change(3, 1)}));
  const auto again = ballot_for(1, 1);
  (void)r.prepare(0, again);
  (void)r.prepare(3, again);
  const auto made = sent<view_change>(r.fire(timer::request));
  BOOST_REQUIRE(made.size() == 1U);
  BOOST_REQUIRE(made[0].prepared.size() == 1U);
  BOOST_TEST(made[0].prepared[0].header.on.view.value == 1U);
}

BOOST_AUTO_TEST_CASE(after_it_nothing_of_the_old_view_is_taken_but_checkpoints_are) {
  lone_replica r(1);
  r.catch_up(1, interval);
  const auto next = ballot_for(0, interval + 1);
  (void)leave(r);
  BOOST_TEST(r.propose(next, batch_at(interval + 1)).empty());
  for (auto from : places{2, 3}) {
    BOOST_TEST(r.prepare(from, next).empty());
    BOOST_TEST(r.commit(from, next).empty());
  }
  BOOST_TEST(r.commit(0, next).empty());
  for (auto from : places{0, 2})
    (void)r.checkpoint(from, interval, state_at(interval));
  BOOST_TEST(r.replica.describe().stable.value == interval);
}

BOOST_AUTO_TEST_CASE(a_restart_between_views_stays_between_views) {
  lone_replica before(1);
  const auto kept = all_of<effect::persist_view>(leave(before));
  BOOST_REQUIRE(kept.size() == 1U);
  restored_state from;
  from.view = kept[0].record;
  lone_replica r(1, 4, from);
  BOOST_TEST(is_changing(r));
  BOOST_TEST(sent<view_change>(r.started).size() == 1U);
  BOOST_TEST(r.propose(first, batch_at(1)).empty());
}

BOOST_AUTO_TEST_CASE(f_plus_1_that_ask_for_higher_views_are_joined_at_the_lowest_of_them) {
  lone_replica r(2, 7); // f = 2
  BOOST_TEST(sent<view_change>(r.vote(r.by.view_change(3, 9))).empty());
  BOOST_TEST(sent<view_change>(r.vote(r.by.view_change(3, 9))).empty());
  BOOST_TEST(sent<view_change>(r.vote(r.by.view_change(4, 4))).empty());
  const auto made = sent<view_change>(r.vote(r.by.view_change(5, 6)));
  BOOST_REQUIRE(made.size() == 1U);
  BOOST_TEST(made[0].new_view.value == 4U);
  BOOST_TEST(view_of(r) == 4U);
}

BOOST_AUTO_TEST_CASE(f_faulty_ones_pull_nobody_along) {
  lone_replica r(2, 7);
  for (std::uint64_t view = 1; view < 20; ++view)
    for (auto from : places{5, 6})
      BOOST_TEST(sent<view_change>(r.vote(r.by.view_change(from, view))).empty());
  BOOST_TEST(view_of(r) == 0U);
}

BOOST_AUTO_TEST_CASE(a_view_change_too_far_ahead_is_not_kept) {
  lone_replica r(2);
  for (auto from : places{1, 3})
    (void)r.vote(r.by.view_change(from, limits::view_lead_max + 1));
  BOOST_TEST(view_of(r) == 0U);
  for (auto from : places{1, 3})
    (void)r.vote(r.by.view_change(from, limits::view_lead_max));
  BOOST_TEST(view_of(r) == limits::view_lead_max);
}

// 2f+1 have left, but one of them for a later view already. Nobody will ever have 2f+1 for the
// first: unless those who wait there go on as well, the cluster stands for ever.
BOOST_AUTO_TEST_CASE(those_who_have_gone_further_start_the_time_of_a_view_too) {
  lone_replica r(2);
  (void)leave(r);
  BOOST_TEST(!armed_for<timer::view_change>(r.vote(r.by.view_change(3, 1))));
  const auto effects = r.vote(r.by.view_change(0, 2));
  BOOST_TEST(armed_for<timer::view_change>(effects).has_value());
  const auto made = sent<view_change>(r.fire(timer::view_change));
  BOOST_REQUIRE(made.size() == 1U);
  BOOST_TEST(made[0].new_view.value == 2U);
}

BOOST_AUTO_TEST_CASE(its_own_view_change_does_not_come_from_outside) {
  lone_replica r(1);
  (void)leave(r);
  (void)r.vote(r.by.view_change(1, 5));
  (void)r.vote(r.by.view_change(0, 1));
  BOOST_TEST(sent<new_view>(r.vote(r.by.view_change(2, 1))).size() == 1U);
}

// --- NEW-VIEW ---------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_new_primary_begins_with_2f_plus_1_view_changes) {
  lone_replica r(1);
  BOOST_TEST(sent<new_view>(leave(r)).empty());
  BOOST_TEST(sent<new_view>(r.vote(r.by.view_change(2, 1))).empty());
  const auto made = sent<new_view>(r.vote(r.by.view_change(3, 1)));
  BOOST_REQUIRE(made.size() == 1U);
  BOOST_TEST(r.check.check(made[0]).has_value());
  BOOST_TEST(!is_changing(r));
  BOOST_TEST(r.vote(r.by.view_change(0, 1)).empty()); // and does so once
}

BOOST_AUTO_TEST_CASE(the_highest_view_wins_and_gaps_are_filled_with_null_requests) {
  lone_replica r(0);
  const auto older = r.by.prepared(ballot_for(1, 4));
  const auto newer = r.by.prepared(ballot_for(2, 4, rival_body));
  const auto low = r.by.prepared(ballot_for(0, 2));
  const auto chosen =
      select({*r.by.view_change(0, 3, {}, {older}), *r.by.view_change(1, 3, {}, {low, newer}),
              *r.by.view_change(2, 3, {}, {older})});
  const std::vector<re_proposal> due{{{1}, null_digest()},
                                     {{2}, ballot_for(0, 2).batch},
                                     {{3}, null_digest()},
                                     {{4}, digest_of_body(*rival_body)}};
  BOOST_TEST((chosen.proposals == due));
}

BOOST_AUTO_TEST_CASE(the_highest_checkpoint_wins_and_what_is_below_it_is_not_proposed_again) {
  lone_replica r(0);
  const auto stable = r.by.stable(interval, state_at(interval));
  const auto chosen =
      select({*r.by.view_change(0, 1, {}, {r.by.prepared(ballot_for(0, interval))}),
              *r.by.view_change(1, 1, stable, {r.by.prepared(ballot_for(0, interval + 1))}),
              *r.by.view_change(2, 1)});
  BOOST_TEST((chosen.stable == stable));
  BOOST_TEST((chosen.proposals ==
              std::vector<re_proposal>{{{interval + 1}, ballot_for(0, interval + 1).batch}}));
}

BOOST_AUTO_TEST_CASE(o_is_recomputed_and_compared_by_content) {
  lone_replica r(2);
  const std::vector changes{*r.by.view_change(0, 1, {}, {r.by.prepared(first)}),
                            *r.by.view_change(1, 1), *r.by.view_change(3, 1)};
  const auto honest = *r.by.new_view(1, changes);
  BOOST_TEST(r.check.check(honest).has_value());
  const auto primary = r.who.author_of(1);
  const auto refused = [&](new_view m) {
    const auto result = r.check.check(*primary.sign(std::move(m)));
    return !result && result.error() == errc::bad_new_view;
  };
  auto other_batch = honest; // the right size, another content
  other_batch.re_proposals[0] = primary.re_propose(ballot_for(1, 1, rival_body));
  BOOST_TEST(refused(other_batch));
  auto null_instead = honest;
  null_instead.re_proposals[0] = primary.re_propose({{1}, {1}, null_digest()});
  BOOST_TEST(refused(null_instead));
  auto other_sequence = honest;
  other_sequence.re_proposals[0] = primary.re_propose(ballot_for(1, 2, batch_at(1)));
  BOOST_TEST(refused(other_sequence));
  auto other_view = honest;
  other_view.re_proposals[0] = primary.re_propose(ballot_for(2, 1));
  BOOST_TEST(refused(other_view));
  auto too_few = honest;
  too_few.re_proposals.clear();
  BOOST_TEST(refused(too_few));
  auto too_many = honest;
  too_many.re_proposals.push_back(primary.re_propose(ballot_for(1, 2)));
  BOOST_TEST(refused(too_many));
  auto fewer_changes = honest;
  fewer_changes.view_changes.pop_back();
  BOOST_TEST(refused(fewer_changes));
}

BOOST_AUTO_TEST_CASE(a_backup_takes_the_re_proposals_as_pre_prepares_of_the_new_view) {
  lone_replica r(2);
  (void)r.propose(first, batch_at(1));
  (void)r.prepare(1, first);
  (void)leave(r);
  const auto effects = r.vote(r.by.new_view(1, {*r.by.view_change(0, 1, {}, {r.by.prepared(first)}),
                                                *r.by.view_change(1, 1), *r.by.view_change(3, 1)}));
  const auto votes = sent<prepare>(effects);
  BOOST_REQUIRE(votes.size() == 1U);
  BOOST_TEST((votes[0].on == ballot_for(1, 1)));
}

BOOST_AUTO_TEST_CASE(a_body_that_is_missing_is_fetched_by_its_digest) {
  lone_replica r(2);
  const auto effects = r.vote(r.by.new_view(1, {*r.by.view_change(0, 1, {}, {r.by.prepared(first)}),
                                                *r.by.view_change(1, 1), *r.by.view_change(3, 1)}));
  BOOST_TEST(sent<prepare>(effects).empty());
  const auto asked = sent<fetch_body>(effects);
  BOOST_REQUIRE(asked.size() == 1U);
  BOOST_TEST((asked[0].batch == first.batch));
  BOOST_TEST(sent<prepare>(r.step(input::body_received{{1}, first.batch, batch_at(1)})).size() ==
             1U);
}

BOOST_AUTO_TEST_CASE(a_null_request_is_delivered_and_takes_its_sequence) {
  lone_replica r(2);
  const auto second = r.by.prepared(ballot_for(0, 2));
  (void)r.vote(r.by.new_view(1, {*r.by.view_change(0, 1, {}, {second}), *r.by.view_change(1, 1),
                                 *r.by.view_change(3, 1)}));
  const ballot nothing{{1}, {1}, null_digest()};
  for (auto from : places{0, 1})
    (void)r.commit(from, nothing);
  const auto delivered = all_of<effect::deliver>(r.commit(3, nothing));
  BOOST_REQUIRE(delivered.size() == 1U);
  BOOST_TEST(delivered[0].body->empty());
}

BOOST_AUTO_TEST_CASE(what_was_delivered_is_voted_for_again_and_not_delivered_again) {
  lone_replica r(2);
  (void)r.propose(first, batch_at(1));
  for (auto from : places{0, 1, 3})
    (void)r.commit(from, first);
  BOOST_REQUIRE(r.replica.describe().delivered.value == 1U);
  const auto begun = r.vote(r.by.new_view(1, {*r.by.view_change(0, 1, {}, {r.by.prepared(first)}),
                                              *r.by.view_change(1, 1), *r.by.view_change(3, 1)}));
  BOOST_TEST(sent<prepare>(begun).size() == 1U);
  BOOST_TEST(sent<fetch_body>(begun).empty());
  (void)r.prepare(0, ballot_for(1, 1));
  for (auto from : places{0, 1, 3})
    BOOST_TEST(all_of<effect::deliver>(r.commit(from, ballot_for(1, 1))).empty());
}

BOOST_AUTO_TEST_CASE(messages_that_overtake_the_new_view_are_kept) {
  lone_replica r(2);
  const auto next = ballot_for(1, 1);
  BOOST_TEST(r.propose(next, batch_at(1)).empty());
  BOOST_TEST(r.prepare(3, next).empty());
  const auto effects = r.vote(r.by.new_view(
      1, {*r.by.view_change(0, 1), *r.by.view_change(1, 1), *r.by.view_change(3, 1)}));
  BOOST_TEST(sent<prepare>(effects).size() == 1U);
  BOOST_TEST(sent<commit>(effects).size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_new_view_of_a_lower_or_the_same_view_changes_nothing) {
  lone_replica r(3);
  const auto begin = [&](std::uint64_t view) {
    return r.vote(r.by.new_view(view, {*r.by.view_change(0, view), *r.by.view_change(1, view),
                                       *r.by.view_change(2, view)}));
  };
  (void)begin(2);
  BOOST_TEST(view_of(r) == 2U);
  BOOST_TEST(begin(1).empty());
  BOOST_TEST(begin(2).empty());
  BOOST_TEST(view_of(r) == 2U);
}

BOOST_AUTO_TEST_CASE(a_primary_may_not_propose_against_its_own_new_view) {
  lone_replica r(2);
  // This replica is a whole checkpoint behind when the view begins.
  const auto stable = r.by.stable(interval, state_at(interval));
  (void)r.vote(r.by.new_view(
      1, {*r.by.view_change(0, 1, stable, {r.by.prepared(ballot_for(0, interval + 1))}),
          *r.by.view_change(1, 1), *r.by.view_change(3, 1)}));
  r.catch_up(1, interval);
  const auto effects = r.propose(ballot_for(1, interval + 1, rival_body), rival_body);
  BOOST_TEST(sent<prepare>(effects).empty());
  BOOST_TEST(all_of<effect::report>(effects).size() == 1U);
}

// The crash came after the NEW-VIEW was durable and before the slots of its re-proposals were.
BOOST_AUTO_TEST_CASE(a_restart_accepts_the_re_proposals_of_its_view_again) {
  const scribes* by = nullptr;
  lone_replica helper(3);
  by = &helper.by;
  restored_state from;
  from.view.view = {1};
  from.view.entered = *by->new_view(1, {*by->view_change(0, 1, {}, {by->prepared(first)}),
                                        *by->view_change(1, 1), *by->view_change(3, 1)});
  lone_replica backup(2, 4, from);
  BOOST_TEST(sent<prepare>(backup.propose(ballot_for(1, 1, rival_body), rival_body)).empty());
  lone_replica primary(1, 4, from);
  const auto made = sent<proposal>(primary.step(input::batch_ready{batch_at(7)}));
  BOOST_REQUIRE(made.size() == 1U);
  BOOST_TEST(made[0].header.on.sequence.value == 2U); // 1 is taken
}

BOOST_AUTO_TEST_CASE(a_restarted_primary_continues_its_view) {
  lone_replica before(0);
  restored_state from;
  for (std::uint64_t s = 1; s <= 3; ++s) {
    const auto effects = before.step(input::batch_ready{batch_at(s)});
    for (const auto& kept : all_of<effect::persist_slot>(effects))
      from.slots.push_back({kept.record, kept.body, nullptr});
  }
  lone_replica r(0, 4, from);
  BOOST_TEST(all_of<effect::want_batch>(r.started).size() == 1U);
  const auto made = sent<proposal>(r.step(input::batch_ready{batch_at(9)}));
  BOOST_REQUIRE(made.size() == 1U);
  BOOST_TEST((made[0].header.on == ballot_for(0, 4, batch_at(9))));
}

BOOST_AUTO_TEST_CASE(a_replica_that_lost_the_new_view_gets_it_again) {
  lone_replica r(1);
  (void)leave(r);
  (void)r.vote(r.by.view_change(2, 1));
  (void)r.vote(r.by.view_change(3, 1));
  BOOST_REQUIRE(!is_changing(r));
  const status waiting{{1}, true, false, {0}, {0}, {0}, {}};
  BOOST_TEST(sent<new_view>(r.step(input::peer_status{{2}, waiting})).size() == 1U);
  const status behind{{0}, false, false, {0}, {0}, {0}, {}};
  BOOST_TEST(sent<new_view>(r.step(input::peer_status{{3}, behind})).size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
