// Not in the paper: a change of membership ends an epoch at a checkpoint, and the next one is a run
// of PBFT of its own that begins there.
#include "tests/sim/lone_replica.hpp"

#include <boost/test/unit_test.hpp>

using namespace quorate;
using namespace quorate::pbft;
using namespace quorate::sim;

namespace {

constexpr auto interval = limits::checkpoint_interval;

bool wants_batch(const effects& e) { return !all_of<effect::want_batch>(e).empty(); }

effects tell_end(lone_replica& r, std::uint64_t at, std::uint64_t end) {
  return r.step(input::applied{{at}, state_at(at), sequence_number{end}});
}

} // namespace

BOOST_AUTO_TEST_SUITE(epochs)

BOOST_AUTO_TEST_CASE(nothing_is_voted_on_beyond_the_horizon) {
  lone_replica r(1);
  r.catch_up(1, 2 * interval - 1);
  const auto past = 2 * interval + 1;
  BOOST_TEST(sent<prepare>(r.propose(ballot_for(0, past), batch_at(past))).size() == 1U);

  lone_replica late(1);
  for (std::uint64_t s = 1; s < 2 * interval; ++s) // delivered, but the ledger lags behind
    (void)late.block(ballot_for(0, s), batch_at(s));
  BOOST_TEST(sent<prepare>(late.propose(ballot_for(0, past), batch_at(past))).empty());
  BOOST_TEST(sent<prepare>(late.propose(ballot_for(0, past - 1), batch_at(past - 1))).size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_block_beyond_the_horizon_is_not_taken_from_anyone) {
  lone_replica r(1);
  for (std::uint64_t s = 1; s <= 2 * interval; ++s)
    (void)r.block(ballot_for(0, s), batch_at(s));
  BOOST_TEST(r.replica.describe().delivered.value == 2 * interval);
  (void)r.block(ballot_for(0, 2 * interval + 1), batch_at(2 * interval + 1));
  BOOST_TEST(r.replica.describe().delivered.value == 2 * interval);
}

BOOST_AUTO_TEST_CASE(it_ends_when_its_last_checkpoint_is_stable_and_not_before) {
  lone_replica r(1);
  const std::uint64_t end = 2 * interval;
  r.catch_up(1, interval - 1);
  (void)r.block(ballot_for(0, interval), batch_at(interval));
  (void)tell_end(r, interval, end);
  for (std::uint64_t s = interval + 1; s <= end; ++s)
    (void)r.block(ballot_for(0, s), batch_at(s));
  BOOST_TEST(sent<prepare>(r.propose(ballot_for(0, end + 1), batch_at(1))).empty());
  (void)tell_end(r, end, end);
  (void)r.checkpoint(0, end, state_at(end));
  BOOST_TEST(!r.replica.describe().ended);
  const auto last = r.checkpoint(2, end, state_at(end));
  const auto ended = all_of<effect::epoch_ended>(last);
  BOOST_REQUIRE(ended.size() == 1U);
  BOOST_TEST((ended.front().certificate.sequence == sequence_number{end}));
  BOOST_TEST(r.replica.describe().ended);
  // From here on it votes for nothing, and still tells a peer how the epoch ended.
  (void)r.fire(timer::request);
  BOOST_TEST(!r.replica.describe().changing);
  status behind;
  behind.delivered = {end};
  const auto told = r.step(input::peer_status{{3}, behind});
  BOOST_TEST(all_of<effect::serve_epoch_end>(told).size() == 1U);
}

// A linearizable read asks 2f+1 voters of one epoch; f+1 correct ones of them would miss what the
// next epoch has committed since.
BOOST_AUTO_TEST_CASE(it_gives_no_read_index_once_all_of_the_epoch_is_delivered) {
  lone_replica r(1);
  const std::uint64_t end = 2 * interval;
  r.catch_up(1, interval - 1);
  (void)r.block(ballot_for(0, interval), batch_at(interval));
  (void)tell_end(r, interval, end);
  for (std::uint64_t s = interval + 1; s < end; ++s)
    (void)r.block(ballot_for(0, s), batch_at(s));
  BOOST_TEST((r.replica.voted_up_to() == sequence_number{end - 1}));
  (void)r.block(ballot_for(0, end), batch_at(end));
  BOOST_TEST(!r.replica.voted_up_to().has_value());
}

BOOST_AUTO_TEST_CASE(a_replica_that_is_behind_ends_its_epoch_by_proof) {
  lone_replica r(1);
  const std::uint64_t end = 2 * interval;
  r.catch_up(1, end - 1);
  (void)r.block(ballot_for(0, end), batch_at(end));
  (void)tell_end(r, end, end);
  const auto proof = r.check.check(epoch_end{r.by.stable(end, state_at(end))});
  BOOST_REQUIRE(proof.has_value());
  const auto e = r.step(input::epoch_ended{*proof});
  BOOST_TEST(all_of<effect::epoch_ended>(e).size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_primary_without_work_fills_the_epoch_up) {
  lone_replica r(0);
  r.catch_up(1, interval - 1);
  (void)r.block(ballot_for(0, interval), batch_at(interval));
  const auto e = tell_end(r, interval, 2 * interval);
  const auto proposals = sent<proposal>(e);
  BOOST_TEST(proposals.size() == replica_options{}.pipeline_depth);
  for (const auto& p : proposals)
    BOOST_TEST((p.header.on.batch == null_digest()));
}

BOOST_AUTO_TEST_CASE(the_next_epoch_begins_in_view_0_with_the_state_of_the_last) {
  const identities who(4);
  std::vector<member> members = who.config.members();
  members[3].voter = false;
  members.push_back({{4}, make_key(4).key(), true});
  const epoch_start start{{2 * interval}, state_at(2 * interval)};
  const auto next =
      configuration::make(who.config.cluster(), {2}, members, start, crypto_suite::standard)
          .value();
  BOOST_TEST(next.n() == 4U);
  BOOST_TEST(!next.is_voter({3}));
  BOOST_TEST((next.primary({3}) == replica_id{4}));

  restored_state from;
  from.view.view = {7}; // of the epoch that ended
  from.delivered = start.sequence;
  from.delivered_state = start.state;
  replica fresh(next, {0}, who.keys[0], {}, from);
  const auto started = fresh.start({});
  BOOST_TEST(fresh.describe().view.value == 0U);
  BOOST_TEST((fresh.describe().stable == start.sequence));
  BOOST_TEST(wants_batch(started));

  replica learner(next, {3}, who.keys[3], {}, from);
  (void)learner.start({});
  BOOST_TEST(!learner.describe().voter);
  BOOST_TEST(learner.describe().remembers);
}

BOOST_AUTO_TEST_CASE(statements_of_another_epoch_are_refused_as_such) {
  const identities who(4);
  const auto next = configuration::make(who.config.cluster(), {2}, who.config.members(),
                                        {{interval}, {}}, crypto_suite::standard)
                        .value();
  const verifier check{next};
  const scribes old{who};
  const auto on = ballot_for(0, 2 * interval);
  const auto refused = [](const auto& checked) {
    return !checked.has_value() && checked.error() == errc::wrong_epoch;
  };
  BOOST_TEST(refused(check.check(*old.prepare(1, on))));
  BOOST_TEST(refused(check.check(*old.commit(1, on))));
  BOOST_TEST(refused(check.check(*old.checkpoint(1, 2 * interval, {}))));
  BOOST_TEST(refused(check.check(*old.view_change(1, 1))));
  BOOST_TEST(refused(check.check_certificate(old.committed(on))));
  BOOST_TEST(refused(check.check_certificate(old.prepared(on))));
  BOOST_TEST(refused(check.check_certificate(old.stable(2 * interval, {}))));
  // Changing the number does not help: it is part of what was signed.
  auto forged = *old.commit(1, on);
  forged.on.epoch = {2};
  const auto checked = check.check(forged);
  BOOST_TEST((!checked.has_value() && checked.error() == errc::bad_signature));
}

BOOST_AUTO_TEST_SUITE_END()
