// The client against nodes that lie, are busy, or do not answer: it takes only what f+1 replicas
// signed, and asks the next node.
#include "actors/client/client.hpp"
#include "tests/transport/fixture.hpp"
#include "tests/unit/registry_fixture.hpp"

#include <boost/test/unit_test.hpp>
#include <caf/send.hpp>

#include <atomic>

using namespace quorate;
using namespace quorate::testing;

namespace {

/// How a node of this test treats its clients.
enum class manner {
  honest,
  one_attestation,
  forged_result,
  silent,
  busy_first,
  cut_off, ///< accepts an operation, and loses its quorum before it is ordered
  stopped, ///< accepts an operation, and stands still from then on
};

struct fake_node : registry_fixture {
  const material::identity& identity;
  party network{identity, false};
  std::vector<registry::signed_registration> entries; ///< of its registry; set before it is asked
  std::atomic<int> bundles{0};
  std::atomic<int> hellos{0};
  std::atomic<int> reads{0};
  client_gate_actor gateway;
  std::uint16_t port = 0;

  explicit fake_node(manner how, const material::identity& who = certificates().node_a)
      : identity(who) {
    gateway = network.system->spawn(
        [this, how](client_gate_actor::pointer self) { return behaviour(self, how); });
    std::string error;
    port = network.net->listen_for_clients("127.0.0.1", 0, gateway, error);
    BOOST_REQUIRE(port != 0);
  }
  ~fake_node() { caf::anon_send_exit(gateway, caf::exit_reason::user_shutdown); }

  client_gate_actor::behavior_type behaviour(client_gate_actor::pointer self, manner how) {
    return {[this](const wire::client_hello&) {
              ++hellos;
              return wire::server_hello{
                  encode(protocol::server_hello{0, 1, authoriser.cluster(), {1}, {0}, {0}})};
            },
            [this, self, how](const wire::submit_request& in) -> caf::result<wire::submit_reply> {
              return on_submit(self, how, in.bytes);
            },
            [this, how](const wire::query_request& in) {
              protocol::query_reply reply{number(errc::not_found), {}, {}};
              const auto what = decode<protocol::query>(in.bytes);
              if (std::holds_alternative<protocol::account_query>(*what)) {
                ++reads;
                if (how == manner::cut_off) reply = {number(errc::read_only), {}, "cut off"};
              }
              if (!entries.empty() && std::holds_alternative<protocol::registry_query>(*what))
                reply = {0, encode(protocol::registry_answer{entries}), {}};
              return wire::query_reply{encode(reply)};
            }};
  }

  caf::result<wire::submit_reply> on_submit(client_gate_actor::pointer self, manner how,
                                            const bytes& in) {
    const int count = ++bundles;
    const auto request = decode<protocol::submit_request>(in);
    using promise = caf::typed_response_promise<wire::submit_reply>;
    const bool fails_now = count > 1;
    if (how == manner::silent || (how == manner::stopped && fails_now))
      return self->make_response_promise<promise>();
    protocol::submit_reply reply;
    if (how == manner::cut_off && fails_now) {
      reply = {{}, "cut off"};
      reply.admissions.assign(request->operations.size(), {number(errc::read_only), 0});
      return wire::submit_reply{encode(reply)};
    }
    const bool busy = how == manner::busy_first && count == 1;
    reply.admissions.assign(request->operations.size(),
                            {busy ? number(errc::busy) : std::uint16_t{0}, 30});
    if (!busy && how != manner::cut_off && how != manner::stopped) {
      const auto sink = caf::actor_cast<receipt_sink_actor>(self->current_sender());
      self->send(sink, wire::receipt_push{encode(receipts(how, *request))});
    }
    return wire::submit_reply{encode(reply)};
  }

  protocol::receipt_push receipts(manner how, const protocol::submit_request& request) {
    ledger::ordered_batch batch{state.height().next(), {}, {1}, {}};
    for (const auto& encoded : request.operations)
      batch.operations.push_back(
          std::make_shared<const ledger::authorised_operation>(*authoriser.check(encoded)));
    const auto block = state.apply(batch);
    protocol::receipt_group group{{block.summary, {}}, {}, {}};
    const auto statement = ledger::attestation_statement(authoriser.cluster(), {1}, block.summary);
    for (std::uint16_t i = 0; i < (how == manner::one_attestation ? 1 : 2); ++i)
      group.block.attestations.push_back({{i}, key_of_replica(i).sign(statement)});
    for (auto result : block.results) {
      if (how == manner::forged_result) result.code = number(errc::insufficient_funds);
      group.leaves.emplace_back(result);
    }
    return {{group}};
  }
};

/// What the node would register if it were this replica.
registry::signed_registration registered_as(const fake_node& node, std::uint16_t replica,
                                            const std::string& region) {
  auto what = node.registration_of(replica, {1, 1}, region);
  what.clients = {"127.0.0.1", node.port};
  what.tls_key = digest{node.identity.hash};
  return node.signed_by_itself(what);
}

std::unique_ptr<client> open_client(const std::vector<fake_node*>& nodes,
                                    const std::string& region = {},
                                    std::uint64_t answer_timeout_ms = 800) {
  client_options options;
  options.tls = certificates().files_of(certificates().client);
  for (const auto* node : nodes)
    options.nodes.push_back({"127.0.0.1", node->port, node->identity.hash});
  options.region = region;
  options.genesis = nodes[0]->genesis;
  options.answer_timeout_ms = answer_timeout_ms;
  options.operation_timeout_ms = 8'000;
  std::string error;
  auto client = quorate::client::open(options, error);
  BOOST_REQUIRE_MESSAGE(client, error);
  return client;
}

submitted submit_through(const std::vector<fake_node*>& nodes, const std::string& region = {},
                         std::uint64_t answer_timeout_ms = 800) {
  const auto client = open_client(nodes, region, answer_timeout_ms);
  return client->submit(nodes[0]->signed_by(
      nodes[0]->alice, ledger::transfer{{1}, nodes[0]->bob.key(), amount{1}}, 1));
}

void expect_served_by_second(manner first_manner, std::uint64_t answer_timeout_ms = 800) {
  fake_node first{first_manner};
  fake_node second{manner::honest};
  const auto done = submit_through({&first, &second}, {}, answer_timeout_ms);
  BOOST_REQUIRE(done.result);
  BOOST_TEST(done.result->code == 0);
  BOOST_TEST(first.bundles >= 1);
  BOOST_TEST(second.bundles >= 1);
}

} // namespace

