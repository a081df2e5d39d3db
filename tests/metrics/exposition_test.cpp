// What a node's status becomes in Prometheus' text format.
#include "actors/metrics/exposition.hpp"
#include "tests/metrics/text.hpp"

using namespace quorate;
using quorate::testing::metrics_text;

namespace {

protocol::node_status full_status() {
  protocol::node_status s;
  s.node = {2};
  s.epoch = {3};
  s.view = {7};
  s.primary = {2};
  s.height = {1'000'000};
  s.quorum_seen = true;
  s.mode = lease::node_mode::degraded;
  s.mode_age_ms = 1'500;
  s.version = "0.1.0";
  s.view_changes = 4;
  s.peers = {{{0}, true, {9}, {7}, lease::liveness::alive, lease::loss::none, 125, 3, -2'500},
             {{1}, false, {0}, {0}, {}, {}, 60'000, {}, {}}};
  s.counters = {
      {"storage_commits", 11},       {"storage_records", 12},     {"storage_bytes", 13},
      {"connections_accepted", 14},  {"connections_opened", 15},  {"mode_changes_total", 16},
      {"registrations_accepted", 1}, {"registrations_stale", 2},  {"registrations_disagreed", 3},
      {"peer0_frames", 21},          {"peer0_refused", 22},       {"peer0_other_epoch", 23},
      {"peer1_frames", 24},          {"peer1_refused", 25},       {"peer1_other_epoch", 26},
      {"refused_bad_header", 31},    {"refused_not_trusted", 32}, {"clients", 5}};
  return s;
}

protocol::signer_line answering_signer() {
  protocol::signer_line l;
  l.reachable = true;
  l.silent_ms = 400;
  auto& said = l.said.emplace();
  said.epoch = {3};
  said.token = {{3}, {6}, 0};
  said.log.size = 17;
  said.counters = {{"requests", 14},
                   {"signed", 1},
                   {"signed_again", 2},
                   {"busy", 3},
                   {"unproven", 9},
                   {"unproven_by_3f2a90c1d4e5f607", 9},
                   {"refused_bad_signature", 4},
                   {"refused_wrong_epoch", 5},
                   {"refused", 9}};
  return l;
}

metrics_text shown(const protocol::node_status& s) {
  return metrics_text{metrics::expose(s, nullptr)};
}

} // namespace

BOOST_AUTO_TEST_SUITE(exposition)

BOOST_AUTO_TEST_CASE(where_a_node_stands) {
  const auto text = shown(full_status());
  BOOST_TEST(text.at(R"(quorate_build_info{version="0.1.0"})") == 1);
  BOOST_TEST(text.at(R"(quorate_mode{mode="degraded"})") == 1);
  BOOST_TEST(text.at(R"(quorate_mode{mode="normal"})") == 0);
  BOOST_TEST(text.count("quorate_mode{") == 4U);
  BOOST_TEST(text.at("quorate_mode_age_seconds") == 1.5);
  BOOST_TEST(text.at("quorate_epoch") == 3);
  BOOST_TEST(text.at("quorate_view") == 7);
  BOOST_TEST(text.at("quorate_height") == 1'000'000);
  BOOST_TEST(text.at("quorate_primary") == 1);
  BOOST_TEST(text.at("quorate_lease_held") == 0);
  BOOST_TEST(text.at("quorate_view_changes_total") == 4);
}

BOOST_AUTO_TEST_CASE(peers_are_a_label) {
  const auto text = shown(full_status());
  BOOST_TEST(text.at(R"(quorate_peer_alive{peer="0"})") == 1);
  BOOST_TEST(text.at(R"(quorate_peer_silent_seconds{peer="1"})") == 60);
  BOOST_TEST(text.at(R"(quorate_peer_round_trip_seconds{peer="0"})") == 0.003);
  BOOST_TEST(text.at(R"(quorate_peer_clock_offset_seconds{peer="0"})") == -2.5);
  BOOST_TEST(!text.has(R"(quorate_peer_round_trip_seconds{peer="1"})")); // not known is not 0
  BOOST_TEST(text.at(R"(quorate_peer_refused_total{peer="1"})") == 25);
}

BOOST_AUTO_TEST_CASE(every_counter_of_a_node_has_a_name) {
  const auto text = shown(full_status());
  BOOST_TEST(text.count("quorate_other_total") == 0U);
  BOOST_TEST(text.at("quorate_storage_bytes_total") == 13);
  BOOST_TEST(text.at("quorate_mode_changes_total") == 16);
  BOOST_TEST(text.at(R"(quorate_registrations_total{result="disagreed"})") == 3);
  BOOST_TEST(text.at(R"(quorate_transport_refused_total{reason="not_trusted"})") == 32);
  BOOST_TEST(text.at("quorate_clients") == 5);
}

// A counter that is new in another part shows, under a label, until it gets a name.
BOOST_AUTO_TEST_CASE(what_nobody_has_foreseen_shows_all_the_same) {
  auto s = full_status();
  s.counters.push_back({"peerage_frames", 1});
  s.counters.push_back({"peer3_unheard_of", 2});
  s.signer = answering_signer();
  s.signer->said->counters.emplace_back("new", 3);
  const auto text = shown(s);
  BOOST_TEST(text.at(R"(quorate_other_total{name="peerage_frames"})") == 1);
  BOOST_TEST(text.at(R"(quorate_other_total{name="peer3_unheard_of"})") == 2);
  BOOST_TEST(text.at(R"(quorate_signer_other_total{name="new"})") == 3);
}

BOOST_AUTO_TEST_CASE(a_signer_and_what_it_refused) {
  auto s = full_status();
  BOOST_TEST(shown(s).count("quorate_signer") == 0U); // this node has none
  s.signer = answering_signer();
  const auto text = shown(s);
  BOOST_TEST(text.at("quorate_signer_up") == 1);
  BOOST_TEST(text.at("quorate_signer_locked") == 0);
  BOOST_TEST(text.at("quorate_signer_log_entries") == 17);
  BOOST_TEST(text.at("quorate_signer_token_view") == 6);
  BOOST_TEST(text.at("quorate_signer_requests_total") == 14);
  BOOST_TEST(text.at("quorate_signer_unproven_total") == 9);
  BOOST_TEST(text.at(R"(quorate_signer_unproven_by_total{tls_key="3f2a90c1d4e5f607"})") == 9);
  BOOST_TEST(text.at(R"(quorate_signer_refused_total{reason="bad_signature"})") == 4);
  BOOST_TEST(text.at(R"(quorate_signer_refused_total{reason="wrong_epoch"})") == 5);
  BOOST_TEST(text.count("quorate_signer_refused_total") == 2U); // and not their sum
  BOOST_TEST(text.count("quorate_signer_other_total") == 0U);   // nor there
  BOOST_TEST(text.at("quorate_signer_anchored") == 1);
  s.signer->said->unanchored = errc::log_set_back;
  BOOST_TEST(shown(s).at("quorate_signer_anchored") == 0);
  s.signer->said->locked = true;
  BOOST_TEST(shown(s).at("quorate_signer_locked") == 1);
}

// Old figures would look like new ones.
BOOST_AUTO_TEST_CASE(of_a_silent_signer_only_that_it_is_silent) {
  auto s = full_status();
  s.signer = answering_signer();
  s.signer->reachable = false;
  s.signer->silent_ms = 90'000;
  const auto text = shown(s);
  BOOST_TEST(text.at("quorate_signer_up") == 0);
  BOOST_TEST(text.at("quorate_signer_silent_seconds") == 90);
  BOOST_TEST(text.count("quorate_signer") == 2U);
}

// Names of counters come from another process.
BOOST_AUTO_TEST_CASE(labels_are_escaped) {
  auto s = full_status();
  s.signer = answering_signer();
  s.signer->said->counters = {{"refused_a\"b\\c\nd", 1}, {"refused_\xff\xc3", 2}, {"", 3}};
  const auto text = shown(s);
  BOOST_TEST(text.at(R"(quorate_signer_refused_total{reason="a\"b\\c\nd"})") == 1);
  BOOST_TEST(text.at(R"(quorate_signer_refused_total{reason="??"})") == 2);
  BOOST_TEST(text.at(R"(quorate_signer_other_total{name=""})") == 3);
}

BOOST_AUTO_TEST_CASE(a_name_that_comes_twice_is_one_series) {
  auto s = full_status();
  s.counters.push_back({"storage_bytes", 100});
  s.signer = answering_signer();
  s.signer->said->counters.emplace_back("refused_bad_signature", 10);
  const auto text = shown(s);
  BOOST_TEST(text.at("quorate_storage_bytes_total") == 113);
  BOOST_TEST(text.at(R"(quorate_signer_refused_total{reason="bad_signature"})") == 14);
}

BOOST_AUTO_TEST_CASE(the_endpoint_counts_its_own_connections) {
  metrics::http_counters http;
  http.ended[static_cast<std::size_t>(metrics::http_outcome::too_slow)] = 6;
  const metrics_text text{metrics::expose(full_status(), &http)};
  BOOST_TEST(text.at(R"(quorate_metrics_connections_total{result="too_slow"})") == 6);
  BOOST_TEST(text.count("quorate_metrics_connections_total") == metrics::http_outcomes);
}

BOOST_AUTO_TEST_SUITE_END()
