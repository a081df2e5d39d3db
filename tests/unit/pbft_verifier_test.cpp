// What the verifier refuses: statements that are forged, mixed, repeated, too few, or of another
// primary, cluster or epoch.
#include "tests/sim/lone_replica.hpp"

#include <boost/test/unit_test.hpp>

using namespace quorate;
using namespace quorate::pbft;
using namespace quorate::sim;

namespace {

constexpr auto interval = limits::checkpoint_interval;

struct fixture {
  identities who{7}; // f = 2: quorum 5, 4 prepares
  scribes by{who};
  verifier check{who.config};
  ballot on = ballot_for(0, 7);
  ballot other = ballot_for(0, 7, batch_at(8));
};

template <class T>
bool fails(const expected<T>& result, errc why) {
  return !result && result.error() == why;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(pbft_verifier, fixture)

BOOST_AUTO_TEST_CASE(a_vote_counts_for_its_signer_and_not_for_the_id_in_it) {
  auto vote = *by.commit(3, on);
  vote.vote.replica = {4};
  BOOST_TEST(fails(check.check(vote), errc::bad_signature));
  vote.vote.replica = {7};
  BOOST_TEST(fails(check.check(vote), errc::unknown_signer));
}

BOOST_AUTO_TEST_CASE(a_signature_over_one_kind_is_none_over_another) {
  const auto cast = by.prepare(3, on)->vote;
  BOOST_TEST(fails(check.check(commit{on, cast}), errc::bad_signature));
  BOOST_TEST(fails(check.check(checkpoint{on.sequence, on.batch, cast}), errc::bad_signature));
  BOOST_TEST(fails(check.check(proposal{{on, cast.sig}, batch_at(7)}), errc::bad_signature));
}

BOOST_AUTO_TEST_CASE(a_proposal_is_of_its_primary_and_has_its_body) {
  auto made = *by.propose(on, batch_at(7));
  made.body = batch_at(8);
  BOOST_TEST(fails(check.check(made), errc::digest_mismatch));
  const proposal by_backup{who.author_of(1).re_propose(on), batch_at(7)};
  BOOST_TEST(fails(check.check(by_backup), errc::bad_signature));
  const auto zero = ballot_for(0, 0);
  BOOST_TEST(fails(check.check(*by.propose(zero, batch_at(0))), errc::outside_watermarks));
}

BOOST_AUTO_TEST_CASE(a_commit_certificate_needs_2f_plus_1_valid_votes_on_one_ballot) {
  const auto good = by.committed(on);
  BOOST_TEST(check.check_certificate(good).has_value());
  auto more = good;
  more.commits.push_back(by.commit(6, on)->vote);
  BOOST_TEST(check.check_certificate(more).has_value());
  auto few = good;
  few.commits.pop_back();
  BOOST_TEST(fails(check.check_certificate(few), errc::bad_certificate));
  auto repeated = good;
  repeated.commits[1] = repeated.commits[0];
  BOOST_TEST(fails(check.check_certificate(repeated), errc::bad_certificate));
  // Each place matters, the last one too, and one beyond the quorum as well.
  for (std::size_t i = 0; i < more.commits.size(); ++i) {
    auto mixed = more;
    mixed.commits[i] = by.commit(mixed.commits[i].replica.value, other)->vote;
    BOOST_TEST(fails(check.check_certificate(mixed), errc::bad_signature));
  }
  auto views = good;
  views.commits[2] = by.commit(2, ballot_for(1, 7))->vote;
  BOOST_TEST(fails(check.check_certificate(views), errc::bad_signature));
}

BOOST_AUTO_TEST_CASE(a_prepared_certificate_needs_2f_backups_and_the_primary) {
  const auto good = by.prepared(on);
  BOOST_TEST(check.check_certificate(good).has_value());
  auto few = good;
  few.prepares.pop_back();
  BOOST_TEST(fails(check.check_certificate(few), errc::bad_certificate));
  auto primary_counts = good;
  primary_counts.prepares[0] = by.prepare(0, on)->vote;
  BOOST_TEST(fails(check.check_certificate(primary_counts), errc::bad_certificate));
  auto forged_header = good;
  forged_header.header.sig = who.author_of(1).re_propose(on).sig;
  BOOST_TEST(fails(check.check_certificate(forged_header), errc::bad_signature));
  auto mixed = good;
  mixed.prepares[3] = by.prepare(mixed.prepares[3].replica.value, other)->vote;
  BOOST_TEST(fails(check.check_certificate(mixed), errc::bad_signature));
  auto commits = good; // votes of the other phase
  commits.prepares[3] = by.commit(commits.prepares[3].replica.value, on)->vote;
  BOOST_TEST(fails(check.check_certificate(commits), errc::bad_signature));
}

BOOST_AUTO_TEST_CASE(a_checkpoint_certificate_needs_2f_plus_1_and_genesis_none) {
  const auto good = by.stable(interval, state_at(1));
  BOOST_TEST(check.check_certificate(good).has_value());
  auto few = good;
  few.votes.pop_back();
  BOOST_TEST(fails(check.check_certificate(few), errc::bad_certificate));
  auto mixed = good;
  mixed.votes[4] = by.checkpoint(4, interval, state_at(2))->vote;
  BOOST_TEST(fails(check.check_certificate(mixed), errc::bad_signature));
  BOOST_TEST(check.check_certificate(checkpoint_certificate{}).has_value());
  checkpoint_certificate claimed{{0}, state_at(1), {}};
  BOOST_TEST(fails(check.check_certificate(claimed), errc::bad_certificate));
}

BOOST_AUTO_TEST_CASE(a_view_change_proves_what_it_says) {
  const auto stable = by.stable(interval, state_at(1));
  const auto above = by.prepared(ballot_for(0, interval + 1));
  BOOST_TEST(check.check(*by.view_change(3, 1, stable, {above})).has_value());
  const auto refused = [&](std::uint64_t view, prepared_certificate p) {
    return fails(check.check(*by.view_change(3, view, stable, {std::move(p)})),
                 errc::bad_certificate);
  };
  BOOST_TEST(refused(1, by.prepared(ballot_for(0, interval))));     // below the checkpoint
  BOOST_TEST(refused(1, by.prepared(ballot_for(1, interval + 1)))); // of the view it asks for
  BOOST_TEST(
      refused(1, by.prepared(ballot_for(0, interval + limits::watermark_window + 1)))); // above
  auto thin = above;
  thin.prepares.pop_back();
  BOOST_TEST(refused(1, thin));
  auto unproven = stable;
  unproven.votes.pop_back();
  BOOST_TEST(fails(check.check(*by.view_change(3, 1, unproven)), errc::bad_certificate));
}

BOOST_AUTO_TEST_CASE(a_new_view_is_of_its_primary_over_distinct_view_changes_for_it) {
  std::vector<view_change> changes;
  for (std::uint16_t from = 0; from < 5; ++from)
    changes.push_back(*by.view_change(from, 1));
  BOOST_TEST(check.check(*by.new_view(1, changes)).has_value());
  auto by_other = *by.new_view(1, changes);
  by_other.sig = who.author_of(2).sign(by_other)->sig;
  BOOST_TEST(fails(check.check(by_other), errc::bad_signature));
  auto repeated = changes;
  repeated[1] = repeated[0];
  BOOST_TEST(fails(check.check(*by.new_view(1, repeated)), errc::bad_new_view));
  auto other_view = changes;
  other_view[4] = *by.view_change(4, 2);
  BOOST_TEST(fails(check.check(*by.new_view(1, other_view)), errc::bad_new_view));
  auto forged = changes;
  forged[4].new_view = {1};
  forged[4].vote.sig = forged[3].vote.sig;
  BOOST_TEST(fails(check.check(*by.new_view(1, forged)), errc::bad_signature));
}

BOOST_AUTO_TEST_CASE(statements_of_another_cluster_or_epoch_are_worth_nothing) {
  // The same keys throughout: only the name, or only the epoch, differs.
  for (const auto* elsewhere : {new identities{7, "another cluster"},
                                new identities{7, "simulated", configuration_epoch{2}}}) {
    const std::unique_ptr<const identities> owner{elsewhere};
    const scribes they{*elsewhere};
    const auto foreign = [](const auto& checked) {
      return !checked &&
             (checked.error() == errc::bad_signature || checked.error() == errc::wrong_epoch);
    };
    BOOST_TEST(foreign(check.check(*they.propose(on, batch_at(7)))));
    BOOST_TEST(foreign(check.check(*they.prepare(2, on))));
    BOOST_TEST(foreign(check.check(*they.commit(2, on))));
    BOOST_TEST(foreign(check.check(*they.checkpoint(2, interval, state_at(1)))));
    BOOST_TEST(foreign(check.check(*they.view_change(2, 1))));
    std::vector<view_change> changes;
    for (std::uint16_t from = 0; from < 5; ++from)
      changes.push_back(*they.view_change(from, 1));
    BOOST_TEST(foreign(check.check(*they.new_view(1, changes))));
    BOOST_TEST(foreign(check.check_certificate(they.committed(on))));
    BOOST_TEST(foreign(check.check_certificate(they.prepared(on))));
    BOOST_TEST(foreign(check.check_certificate(they.stable(interval, state_at(1)))));
  }
}

BOOST_AUTO_TEST_CASE(a_third_party_with_the_public_configuration_alone_checks_a_block) {
  const auto raw = encode(message{committed_block{by.committed(on), batch_at(7)}});
  std::vector<public_key> publics;
  for (const auto& each : who.config.members())
    publics.push_back(each.key);
  const auto config =
      configuration::make(who.config.cluster(), who.config.epoch(), publics, crypto_suite::standard)
          .value();
  const auto read = decode<message>(raw);
  BOOST_REQUIRE(read.has_value());
  const auto proven = verifier{config}.check(std::get<committed_block>(*read));
  BOOST_REQUIRE(proven.has_value());
  BOOST_TEST(((*proven)->certificate.on == on));
}

BOOST_AUTO_TEST_CASE(a_configuration_is_4_or_more_distinct_points) {
  std::vector<public_key> keys;
  for (std::uint64_t i = 0; i < limits::replicas_max + 3; ++i)
    keys.push_back(make_key(i).key());
  for (std::size_t n = 0; n <= keys.size(); ++n) {
    const std::vector some(keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(n));
    const bool allowed = n >= 4 && n <= limits::replicas_max;
    const auto made = configuration::make(cluster_named("x"), {1}, some, crypto_suite::standard);
    BOOST_TEST(made.has_value() == allowed, n);
    if (!made) continue;
    const auto f = made->faulty_max();
    const auto q = made->quorum();
    BOOST_TEST(3 * f + 1 <= n);
    BOOST_TEST(2 * q >= n + f + 1, "two quorums of " << n << " meet in f+1");
    BOOST_TEST(q <= n - f, "the correct ones of " << n << " are a quorum");
    if (n % 3 == 1) BOOST_TEST(q == 2 * f + 1);
  }
  std::vector repeated(keys.begin(), keys.begin() + 4);
  repeated[3] = repeated[0];
  BOOST_TEST(fails(configuration::make(cluster_named("x"), {1}, repeated, crypto_suite::standard),
                   errc::bad_certificate));
  repeated[3] = public_key{};
  BOOST_TEST(fails(configuration::make(cluster_named("x"), {1}, repeated, crypto_suite::standard),
                   errc::bad_public_key));
}

BOOST_AUTO_TEST_SUITE_END()
