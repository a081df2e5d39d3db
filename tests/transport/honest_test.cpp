// What honest nodes and clients need of the transport.
#include "tests/transport/fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <arpa/inet.h>
#include <chrono>
#include <future>
#include <sys/socket.h>
#include <unistd.h>

using namespace quorate;
using namespace quorate::testing;

BOOST_AUTO_TEST_SUITE(honest)

BOOST_AUTO_TEST_CASE(peers_and_clients_reach_their_gates) {
  party node{certificates().node_a, true};
  party peer{certificates().node_b, false};
  party client{certificates().client, false};
  BOOST_TEST(peer.round_trip(node.peer_port, certificates().node_a));
  BOOST_TEST(client.client_round_trip(node.client_port, certificates().node_a));
}

BOOST_AUTO_TEST_CASE(node_ids_are_those_of_the_certificates) {
  party a{certificates().node_a, false};
  party again{certificates().node_a, false};
  const auto host = transport::host_part_of(a.system->node());
  BOOST_REQUIRE(host);
  BOOST_TEST((*host == transport::host_part_of(certificates().node_a.hash)));
  BOOST_TEST((a.system->node() != again.system->node())); // the boot number differs
}

BOOST_AUTO_TEST_CASE(a_restarted_peer_is_found_again) {
  party peer{certificates().node_b, false};
  std::uint16_t port = 0;
  {
    party node{certificates().node_a, true};
    port = node.peer_port;
    BOOST_TEST(peer.round_trip(port, certificates().node_a));
  }
  BOOST_TEST(!peer.round_trip(port, certificates().node_a));
  party node{certificates().node_a, true};
  BOOST_TEST(peer.round_trip(node.peer_port, certificates().node_a));
}

BOOST_AUTO_TEST_CASE(another_certificate_than_the_pinned_one_is_refused) {
  party node{certificates().node_a, true};
  party peer{certificates().node_b, false};
  BOOST_TEST(!peer.round_trip(node.peer_port, certificates().node_b));
}

BOOST_AUTO_TEST_CASE(a_silent_listener_holds_up_nobody) {
  const int silent = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof name;
  BOOST_REQUIRE(::bind(silent, reinterpret_cast<sockaddr*>(&name), size) == 0);
  BOOST_REQUIRE(::listen(silent, 4) == 0);
  ::getsockname(silent, reinterpret_cast<sockaddr*>(&name), &size);
  transport::transport_limits limits;
  limits.handshake_timeout_ms = 1500;
  party node{certificates().node_a, true};
  party peer{certificates().node_b, false, limits};
  std::promise<std::string> answered;
  auto answer = answered.get_future();
  peer.net->connect({"127.0.0.1", ntohs(name.sin_port), std::nullopt}, transport::role::peer,
                    [&](const caf::strong_actor_ptr& gate, std::string why) {
                      answered.set_value(gate ? "found something" : std::move(why));
                    });
  BOOST_TEST(peer.round_trip(node.peer_port, certificates().node_a));
  BOOST_TEST((answer.wait_for(std::chrono::seconds(0)) != std::future_status::ready));
  BOOST_TEST(answer.get() == "no TLS handshake in time");
  ::close(silent);
}

BOOST_AUTO_TEST_CASE(missing_files_are_named) {
  auto files = certificates().files_of(certificates().node_a);
  files.key = "/nonexistent/tls.key";
  caf::actor_system_config config;
  const auto error = transport::prepare(config, {files, {}, {}});
  BOOST_REQUIRE(error);
  BOOST_TEST(error->find("/nonexistent/tls.key") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
