// Evidence proves itself to a third party, and whatever is forged, bent or harmless proves nothing.
#include "tests/sim/lone_replica.hpp"

#include <boost/test/unit_test.hpp>

using namespace quorate;
using namespace quorate::pbft;
using namespace quorate::sim;

namespace {

using kind = evidence::kind;

constexpr auto interval = limits::checkpoint_interval;

struct fixture {
  identities who{4};
  scribes by{who};
  ballot on = ballot_for(0, 7);
  ballot other = ballot_for(0, 7, batch_at(8));

  evidence pre_prepares() const {
    return {kind::two_pre_prepares,
            {0},
            on,
            by.propose(on, batch_at(7))->header.sig,
            other,
            by.propose(other, batch_at(8))->header.sig,
            {}};
  }
  evidence prepares() const {
    return {kind::two_prepares,
            {2},
            on,
            by.prepare(2, on)->vote.sig,
            other,
            by.prepare(2, other)->vote.sig,
            {}};
  }
  evidence commits() const {
    return {kind::two_commits,
            {0},
            on,
            by.commit(0, on)->vote.sig,
            other,
            by.commit(0, other)->vote.sig,
            {}};
  }
  evidence checkpoints() const {
    const ballot first{{}, {interval}, state_at(1)};
    const ballot second{{}, {interval}, state_at(2)};
    return {kind::two_checkpoints,
            {1},
            first,
            by.checkpoint(1, interval, state_at(1))->vote.sig,
            second,
            by.checkpoint(1, interval, state_at(2))->vote.sig,
            {}};
  }
  evidence view_changes() const {
    const auto first = *by.view_change(3, 1);
    const auto second = *by.view_change(3, 1, {}, {by.prepared(on)});
    return {kind::two_view_changes, {3}, ballot_of(first), first.vote.sig, ballot_of(second),
            second.vote.sig,        {}};
  }
  evidence new_views() const {
    const auto first =
        *by.new_view(1, {*by.view_change(0, 1), *by.view_change(1, 1), *by.view_change(3, 1)});
    const auto second =
        *by.new_view(1, {*by.view_change(0, 1), *by.view_change(1, 1), *by.view_change(2, 1)});
    return {kind::two_new_views, {1}, ballot_of(first), first.sig, ballot_of(second),
            second.sig,          {}};
  }
  evidence left_out(const view_change& left) const {
    return {kind::commit_left_out, {3},           on,  by.commit(3, on)->vote.sig,
            ballot_of(left),       left.vote.sig, left};
  }
  evidence left_out() const { return left_out(*by.view_change(3, 2)); }

  std::vector<evidence> all() const {
    return {pre_prepares(), prepares(),  commits(), checkpoints(),
            view_changes(), new_views(), left_out()};
  }

