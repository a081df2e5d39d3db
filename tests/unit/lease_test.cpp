// Leases, heartbeats and modes, apart from the replica that uses them.
#include "core/codec/reader.hpp"
#include "core/codec/writer.hpp"
#include "core/lease/fence.hpp"
#include "core/lease/granter.hpp"
#include "core/lease/holder.hpp"
#include "core/lease/monitor.hpp"

#include <boost/test/unit_test.hpp>

namespace quorate::lease {

namespace {

constexpr std::uint64_t lease_ms = 600;
constexpr std::uint64_t this_boot = 7;

fencing_token token(std::uint64_t counter, std::uint64_t view = 0) {
  return {genesis_epoch, {view}, counter};
}

granter fresh(monotonic_ms now = {1000}) {
  return {genesis_epoch, std::nullopt, this_boot, true, now};
}

monitor_options options() {
  monitor_options made;
  made.lease_ms = lease_ms;
  return made;
}

/// Four monitors that hear each other as far as `passes` lets them; each on a clock of its own.
struct four {
  std::vector<monitor> nodes;
  std::uint64_t now = 10'000;
  bool lost[4][4]{}; ///< from, to

  four() {
    for (std::uint16_t i = 0; i < 4; ++i)
      nodes.emplace_back(options(),
                         circle{{i}, {{0}, {1}, {2}, {3}}, {{0}, {1}, {2}, {3}}, 3, genesis_epoch},
                         clock(i));
  }

  monotonic_ms clock(std::uint16_t of) const { return {now + 1000ULL * of}; }

  void round() {
    now += 250;
    for (std::uint16_t from = 0; from < 4; ++from) {
      const auto beat = nodes[from].beat({}, clock(from));
      for (std::uint16_t to = 0; to < 4; ++to) {
        if (to == from || lost[from][to]) continue;
        const auto answer = nodes[to].take(beat, clock(to));
        if (answer && !lost[to][from]) nodes[from].take(*answer, clock(from));
      }
    }
    for (std::uint16_t i = 0; i < 4; ++i)
      (void)nodes[i].assess({}, clock(i));
  }

  void rounds(int count) {
    for (; count > 0; --count)
      round();
  }

