// A node's registry: what it says to its peers, what it believes of them, and what it refuses.
#include "actors/peers/inbox_actor.hpp"
#include "actors/registry/own_registration.hpp"
#include "config/testnet.hpp"
#include "storage_support.hpp"
#include "tests/unit/registry_fixture.hpp"

#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <mutex>

using namespace quorate;
using namespace quorate::test;
using namespace std::chrono_literals;

namespace {

/// What was sent over a link, decoded.
struct sent_items {
  std::mutex mutex;
  std::vector<registry::signed_registration> all;
};

link_actor::behavior_type fake_link(std::shared_ptr<sent_items> sent) {
  return {[sent](local::link_items& in) {
            const std::lock_guard lock{sent->mutex};
            for (const auto& item : *in.items) {
              const auto frame = protocol::decode_frame(*item);
              for (const auto& one : *frame)
                sent->all.push_back(std::get<registry::signed_registration>(one));
            }
          },
          [](local::link_opened&) {}, [](local::link_connected&) {}, [](local::timer_tick) {},
          [](wire::peer_frame&) { return wire::peer_ack{}; }};
}

/// Replica 0 with its registry and the inbox of one peer, replica 1.
struct fixture : quorate::testing::registry_fixture {
  caf::actor_system_config config;
  caf::actor_system system{config};
  caf::scoped_actor self{system};
  std::shared_ptr<sent_items> sent = std::make_shared<sent_items>();
  link_actor link = system.spawn([this](link_actor::pointer) { return fake_link(sent); });
  std::shared_ptr<registry_counters> counters = std::make_shared<registry_counters>();
  std::shared_ptr<inbox_counters> of_inbox = std::make_shared<inbox_counters>();
  registry::certificate_facts shown{tls_key(1), registration_of(1, {}).tags};
  std::shared_ptr<registry_wiring> wiring = std::make_shared<registry_wiring>();
  registry_actor node;
  inbox_actor inbox;

  fixture() {
    const auto configuration = std::make_shared<const pbft::configuration>(members);
    registry_setup setup;
    setup.own = registration_of(0, {7, 0});
    setup.key = std::make_shared<const signing_key>(key_of(0));
    setup.configuration = configuration;
    setup.shown_by = [this](replica_id peer) {
      return peer == replica_id{1} ? std::optional{shown} : std::nullopt;
    };
    setup.counters = counters;
    wiring->links = {{{1}, link}};
    node = spawn_registry(system, std::move(setup), wiring);
    inbox = spawn_inbox(system, {{1}, configuration, {}, {}, {}, {}, of_inbox, node, {}});
    self->send(node, local::start_up{});
  }
  ~fixture() {
    for (const auto& one : {caf::actor_cast<caf::actor>(node), caf::actor_cast<caf::actor>(inbox),
                            caf::actor_cast<caf::actor>(link)})
      caf::anon_send_exit(one, caf::exit_reason::user_shutdown);
  }