  bool proves(const evidence& e) const {
    const auto result = check(e, who.config);
    BOOST_TEST((result || result.error() == errc::bad_certificate));
    return result.has_value();
  }
};

bool round_trips(const evidence& e) {
  const auto back = decode<evidence>(encode(e));
  return back && *back == e;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(pbft_evidence, fixture)

BOOST_AUTO_TEST_CASE(every_kind_proves_itself_before_and_after_its_encoding) {
  for (const auto& e : all()) {
    BOOST_TEST_CONTEXT(name(e.what)) {
      BOOST_TEST(proves(e));
      BOOST_TEST(round_trips(e));
      BOOST_TEST(!describe(e).empty());
    }
  }
}

BOOST_AUTO_TEST_CASE(no_byte_of_it_can_be_changed) {
  for (const auto& e : all()) {
    const auto good = encode(e);
    for (std::size_t i = 0; i < good.size(); ++i) {
      auto bent = good;
      bent[i] ^= 1;
      const auto decoded = decode<evidence>(bent);
      if (!decoded) continue;
      BOOST_TEST((encode(*decoded) == bent));
      BOOST_TEST(!proves(*decoded), name(e.what) << " with byte " << i << " changed");
    }
  }
}

BOOST_AUTO_TEST_CASE(nothing_shorter_or_longer_decodes) {
  for (const auto& e : all()) {
    auto raw = encode(e);
    for (std::size_t n = 0; n < raw.size(); ++n)
      BOOST_TEST(!decode<evidence>(byte_view{raw}.first(n)));
    raw.push_back(0);
    BOOST_TEST((decode<evidence>(raw).error() == errc::trailing_bytes));
  }
}

BOOST_AUTO_TEST_CASE(it_holds_in_its_own_cluster_and_epoch_only) {
  const identities elsewhere(4, "another cluster");
  const identities later(4, "simulated", {2});
  for (const auto& e : all()) {
    BOOST_TEST(!check(e, elsewhere.config));
    BOOST_TEST(!check(e, later.config));
  }
}

BOOST_AUTO_TEST_CASE(one_statement_said_twice_is_no_contradiction) {
  for (auto e : all()) {
    if (e.what == kind::commit_left_out) continue;
    e.second = e.first;
    e.second_sig = e.first_sig;
    BOOST_TEST(!proves(e), name(e.what));
  }
}

BOOST_AUTO_TEST_CASE(statements_for_different_places_exclude_nothing) {
  const auto next = ballot_for(0, 8);
  const auto later = ballot_for(4, 7, batch_at(8));
  for (const auto& second : {next, later}) {
    BOOST_TEST(!proves({kind::two_pre_prepares,
                        {0},
                        on,
                        by.propose(on, batch_at(7))->header.sig,
                        second,
                        by.propose(second, batch_at(8))->header.sig,
                        {}}));
    BOOST_TEST(!proves({kind::two_prepares,
                        {2},
                        on,
                        by.prepare(2, on)->vote.sig,
                        second,
                        by.prepare(2, second)->vote.sig,
                        {}}));
    BOOST_TEST(!proves({kind::two_commits,
                        {2},
                        on,
                        by.commit(2, on)->vote.sig,
                        second,
                        by.commit(2, second)->vote.sig,
                        {}}));
  }
  const auto first = *by.view_change(3, 1);
  const auto second = *by.view_change(3, 2);
  BOOST_TEST(!proves({kind::two_view_changes,
                      {3},
                      ballot_of(first),
                      first.vote.sig,
                      ballot_of(second),
                      second.vote.sig,
                      {}}));
}

BOOST_AUTO_TEST_CASE(the_culprit_is_who_signed) {
  for (auto e : all()) {
    const auto real = e.culprit;
    for (std::uint16_t claimed = 0; claimed < 6; ++claimed) {
      if (claimed == real.value) continue;
      e.culprit = {claimed};
      if (e.left) e.left->vote.replica = {claimed};
      BOOST_TEST(!proves(e), name(e.what) << " against " << claimed);
    }
    e.culprit = {0xffff};
    BOOST_TEST(!proves(e));
  }
}

BOOST_AUTO_TEST_CASE(each_of_the_two_signatures_counts) {
  for (const auto& good : all()) {
    auto e = good;
    e.first_sig = good.second_sig;
    BOOST_TEST(!proves(e), name(e.what));
    e = good;
    e.second_sig = good.first_sig;
    if (e.left) e.left->vote.sig = good.first_sig;
    BOOST_TEST(!proves(e), name(e.what));
  }
}

BOOST_AUTO_TEST_CASE(a_signature_over_one_kind_is_none_over_another) {
  for (const auto& good : all())
    for (std::uint8_t number = 0; number <= 8; ++number) {
      auto e = good;
      e.what = static_cast<kind>(number);
      if (e.what != good.what) BOOST_TEST(!proves(e), name(good.what) << " as " << int{number});
    }
}

BOOST_AUTO_TEST_CASE(only_a_primary_is_charged_with_what_a_primary_signs) {
  const auto backup = who.author_of(2);
  BOOST_TEST(!proves({kind::two_pre_prepares,
                      {2},
                      on,
                      backup.re_propose(on).sig,
                      other,
                      backup.re_propose(other).sig,
                      {}}));
}

BOOST_AUTO_TEST_CASE(a_view_change_that_shows_the_certificate_or_need_not_proves_nothing) {
  BOOST_TEST(proves(left_out(*by.view_change(3, 2))));
  // Shown; replaced by one of a later view; covered by a stable checkpoint.
  BOOST_TEST(!proves(left_out(*by.view_change(3, 2, {}, {by.prepared(on)}))));
  BOOST_TEST(!proves(left_out(*by.view_change(3, 2, {}, {by.prepared(ballot_for(1, 7))}))));
  BOOST_TEST(!proves(left_out(*by.view_change(3, 2, by.stable(interval, state_at(1))))));
  // Into the view of the commit, or one before it: the commit came later, and rightly.
  BOOST_TEST(!proves(left_out(*by.view_change(3, 0))));
  // Another batch of the same view, or another sequence number: no correct replica has that.
  BOOST_TEST(proves(left_out(*by.view_change(3, 2, {}, {by.prepared(other)}))));
  BOOST_TEST(proves(left_out(*by.view_change(3, 2, {}, {by.prepared(ballot_for(0, 8))}))));
  BOOST_TEST(proves(left_out(*by.view_change(3, 2, by.stable(6, state_at(1)), {}))));
}

BOOST_AUTO_TEST_CASE(a_view_change_of_another_replica_or_none_proves_nothing) {
  BOOST_TEST(!proves(left_out(*by.view_change(2, 2))));
  auto without = left_out();
  without.left.reset();
  BOOST_TEST(!proves(without));
  auto swapped = left_out();
  swapped.left = *by.view_change(3, 2, {}, {by.prepared(ballot_for(0, 9))});
  BOOST_TEST(!proves(swapped));
}

BOOST_AUTO_TEST_CASE(the_identity_of_a_contradiction_is_its_place) {
  auto again = prepares();
  again.second = ballot_for(0, 7, batch_at(9));
  again.second_sig = by.prepare(2, again.second)->vote.sig;
  BOOST_TEST((again.id() == prepares().id()));
  for (const auto& e : all()) {
    const auto raw = encode(e.id());
    BOOST_TEST(raw.size() == 27U);
    BOOST_TEST((*decode<evidence_id>(raw) == e.id()));
    if (e.what != kind::two_prepares) BOOST_TEST((e.id() != prepares().id()));
  }
}

BOOST_AUTO_TEST_CASE(the_largest_fits_its_limit) {
  const identities many(limits::replicas_max);
  const scribes all_of_them{many};
  const auto one = all_of_them.prepared(ballot_for(0, 1));
  const auto votes = all_of_them.stable(interval, state_at(1));
  view_change left{{1}, votes, {}, {{3}, {}}};
  left.prepared.assign(limits::watermark_window, one);
  const evidence e{kind::commit_left_out, {3}, on, {}, ballot_of(left), {}, left};
  BOOST_TEST(encode(e).size() <= limits::evidence_bytes_max);
}

BOOST_AUTO_TEST_SUITE_END()
