// What nodes say of themselves: labels, signatures, and the table of those that were heard.
#include "core/protocol/client.hpp"
#include "core/protocol/peer.hpp"
#include "core/registry/table.hpp"
#include "tests/unit/registry_fixture.hpp"

#include <boost/test/unit_test.hpp>

using namespace quorate;
using namespace quorate::registry;
using quorate::testing::registry_fixture;

namespace {

errc error_of(const expected<verified_registration>& checked) {
  BOOST_REQUIRE(!checked);
  return checked.error();
}

} // namespace

BOOST_AUTO_TEST_SUITE(registry_labels)

BOOST_AUTO_TEST_CASE(labels_survive_as_uris_and_as_bytes) {
  for (const labels& l : {labels{}, labels{"eu-west", "", "", false}, labels{"", "", "", true},
                          labels{"eu-west.1", "production", "replica", true}}) {
    const auto back = labels_from_uris(to_uris(l));
    BOOST_REQUIRE(back);
    BOOST_TEST((*back == l));
    BOOST_TEST((*decode<labels>(encode(l)) == l));
  }
  BOOST_TEST(
      (to_uris({"eu-west", "", "", true}) ==
       std::vector<std::string>{"quorate:label:region=eu-west", "quorate:label:canary=true"}));
  BOOST_TEST(to_string(labels{"a", "b", "", false}) == "region=a environment=b");
  BOOST_TEST(to_string(labels{}) == "none");
}

BOOST_AUTO_TEST_CASE(uris_that_are_no_labels_do_not_concern_us) {
  const auto l = labels_from_uris({"https://example.org/", "spiffe://quorate:label:region=x",
                                   "quorate:label:role=replica", ""});
  BOOST_REQUIRE(l);
  BOOST_TEST((*l == labels{"", "", "replica", false}));
}