  void cut(std::uint16_t a, std::uint16_t b) { lost[a][b] = lost[b][a] = true; }
  node_mode mode(std::uint16_t of) const { return nodes[of].stands().mode; }
  peer_health seen(std::uint16_t by, std::uint16_t whom) const {
    for (const auto& each : nodes[by].peers(clock(by)))
      if (each.replica.value == whom) return each;
    return {};
  }
};

} // namespace

BOOST_AUTO_TEST_SUITE(lease_suite)

BOOST_AUTO_TEST_CASE(a_holder_is_done_before_any_promise_ends_however_the_clocks_run) {
  for (std::uint64_t d = lease_ms_min; d <= lease_ms_max; ++d) {
    // In real time: the holder's clock 1 % slow, the granter's 1 % fast, no time on the way.
    const auto holds = holding_length_ms(d) * 100 / (100 - clock_error_percent) + 1;
    const auto stays = promise_length_ms(d) * 100 / (100 + clock_error_percent);
    BOOST_REQUIRE_LT(holds, stays);
  }
}

BOOST_AUTO_TEST_CASE(a_promise_binds_from_its_receipt_and_tokens_rise) {
  auto g = fresh();
  BOOST_TEST((g.bound_until() == monotonic_ms{0}));
  const auto made = g.grant(token(1), lease_ms, {2000});
  BOOST_REQUIRE(made.has_value());
  BOOST_TEST(made->until.value == 2000 + promise_length_ms(lease_ms));
  BOOST_TEST((g.bound_until() == made->until));
  BOOST_TEST(!g.grant(token(1), lease_ms, {2100}).has_value()); // again
  BOOST_TEST(!g.grant(token(2), lease_ms_max + 1, {2100}).has_value());
  BOOST_TEST(!g.grant(token(2), lease_ms_min - 1, {2100}).has_value());
  BOOST_TEST(g.grant(token(1, 1), lease_ms, {2100}).has_value()); // a later view
  BOOST_TEST(!g.grant(token(9), lease_ms, {2200}).has_value());   // and back
}

BOOST_AUTO_TEST_CASE(a_restart_on_the_same_boot_honours_the_rest_of_a_promise) {
  auto before = fresh();
  const auto made = before.grant(token(5), lease_ms, {2000});
  const granter after{genesis_epoch, made, this_boot, true, {2100}};
  BOOST_TEST((after.bound_until() == made->until));
  BOOST_TEST(after.last().counter == 5U);
}

BOOST_AUTO_TEST_CASE(after_a_reboot_the_whole_promise_is_waited_for) {
  auto before = fresh();
  const auto made = before.grant(token(5), lease_ms, {900'000});
  const granter after{genesis_epoch, made, this_boot + 1, true, {40}};
  BOOST_TEST(after.bound_until().value == 40 + promise_length_ms(lease_ms));
}

BOOST_AUTO_TEST_CASE(a_lost_disk_may_have_promised_the_longest) {
  const granter after{genesis_epoch, std::nullopt, this_boot, false, {50}};
  BOOST_TEST(after.bound_until().value == 50 + promise_length_ms(lease_ms_max));
}

BOOST_AUTO_TEST_CASE(a_new_epoch_grants_nothing_while_an_old_lease_may_be_held) {
  auto before = fresh();
  const auto made = before.grant(token(5), lease_ms, {2000});
  granter after{{2}, made, this_boot, true, {2100}};
  BOOST_TEST((after.bound_until() == monotonic_ms{0})); // a view change there harms nobody here
  BOOST_TEST(!after.grant({{2}, {0}, 1}, lease_ms, {2100 + lease_ms_max}).has_value());
  BOOST_TEST(
      after.grant({{2}, {0}, 1}, lease_ms, {2100 + promise_length_ms(lease_ms_max)}).has_value());
}

BOOST_AUTO_TEST_CASE(a_promise_survives_its_encoding_and_a_bad_length_is_refused) {
  const promise p{token(3, 2), lease_ms, {1234}, this_boot};
  BOOST_TEST((*decode<promise>(encode(p)) == p));
  promise bad = p;
  bad.lease_ms = lease_ms_max + 1;
  BOOST_TEST(!decode<promise>(encode(bad)).has_value());
}

BOOST_AUTO_TEST_CASE(a_lease_takes_a_quorum_of_one_round_and_counts_from_its_request) {
  holder h{lease_ms, 3};
  h.ask(token(1), {0}, {1000});
  h.ask(token(2), {0}, {1150});
  BOOST_TEST(!h.take_grant(token(1), {1}, {1160}));
  BOOST_TEST(!h.take_grant(token(2), {2}, {1170})); // of another round
  BOOST_TEST(!h.take_grant(token(1), {1}, {1180})); // twice the same
  BOOST_TEST(!h.lease().has_value());
  BOOST_TEST(h.take_grant(token(1), {3}, {1190}));
  BOOST_TEST((h.lease()->from == monotonic_ms{1000}));
  BOOST_TEST(h.lease()->until.value == 1000 + holding_length_ms(lease_ms));
  BOOST_TEST(h.take_grant(token(2), {3}, {1200}));
  BOOST_TEST((h.lease()->token == token(2)));
  BOOST_TEST(!h.take_grant(token(1), {2}, {1210})); // that round is over
  h.drop();
  BOOST_TEST(!h.lease().has_value());
}

BOOST_AUTO_TEST_CASE(rounds_without_answers_are_bounded) {
  holder h{lease_ms, 3};
  for (std::uint64_t i = 1; i <= holder::rounds_max + 1; ++i)
    h.ask(token(i), {0}, {1000 + i});
  (void)h.take_grant(token(1), {1}, {2000});
  BOOST_TEST(!h.take_grant(token(1), {2}, {2000}));
  (void)h.take_grant(token(2), {1}, {2000});
  BOOST_TEST(h.take_grant(token(2), {2}, {2000}));
}

BOOST_AUTO_TEST_CASE(a_fence_admits_nothing_older_than_what_it_has_seen) {
  fence f;
  BOOST_TEST(f.admit(token(4)).has_value());
  BOOST_TEST(f.admit(token(4)).has_value());
  BOOST_TEST((f.admit(token(3)).error() == errc::stale_token));
  BOOST_TEST(f.admit(token(1, 1)).has_value());
  BOOST_TEST((f.admit(token(400)).error() == errc::stale_token));
  BOOST_TEST(f.admit({{2}, {0}, 1}).has_value());
  BOOST_TEST((f.highest() == fencing_token{{2}, {0}, 1}));
}

BOOST_AUTO_TEST_CASE(everyone_in_reach_is_normal_and_one_missing_is_degraded) {
  four w;
  BOOST_TEST((w.mode(0) == node_mode::read_only)); // nobody was heard of yet
  w.rounds(2);
  for (std::uint16_t i = 0; i < 4; ++i)
    BOOST_TEST((w.mode(i) == node_mode::normal));
  for (std::uint16_t i = 0; i < 3; ++i)
    w.cut(i, 3);
  w.rounds(4);
  BOOST_TEST((w.mode(0) == node_mode::degraded));
  BOOST_TEST(w.nodes[0].stands().why == "replica 3 is not heard of");
  BOOST_TEST((w.mode(3) == node_mode::read_only));
}

BOOST_AUTO_TEST_CASE(without_a_quorum_a_node_refuses_within_a_lease_of_the_last_answer) {
  four w;
  w.rounds(2);
  const auto last_sent = w.now;
  BOOST_TEST(w.nodes[3].quorum_until().value == last_sent + 3000 + quorum_window_ms(lease_ms));
  for (std::uint16_t i = 0; i < 3; ++i)
    w.cut(i, 3);
  const own_state own;
  BOOST_TEST(
      !w.nodes[3].assess(own, {last_sent + 3000 + quorum_window_ms(lease_ms) - 1}).has_value());
  const auto before = w.nodes[3].assess(own, {last_sent + 3000 + quorum_window_ms(lease_ms)});
  BOOST_REQUIRE(before.has_value());
  BOOST_TEST((before->mode == node_mode::normal));
  BOOST_TEST((w.mode(3) == node_mode::read_only));
}

BOOST_AUTO_TEST_CASE(heartbeats_that_are_heard_but_not_answered_make_no_quorum) {
  four w;
  w.rounds(2);
  for (std::uint16_t i = 0; i < 3; ++i)
    w.lost[3][i] = true; // it hears everyone, and nobody hears it
  w.rounds(4);
  BOOST_TEST((w.mode(3) == node_mode::read_only));
  BOOST_TEST((w.seen(3, 0).state == liveness::alive));
  BOOST_TEST((w.seen(3, 0).loses == loss::outgoing));
  BOOST_TEST((w.seen(0, 3).state != liveness::alive));
}

BOOST_AUTO_TEST_CASE(one_way_loss_is_told_from_two_way_loss_by_what_others_hear) {
  four w;
  w.rounds(2);
  w.lost[0][1] = true; // 1 does not hear 0, which hears 1
  w.cut(2, 3);
  w.rounds(5);
  BOOST_TEST((w.seen(1, 0).loses == loss::incoming));
  BOOST_TEST((w.seen(0, 1).loses == loss::outgoing));
  BOOST_TEST((w.seen(2, 3).loses == loss::both));
  BOOST_TEST((w.seen(0, 2).loses == loss::none));
}

BOOST_AUTO_TEST_CASE(clock_offsets_and_round_trips_are_seen) {
  four w;
  w.rounds(2);
  const auto seen = w.seen(0, 2);
  BOOST_REQUIRE(seen.round_trip_ms.has_value() && seen.clock_offset_ms.has_value());
  BOOST_TEST(*seen.round_trip_ms == 0U);
  BOOST_TEST(*seen.clock_offset_ms == 2000);
}

BOOST_AUTO_TEST_CASE(a_stalled_disk_and_a_contradiction_halt) {
  four w;
  w.rounds(2);
  own_state own;
  own.durable_age_ms = 3000;
  BOOST_TEST(w.nodes[0].assess(own, w.clock(0)).has_value());
  BOOST_TEST((w.mode(0) == node_mode::halted));
  own.durable_age_ms = 0;
  BOOST_TEST(w.nodes[0].assess(own, w.clock(0)).has_value());
  BOOST_TEST((w.mode(0) == node_mode::normal));
  own.halted_because = "its state contradicts a checkpoint";
  BOOST_TEST(w.nodes[0].assess(own, w.clock(0)).has_value());
  BOOST_TEST(explain(w.nodes[0].stands(), {w.clock(0).value + 1250}) ==
             "halted for 1.2 s: its state contradicts a checkpoint");
}

BOOST_AUTO_TEST_CASE(answers_to_an_earlier_life_do_not_count) {
  const circle who{{0}, {{0}, {1}, {2}, {3}}, {{0}, {1}, {2}, {3}}, 3, genesis_epoch};
  monitor before{options(), who, {1000}};
  const auto old = before.beat({}, {1000});
  monitor after{options(), who, {1500}};
  (void)after.beat({}, {1500});
  for (std::uint16_t i = 1; i < 4; ++i)
    after.take(heartbeat_ack{genesis_epoch, {i}, {0}, old.counter, {}, {}}, {1600});
  BOOST_TEST((after.quorum_until() == monotonic_ms{0}));
}

BOOST_AUTO_TEST_CASE(phi_rises_with_silence_and_knows_an_irregular_peer) {
  const detector_options phi{detector_kind::phi, 250, 750, 8.0};
  failure_detector regular{phi, {0}};
  failure_detector irregular{phi, {0}};
  for (std::uint64_t t = 250; t <= 10'000; t += 250) {
    regular.heard({t});
    irregular.heard({t + (t / 250 % 2 == 0 ? 200 : 0)});
  }
  BOOST_TEST(regular.phi({10'250}) < 1.0);
  BOOST_TEST(regular.phi({10'600}) > 3.0);
  BOOST_TEST(irregular.phi({10'700}) < regular.phi({10'700}));
  BOOST_TEST(!regular.suspects({10'300}));
  BOOST_TEST(regular.suspects({11'000}));
}

BOOST_AUTO_TEST_CASE(heartbeats_survive_their_encoding) {
  const heartbeat beat{genesis_epoch,
                       {2},
                       9,
                       {4},
                       {55},
                       3,
                       250,
                       node_mode::degraded,
                       {{{0}, 12, 0b1010}, {{1}, 0, 0b1}},
                       {}};
  BOOST_TEST((*decode<heartbeat>(encode(beat)) == beat));
  auto unordered = beat;
  std::swap(unordered.heard[0], unordered.heard[1]);
  BOOST_TEST((decode<heartbeat>(encode(unordered)).error() == errc::not_canonical));
  const heartbeat_ack ack{genesis_epoch, {1}, {2}, 9, {777}, {}};
  BOOST_TEST((*decode<heartbeat_ack>(encode(ack)) == ack));
  BOOST_TEST((statement_of({}, beat) != statement_of({}, ack)));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace quorate::lease