BOOST_AUTO_TEST_SUITE(client_library)

BOOST_AUTO_TEST_CASE(honest_node_serves) {
  fake_node node{manner::honest};
  const auto done = submit_through({&node});
  BOOST_REQUIRE(done.result);
  BOOST_TEST(done.result->code == 0);
  BOOST_REQUIRE(done.proof);
  BOOST_TEST(protocol::receipt_of(*done.proof, done.id).has_value());
}

BOOST_AUTO_TEST_CASE(one_attestation_is_not_believed) {
  expect_served_by_second(manner::one_attestation);
}

BOOST_AUTO_TEST_CASE(forged_result_is_not_believed) {
  expect_served_by_second(manner::forged_result);
}

BOOST_AUTO_TEST_CASE(silent_node_is_left) { expect_served_by_second(manner::silent); }

// Both are noticed long before an answer is overdue.
BOOST_AUTO_TEST_CASE(node_that_lost_its_quorum_is_left) {
  expect_served_by_second(manner::cut_off, 60'000);
}

BOOST_AUTO_TEST_CASE(node_that_stopped_is_left) {
  expect_served_by_second(manner::stopped, 60'000);
}

BOOST_AUTO_TEST_CASE(refused_read_is_asked_of_the_next_node) {
  fake_node first{manner::cut_off};
  fake_node second{manner::honest};
  const auto client = open_client({&first, &second});
  const auto found = client->account(first.alice.key(), protocol::consistency::leased);
  BOOST_TEST((found.error() == errc::not_found)); // as the second says
  BOOST_TEST(first.reads == 1);
  BOOST_TEST(second.reads == 1);
}

BOOST_AUTO_TEST_CASE(read_that_all_refuse_ends_with_the_reason) {
  fake_node first{manner::cut_off};
  fake_node second{manner::cut_off};
  const auto client = open_client({&first, &second});
  const auto found = client->account(first.alice.key(), protocol::consistency::linearizable);
  BOOST_TEST((found.error() == errc::read_only));
  BOOST_TEST(client->why() == "cut off");
  BOOST_TEST(first.reads + second.reads == 2);
}

BOOST_AUTO_TEST_CASE(registered_node_of_the_own_region_is_used) {
  fake_node near{manner::honest, certificates().node_b};
  fake_node far{manner::honest};
  far.entries = {registered_as(far, 0, "us"), registered_as(near, 1, "eu")};
  near.entries = far.entries;
  BOOST_TEST(submit_through({&far}, "eu").result.has_value());
  BOOST_TEST(near.bundles == 1);
  BOOST_TEST(far.bundles == 0);
  BOOST_TEST(far.hellos == 0); // no session is left behind there
}

BOOST_AUTO_TEST_CASE(registrations_that_were_bent_lead_nowhere) {
  fake_node near{manner::honest, certificates().node_b};
  fake_node far{manner::honest};
  auto bent = registered_as(near, 1, "us");
  bent.what.tags.region = "eu";
  far.entries = {registered_as(far, 0, "us"), bent};
  BOOST_TEST(submit_through({&far}, "eu").result.has_value());
  BOOST_TEST(near.bundles == 0);
  BOOST_TEST(far.bundles == 1);
}

BOOST_AUTO_TEST_CASE(registered_node_that_cannot_be_reached_costs_nothing_but_the_try) {
  fake_node far{manner::honest};
  auto gone = far.registration_of(1, {1, 1}, "eu");
  gone.clients = {"127.0.0.1", 1};
  auto unresolvable = far.registration_of(2, {1, 1}, "eu");
  unresolvable.clients = {"no.such.host.invalid", 7101};
  far.entries = {registered_as(far, 0, "us"), far.signed_by_itself(gone),
                 far.signed_by_itself(unresolvable)};
  BOOST_TEST(submit_through({&far}, "eu").result.has_value());
  BOOST_TEST(far.bundles == 1);
}

BOOST_AUTO_TEST_CASE(busy_node_is_asked_again) {
  fake_node node{manner::busy_first};
  const auto done = submit_through({&node});
  BOOST_REQUIRE(done.result);
  BOOST_TEST(node.bundles == 2);
}

BOOST_AUTO_TEST_SUITE_END()