BOOST_AUTO_TEST_CASE(labels_that_nobody_may_have) {
  const std::string longest(limits::label_bytes_max, 'a');
  BOOST_TEST(is_label(longest));
  for (const std::string& text :
       {std::string{}, longest + "a", std::string{"EU"}, std::string{"a b"}, std::string{"a,b"},
        std::string{"a=b"}, std::string{"a\0b", 3}, std::string{"\xc3\xa4"}}) {
    BOOST_TEST(!is_label(text));
    const auto l = labels_from_uris({"quorate:label:region=" + text});
    BOOST_REQUIRE(!l);
    BOOST_TEST((l.error() == errc::bad_label));
  }
  for (const std::vector<std::string>& uris :
       {std::vector<std::string>{"quorate:label:region"},
        {"quorate:label:colour=red"},
        {"quorate:label:canary=false"},
        {"quorate:label:canary=true", "quorate:label:canary=true"},
        {"quorate:label:region=a", "quorate:label:region=a"}})
    BOOST_TEST(!labels_from_uris(uris));
  auto encoded = encode(labels{"eu", "", "", false});
  encoded[4] = 'E';
  BOOST_TEST((decode<labels>(encoded).error() == errc::bad_label));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(registry_registrations, registry_fixture)

BOOST_AUTO_TEST_CASE(a_member_registers_itself) {
  const auto r = made(1, {3, 7});
  BOOST_TEST((*decode<signed_registration>(encode(r)) == r));
  const auto checked = check(r, members);
  BOOST_REQUIRE(checked);
  BOOST_TEST((checked->proof() == r));
  BOOST_TEST(((*checked)->at == counter{3, 7}));
}

BOOST_AUTO_TEST_CASE(every_field_is_signed) {
  const auto good = made(1, {3, 7});
  const auto bent = [&](auto change) {
    auto r = good;
    change(r.what);
    return error_of(check(r, members));
  };
  BOOST_TEST((bent([](auto& w) { w.replica = {2}; }) == errc::bad_signature));
  BOOST_TEST((bent([](auto& w) { ++w.at.boot; }) == errc::bad_signature));
  BOOST_TEST((bent([](auto& w) { ++w.at.sequence; }) == errc::bad_signature));
  BOOST_TEST((bent([](auto& w) { ++w.peers.port; }) == errc::bad_signature));
  BOOST_TEST((bent([](auto& w) { w.clients.host = "elsewhere"; }) == errc::bad_signature));
  BOOST_TEST((bent([](auto& w) { w.tls_key = {}; }) == errc::bad_signature));
  BOOST_TEST((bent([](auto& w) { w.tags.region = "us-east"; }) == errc::bad_signature));
  BOOST_TEST((bent([](auto& w) { w.tags.canary = true; }) == errc::bad_signature));
  BOOST_TEST((bent([](auto& w) { w.epoch = {2}; }) == errc::wrong_epoch));
  BOOST_TEST((bent([](auto& w) { w.replica = {4}; }) == errc::unknown_signer));
}

BOOST_AUTO_TEST_CASE(another_cluster_or_a_stranger_signs_in_vain) {
  const auto what = registration_of(1, {1, 1});
  BOOST_TEST((error_of(check(registry::sign(cluster_id{}, what, key_of(1)), members)) ==
              errc::bad_signature));
  BOOST_TEST((error_of(check(registry::sign(authoriser.cluster(), what, key_of(2)), members)) ==
              errc::bad_signature));
}

BOOST_AUTO_TEST_CASE(a_member_on_probation_registers_too) {
  auto all = ledger::membership_of(genesis).current;
  const auto joining = quorate::testing::key_named("joining");
  all.members.push_back({{4}, joining.key(), false, {}, ""});
  const auto config = ledger::configuration_of(authoriser.cluster(), all, {}, authoriser.suite());
  const auto r = registry::sign(authoriser.cluster(), registration_of(4, {1, 1}), joining);
  BOOST_TEST(check(r, config).has_value());
  BOOST_TEST((error_of(check(r, members)) == errc::unknown_signer));
}

BOOST_AUTO_TEST_CASE(hosts_and_labels_out_of_bounds_are_refused_whoever_signs) {
  auto what = registration_of(1, {1, 1});
  for (const std::string& host :
       {std::string{}, std::string{"a b"}, std::string(limits::host_bytes_max + 1, 'a'),
        std::string{"a/b"}}) {
    what.clients.host = host;
    const auto checked = check(signed_by_itself(what), members);
    BOOST_REQUIRE(!checked);
    BOOST_TEST((checked.error() == errc::bad_label || checked.error() == errc::over_limit));
  }
  what.clients.host = std::string(limits::host_bytes_max, 'a');
  BOOST_TEST(check(signed_by_itself(what), members).has_value());
  what.clients.port = 0;
  BOOST_TEST((error_of(check(signed_by_itself(what), members)) == errc::bad_label));
}

BOOST_AUTO_TEST_CASE(what_is_said_has_to_agree_with_the_certificate) {
  const auto what = registration_of(1, {1, 1});
  certificate_facts shown{tls_key(1), what.tags};
  BOOST_TEST(check_agrees(what, shown).has_value());
  shown.tags->region = "us-east";
  BOOST_TEST((check_agrees(what, shown).error() == errc::label_mismatch));
  shown.tags = labels{};
  BOOST_TEST((check_agrees(what, shown).error() == errc::label_mismatch));
  shown.tags = errc::bad_label;
  BOOST_TEST((check_agrees(what, shown).error() == errc::label_mismatch));
  shown = {tls_key(2), what.tags};
  BOOST_TEST((check_agrees(what, shown).error() == errc::certificate_mismatch));
}

BOOST_AUTO_TEST_CASE(frames_and_answers_carry_it) {
  const protocol::frame_item item = made(2, {1, 1});
  const auto frame = protocol::decode_frame(protocol::encode_item(item));
  BOOST_REQUIRE(frame);
  BOOST_TEST((std::get<signed_registration>(frame->at(0)) == made(2, {1, 1})));
  protocol::registry_answer answer{{made(0, {1, 1}), made(2, {1, 1})}};
  BOOST_TEST((*decode<protocol::registry_answer>(encode(answer)) == answer));
  std::swap(answer.entries[0], answer.entries[1]);
  BOOST_TEST((decode<protocol::registry_answer>(encode(answer)).error() == errc::not_canonical));
  answer.entries[0] = answer.entries[1];
  BOOST_TEST((decode<protocol::registry_answer>(encode(answer)).error() == errc::not_canonical));
  const protocol::query query = protocol::registry_query{};
  BOOST_TEST((*decode<protocol::query>(encode(query)) == query));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(registry_table, registry_fixture)

BOOST_AUTO_TEST_CASE(entries_are_kept_for_30_s_from_their_receipt) {
  table t;
  const monotonic_ms start{1'000'000};
  BOOST_TEST(t.step(verified(1, {1, 1}), start).has_value());
  BOOST_TEST(t.step(verified(0, {1, 1}), start.plus(20'000)).has_value());
  BOOST_REQUIRE(t.live(start.plus(29'999)).size() == 2U);
  BOOST_TEST((t.live(start.plus(29'999))[0].what.replica == replica_id{0}));
  BOOST_REQUIRE(t.live(start.plus(30'000)).size() == 1U);
  BOOST_TEST((t.live(start.plus(30'000))[0].what.replica == replica_id{0}));
  BOOST_TEST(t.live(start.plus(50'000)).empty());
  BOOST_TEST(t.step(verified(1, {1, 2}), start.plus(50'000)).has_value());
  BOOST_TEST(t.live(start.plus(79'999)).size() == 1U);
}

BOOST_AUTO_TEST_CASE(counters_rise_strictly_also_over_expiry) {
  table t;
  BOOST_TEST(t.step(verified(1, {2, 5}), {0}).has_value());
  for (const counter at : {counter{2, 5}, counter{2, 4}, counter{1, 900}})
    BOOST_TEST((t.step(verified(1, at), {10}).error() == errc::stale_registration));
  BOOST_TEST((t.live({10})[0].what.at == counter{2, 5}));
  // One that is heard again does not prolong itself, nor come back when it has expired.
  BOOST_TEST(t.live({30'000}).empty());
  BOOST_TEST((t.step(verified(1, {2, 5}), {40'000}).error() == errc::stale_registration));
  BOOST_TEST(t.live({40'000}).empty());
  BOOST_TEST(t.step(verified(1, {3, 1}), {40'000}).has_value());
  BOOST_TEST(t.live({40'000}).size() == 1U);
}

BOOST_AUTO_TEST_CASE(it_holds_one_entry_a_member) {
  table t;
  for (std::uint64_t round = 1; round <= 100; ++round)
    for (std::uint16_t replica = 0; replica < 4; ++replica)
      BOOST_TEST(t.step(verified(replica, {1, round}), {round}).has_value());
  BOOST_TEST(t.live({100}).size() == 4U);
}

BOOST_AUTO_TEST_CASE(it_is_of_one_configuration) {
  table t;
  BOOST_TEST(t.step(verified(1, {1, 1}), {0}).has_value());
  auto next = ledger::membership_of(genesis).current;
  next.epoch = {2};
  const auto config = ledger::configuration_of(authoriser.cluster(), next, {}, authoriser.suite());
  auto what = registration_of(1, {1, 2});
  what.epoch = {2};
  const auto later = check(signed_by_itself(what), config);
  BOOST_REQUIRE(later);
  BOOST_TEST((t.step(*later, {0}).error() == errc::wrong_epoch));
}

BOOST_AUTO_TEST_SUITE_END()
