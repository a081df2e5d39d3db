// What brings down or fills CAF's stock network layer, as raw bytes against this one. After each
// attack the honest link still works.
#include "tests/transport/fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <arpa/inet.h>
#include <chrono>
#include <sys/resource.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

using namespace quorate;
using namespace quorate::testing;
using transport::refusal;

namespace {

struct under_attack {
  party node{certificates().node_a, true};
  party honest{certificates().node_b, false};

  std::uint64_t gate_id() const { return node.gate->id(); }

  /// A trusted peer that shook hands; what follows is its own fault.
  std::unique_ptr<raw_connection> trusted() {
    auto c = std::make_unique<raw_connection>(node.peer_port, &certificates().node_b);
    BOOST_REQUIRE(c->established());
    c->send(raw_connection::handshake(certificates().node_b));
    return c;
  }

  void expect_closed(raw_connection& c, refusal why) {
    BOOST_TEST(c.is_closed_soon());
    BOOST_TEST(node.refused(why) == 1U);
    BOOST_TEST(honest.round_trip(node.peer_port, certificates().node_a));
  }
};

double cpu_seconds() {
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  return static_cast<double>(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
         static_cast<double>(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
}

bytes one_frame(std::size_t claimed, std::size_t real) {
  auto content = raw_connection::length(claimed);
  content.resize(content.size() + real, 7);
  return content;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(attacks, under_attack)

BOOST_AUTO_TEST_CASE(a_well_formed_message_of_a_raw_peer_is_taken) {
  auto c = trusted();
  c->send(raw_connection::direct(gate_id(), "@<>+quorate::wire::peer_frame", one_frame(5, 5)));
  BOOST_TEST(!c->is_closed_soon(700)); // otherwise the refusals below would prove nothing
  BOOST_TEST(node.refused(refusal::bad_payload) == 0U);
}

BOOST_AUTO_TEST_CASE(handshake_header_without_payload) {
  raw_connection c{node.peer_port, &certificates().node_b};
  BOOST_REQUIRE(c.established());
  c.send(raw_connection::header(1, 0, 0));
  expect_closed(c, refusal::payload_missing);
}

BOOST_AUTO_TEST_CASE(header_that_claims_four_gigabytes) {
  auto c = trusted();
  c->send(raw_connection::header(2, 0xffffffff, gate_id()));
  expect_closed(*c, refusal::payload_too_large);
}

BOOST_AUTO_TEST_CASE(vector_that_claims_four_gigabytes) {
  auto c = trusted();
  c->send(raw_connection::direct(gate_id(), "@<>+quorate::wire::peer_frame",
                                 one_frame(0xffffffff, 50)));
  expect_closed(*c, refusal::bad_payload);
}

BOOST_AUTO_TEST_CASE(vector_shorter_than_its_payload) {
  auto c = trusted();
  c->send(raw_connection::direct(gate_id(), "@<>+quorate::wire::peer_frame", one_frame(3, 50)));
  expect_closed(*c, refusal::bad_payload);
}

BOOST_AUTO_TEST_CASE(nested_messages) {
  auto c = trusted();
  bytes nested;
  for (int depth = 0; depth < 2000; ++depth) {
    static const std::string type = "@<>+@message";
    nested.push_back(0);
    nested.push_back(0);
    nested.push_back(static_cast<std::uint8_t>(type.size()));
    nested.insert(nested.end(), type.begin(), type.end());
  }
  c->send(raw_connection::direct(gate_id(), "@<>+@message", nested));
  expect_closed(*c, refusal::type_not_allowed);
}

BOOST_AUTO_TEST_CASE(error_with_a_message_inside) {
  auto c = trusted();
  writer content;
  content.u8(15);
  content.u64(0xfe3ee39ab2);
  content.u16(0);
  content.raw(raw_connection::length(8));
  content.raw(as_bytes("@<>+@str"));
  content.raw(as_bytes("\x01x"));
  c->send(raw_connection::direct(gate_id(), "@<>+@error", content.view()));
  expect_closed(*c, refusal::bad_payload);
}

// Code and category choose a function in CAF that renders them: only those that it has.
BOOST_AUTO_TEST_CASE(errors_that_caf_does_not_know) {
  std::size_t refused = 0;
  constexpr std::uint64_t system_category = 0xfe3ee39ab2;
  for (const auto& [code, category] : {std::pair{std::uint8_t{15}, std::uint64_t{7}},
                                       {std::uint8_t{200}, system_category},
                                       {std::uint8_t{0}, system_category},
                                       {std::uint8_t{15}, ~std::uint64_t{0}}}) {
    auto c = trusted();
    writer content;
    content.u8(code);
    content.u64(category);
    content.u16(0);
    content.raw(raw_connection::length(3));
    content.raw(as_bytes("@<>"));
    c->send(raw_connection::direct(gate_id(), "@<>+@error", content.view()));
    BOOST_TEST(c->is_closed_soon());
    BOOST_TEST(node.refused(refusal::bad_payload) == ++refused);
  }
}

BOOST_AUTO_TEST_CASE(exit_message) {
  auto c = trusted();
  c->send(raw_connection::direct(gate_id(), "@<>+@exit", bytes(40, 0)));
  expect_closed(*c, refusal::type_not_allowed);
}

BOOST_AUTO_TEST_CASE(link_by_atoms) {
  auto c = trusted();
  c->send(raw_connection::direct(gate_id(), "@<>+@atom+@strong_actor_ptr", bytes(40, 0)));
  expect_closed(*c, refusal::type_not_allowed);
}

BOOST_AUTO_TEST_CASE(message_type_of_another_role) {
  auto c = trusted();
  c->send(raw_connection::direct(gate_id(), "@<>+quorate::wire::submit_request", one_frame(5, 5)));
  expect_closed(*c, refusal::type_not_allowed);
}

BOOST_AUTO_TEST_CASE(routed_message_with_a_forged_sender) {
  auto c = trusted();
  auto payload = raw_connection::node_id(certificates().client.hash);
  auto all = raw_connection::header(3, static_cast<std::uint32_t>(payload.size()), gate_id());
  all.insert(all.end(), payload.begin(), payload.end());
  c->send(all);
  expect_closed(*c, refusal::routed_message);
}

BOOST_AUTO_TEST_CASE(message_before_the_handshake) {
  raw_connection c{node.peer_port, &certificates().node_b};
  BOOST_REQUIRE(c.established());
  c.send(raw_connection::direct(gate_id(), "@<>+quorate::wire::peer_frame", one_frame(5, 5)));
  expect_closed(c, refusal::out_of_order);
}

BOOST_AUTO_TEST_CASE(handshakes_without_end) {
  auto c = trusted();
  for (int i = 0; i < 3; ++i)
    c->send(raw_connection::handshake(certificates().node_b));
  expect_closed(*c, refusal::out_of_order);
}

BOOST_AUTO_TEST_CASE(node_id_of_another_certificate) {
  raw_connection c{node.peer_port, &certificates().node_b};
  BOOST_REQUIRE(c.established());
  c.send(raw_connection::handshake(certificates().node_a));
  expect_closed(c, refusal::unbound_node_id);
}

BOOST_AUTO_TEST_CASE(message_to_an_actor_that_was_not_exposed) {
  auto c = trusted();
  c->send(
      raw_connection::direct(gate_id() + 1000, "@<>+quorate::wire::peer_frame", one_frame(5, 5)));
  expect_closed(*c, refusal::unknown_receiver);
}

BOOST_AUTO_TEST_CASE(named_system_actors_are_out_of_reach) {
  auto c = trusted();
  // CAF's own nodes ask for the spawn server by name, so the connection stays; nobody is asked.
  const bytes payload(40, 0);
  auto all = raw_connection::header(2, 40, 0x1234567, 1);
  all.insert(all.end(), payload.begin(), payload.end());
  c->send(all);
  BOOST_TEST(!c->is_closed_soon(500));
  BOOST_TEST(honest.round_trip(node.peer_port, certificates().node_a));
}

BOOST_AUTO_TEST_CASE(monitor_message_attaches_nothing) {
  auto c = trusted();
  const bytes payload(64, 0); // as garbage as can be: it is never parsed
  auto all = raw_connection::header(4, 64, gate_id());
  all.insert(all.end(), payload.begin(), payload.end());
  c->send(all);
  BOOST_TEST(!c->is_closed_soon(500));
  BOOST_TEST(honest.round_trip(node.peer_port, certificates().node_a));
}

BOOST_AUTO_TEST_CASE(garbage_after_the_handshake) {
  auto c = trusted();
  c->send(bytes(4096, 0xa5));
  expect_closed(*c, refusal::bad_header);
}

BOOST_AUTO_TEST_CASE(garbage_instead_of_tls) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(node.peer_port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  BOOST_REQUIRE(::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0);
  const bytes garbage(10'000, 0x5a);
  BOOST_TEST(::send(fd, garbage.data(), garbage.size(), MSG_NOSIGNAL) > 0);
  char ignored[256];
  while (::recv(fd, ignored, sizeof ignored, 0) > 0) {
  }
  ::close(fd);
  BOOST_TEST(node.refused(refusal::not_trusted) == 1U);
  BOOST_TEST(honest.round_trip(node.peer_port, certificates().node_a));
}

BOOST_AUTO_TEST_CASE(connection_that_goes_silent_after_its_handshake_is_closed) {
  auto c = trusted();
  BOOST_TEST(c->is_closed_soon(10'000));
  BOOST_TEST(honest.round_trip(node.peer_port, certificates().node_a));
}

BOOST_AUTO_TEST_CASE(reader_that_does_not_read_is_cut_off) {
  transport::transport_limits limits;
  limits.write_buffer_bytes_max = 1U << 20U;
  party small{certificates().node_a, true, limits};
  raw_connection c{small.client_port, &certificates().client};
  BOOST_REQUIRE(c.established());
  c.send(raw_connection::handshake(certificates().client));
  // Each query is answered with as many bytes; the answers are never read.
  writer content;
  content.raw(raw_connection::length(1'000'000));
  content.raw(bytes(1'000'000, 1));
  auto all = raw_connection::direct(small.client_gate->id(), "@<>+quorate::wire::submit_request",
                                    content.view());
  all[15] = 1; // a request with id 1: the answer goes back
  for (int i = 0; i < 40 && small.refused(refusal::slow_reader) == 0; ++i)
    c.send(all);
  for (int i = 0; i < 50 && small.refused(refusal::slow_reader) == 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  BOOST_TEST(small.refused(refusal::slow_reader) == 1U);
  BOOST_TEST(honest.round_trip(small.peer_port, certificates().node_a));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(strangers)

BOOST_AUTO_TEST_CASE(only_the_right_authority_and_tls_1_3) {
  party node{certificates().node_a, true};
  BOOST_TEST(raw_connection(node.peer_port, &certificates().node_b).established());
  BOOST_TEST(raw_connection(node.client_port, &certificates().client).established());
  BOOST_TEST(!raw_connection(node.peer_port, nullptr).established());
  BOOST_TEST(!raw_connection(node.client_port, nullptr).established());
  BOOST_TEST(!raw_connection(node.peer_port, &certificates().stranger).established());
  BOOST_TEST(!raw_connection(node.peer_port, &certificates().client).established());
  BOOST_TEST(!raw_connection(node.client_port, &certificates().node_b).established());
  constexpr int tls_1_2 = 0x0303;
  BOOST_TEST(!raw_connection(node.peer_port, &certificates().node_b, tls_1_2).established());
  BOOST_TEST(node.refused(refusal::not_trusted) == 6U);
}

BOOST_AUTO_TEST_CASE(silent_connections_cost_no_processor_and_are_closed) {
  transport::transport_limits limits;
  limits.half_open_max = 16;
  limits.handshake_timeout_ms = 1500;
  party node{certificates().node_a, true, limits};
  party honest{certificates().node_b, false};
  std::vector<int> silent;
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(node.peer_port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  for (int i = 0; i < 24; ++i) {
    silent.push_back(::socket(AF_INET, SOCK_STREAM, 0));
    BOOST_REQUIRE(::connect(silent.back(), reinterpret_cast<sockaddr*>(&to), sizeof to) == 0);
  }
  const double before = cpu_seconds();
  std::this_thread::sleep_for(std::chrono::milliseconds(1000));
  BOOST_TEST(cpu_seconds() - before < 0.5); // a spinning thread would take all of the second
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  BOOST_TEST(node.refused(refusal::too_many_connections) == 8U);
  BOOST_TEST(node.refused(refusal::handshake_timeout) == 16U);
  for (int fd : silent)
    ::close(fd);
  BOOST_TEST(honest.round_trip(node.peer_port, certificates().node_a));
}

BOOST_AUTO_TEST_CASE(only_members_may_be_peers) {
  party node{certificates().node_a, false};
  auto gate = node.system->spawn([](peer_gate_actor::pointer) -> peer_gate_actor::behavior_type {
    return {[](wire::peer_hello& in) { return in; },
            [](wire::peer_frame&) { return wire::peer_ack{}; }};
  });
  std::string error;
  const auto port =
      node.net->listen_for_peers("127.0.0.1", 0, gate, {certificates().node_a.hash}, error);
  BOOST_TEST(!raw_connection(port, &certificates().node_b).established());
  BOOST_TEST(raw_connection(port, &certificates().node_a).established());
  caf::anon_send_exit(gate, caf::exit_reason::user_shutdown);
}

BOOST_AUTO_TEST_SUITE_END()