  std::vector<registry::signed_registration> known() {
    std::vector<registry::signed_registration> found;
    self->request(node, 20s, local::registry_lookup{})
        .receive([&](local::registry_contents& in) { found = std::move(in.entries); },
                 [](caf::error&) { BOOST_FAIL("no answer"); });
    return found;
  }
  /// The peer says this over its link; the registry has dealt with it afterwards.
  void say(const registry::signed_registration& what) {
    self->request(inbox, 20s, wire::peer_frame{protocol::encode_item(what)})
        .receive([](const wire::peer_ack&) {}, [](caf::error&) { BOOST_FAIL("no answer"); });
    static_cast<void>(known());
  }
  bool knows(std::uint16_t replica) {
    const auto all = known();
    return std::any_of(all.begin(), all.end(),
                       [&](const auto& one) { return one.what.replica == replica_id{replica}; });
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(registry_of_a_node, fixture)

BOOST_AUTO_TEST_CASE(it_registers_itself_at_its_start_and_with_whoever_connects) {
  BOOST_REQUIRE(known().size() == 1U);
  BOOST_TEST((known()[0].what == registration_of(0, {7, 1})));
  BOOST_TEST(registry::check(known()[0], members).has_value());
  self->send(node, local::link_notice{{1}, true});
  self->send(node, local::link_notice{{1}, false});
  self->send(node, local::link_notice{{3}, true}); // no such link
  static_cast<void>(known());
  self->send(node, local::timer_tick{}); // the next round
  static_cast<void>(known());
  self->request(link, 20s, wire::peer_frame{})
      .receive([](const wire::peer_ack&) {}, [](caf::error&) { BOOST_FAIL("no answer"); });
  const std::lock_guard lock{sent->mutex};
  BOOST_REQUIRE(sent->all.size() == 3U);
  BOOST_TEST((sent->all[0].what.at == registry::counter{7, 1}));
  BOOST_TEST((sent->all[1] == sent->all[0]));
  BOOST_TEST((sent->all[2].what.at == registry::counter{7, 2}));
}

BOOST_AUTO_TEST_CASE(a_peer_is_believed_what_its_certificate_says_too) {
  say(made(1, {3, 1}));
  BOOST_TEST(knows(1));
  BOOST_TEST(counters->accepted == 1U);
  say(made(1, {3, 1}));
  say(made(1, {2, 9}));
  BOOST_TEST(counters->stale == 2U);
  say(made(1, {3, 2}, "us-east"));
  BOOST_TEST(counters->disagreed == 1U);
  BOOST_TEST((known()[1].what.at == registry::counter{3, 1}));
  say(made(1, {3, 3}));
  BOOST_TEST(counters->accepted == 2U);
}

BOOST_AUTO_TEST_CASE(labels_that_its_certificate_does_not_carry_are_refused) {
  shown.tags = registry::labels{};
  say(made(1, {3, 1}));
  shown.tags = errc::bad_label;
  say(made(1, {3, 2}));
  shown = {tls_key(2), registration_of(1, {}).tags};
  say(made(1, {3, 3}));
  BOOST_TEST(!knows(1));
  BOOST_TEST(counters->disagreed == 3U);
  BOOST_TEST(counters->accepted == 0U);
}

BOOST_AUTO_TEST_CASE(a_peer_speaks_for_itself_alone) {
  say(made(2, {1, 1})); // replica 2's own words, brought by replica 1
  BOOST_TEST(!knows(2));
  auto forged = made(1, {3, 1});
  forged.what.clients.port = 1;
  say(forged);
  auto of_another_epoch = registration_of(1, {3, 1});
  of_another_epoch.epoch = {2};
  say(signed_by_itself(of_another_epoch));
  BOOST_TEST(!knows(1));
  BOOST_TEST(of_inbox->refused == 2U);
  BOOST_TEST(of_inbox->other_epoch == 1U);
  BOOST_TEST(counters->disagreed + counters->stale + counters->accepted == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(own_registration_of_a_node)

BOOST_AUTO_TEST_CASE(starts_count_up_over_restarts_and_lost_disks) {
  scratch_directory scratch;
  std::uint64_t last = 0;
  for (const std::uint64_t wall : {1'000U, 1'000U, 500U, 2'000U, 0U}) {
    const auto store = must_open(scratch.path() / "log");
    const auto next = count_start(*store, {wall});
    BOOST_TEST(next > last);
    last = next;
  }
  const auto empty = must_open(scratch.path() / "other");
  BOOST_TEST(count_start(*empty, {3'000}) > last);
}

BOOST_AUTO_TEST_CASE(the_certificate_has_to_carry_the_labels) {
  scratch_directory scratch;
  config::testnet_options o;
  o.out = scratch.path() / "net";
  o.accounts = 2;
  o.regions = {"eu-west"};
  BOOST_REQUIRE(!config::generate_testnet(o).has_value());
  auto c = *config::load_node_config(o.out / "node1" / "node.toml").value;
  std::string error;
  const auto facts = load_own_certificate(c, error);
  BOOST_REQUIRE_MESSAGE(facts, error);
  BOOST_TEST((*facts->tags == c.labels));
  BOOST_TEST(to_hex(facts->key) == c.peers[1].tls_key_sha256);
  const auto own = own_registration(c, {"127.0.0.1", 7100, {}}, *facts);
  BOOST_TEST((own.clients == registry::endpoint{"127.0.0.1", c.client_port}));
  c.client_host = "outside.example";
  BOOST_TEST(own_registration(c, {"127.0.0.1", 7100, {}}, *facts).clients.host == c.client_host);
  c.labels.region = "us-east";
  BOOST_TEST(!load_own_certificate(c, error));
  BOOST_TEST(error.find("region=us-east environment=test role=replica) are not those of the "
                        "certificate") != std::string::npos);
  c.tls.certificate = "/nowhere";
  BOOST_TEST(!load_own_certificate(c, error));
  BOOST_TEST(error.find("cannot read the certificate") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
