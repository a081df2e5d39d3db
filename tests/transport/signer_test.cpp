// Between nodes and the signer each side may do what it is for: the node asks, the signer answers.
#include "tests/transport/fixture.hpp"

#include <boost/test/unit_test.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>

#include <future>
#include <thread>

using namespace quorate;
using namespace quorate::testing;
using transport::refusal;
using transport::role;

namespace {

/// Says back what it was asked, and before that sends what no signer has to send.
caf::behavior false_signer(caf::event_based_actor* self) {
  return {[self](const wire::signer_question& in) {
    if (in.bytes.size() == 1)
      self->send(caf::actor_cast<caf::actor>(self->current_sender()), wire::peer_frame{in.bytes});
    return wire::signer_answer{in.bytes};
  }};
}

struct signer_and_node {
  party signer{certificates().node_a, false};
  party node{certificates().node_b, false};
  caf::actor gate = signer.system->spawn(false_signer);
  std::uint16_t port = 0;

  signer_and_node() {
    std::string error;
    port = signer.net->listen_for_askers("127.0.0.1", 0, caf::actor_cast<signer_gate_actor>(gate),
                                         {certificates().node_b.hash}, error);
    BOOST_REQUIRE_MESSAGE(port != 0, error);
  }
  ~signer_and_node() { caf::anon_send_exit(gate, caf::exit_reason::user_shutdown); }

  caf::strong_actor_ptr connect(role as) {
    caf::strong_actor_ptr found;
    for (int attempt = 0; attempt < 3 && !found; ++attempt) {
      std::promise<caf::strong_actor_ptr> done;
      auto answer = done.get_future();
      node.net->connect({"127.0.0.1", port, certificates().node_a.hash}, as,
                        [&done](caf::strong_actor_ptr there, const std::string&) {
                          done.set_value(std::move(there));
                        });
      found = answer.get();
    }
    return found;
  }

  /// The connection may be seen to close before its refusal is counted, by another thread.
  bool comes_to_refuse(refusal why, std::uint64_t count) const {
    for (int i = 0; i < 500 && signer.refused(why) < count; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return signer.refused(why) == count;
  }

  /// A question of so many bytes, by a node that follows the rules.
  bool is_answered(std::size_t size) {
    const auto there = connect(role::signer);
    if (!there) return false;
    caf::scoped_actor self{*node.system};
    node.net->expose(caf::actor_cast<caf::strong_actor_ptr>(self));
    bool answered = false;
    self->request(caf::actor_cast<signer_gate_actor>(there), std::chrono::seconds(10),
                  wire::signer_question{bytes(size, 7)})
        .receive([&](const wire::signer_answer& in) { answered = in.bytes.size() == size; },
                 [](caf::error&) {});
    return answered;
  }

  /// A node that the signer serves, and that shook hands; what follows is its own fault.
  std::unique_ptr<raw_connection> served() const {
    auto c = std::make_unique<raw_connection>(port, &certificates().node_b);
    BOOST_REQUIRE(c->established());
    c->send(raw_connection::handshake(certificates().node_b));
    return c;
  }

  bytes message(const std::string& type, std::size_t size = 5) const {
    auto content = raw_connection::length(size);
    content.resize(content.size() + size, 7);
    return raw_connection::direct(gate->id(), "@<>+" + type, content);
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(roles_of_signers, signer_and_node)

BOOST_AUTO_TEST_CASE(a_question_is_answered) {
  BOOST_TEST(is_answered(10'000));
  auto c = served();
  c->send(message("quorate::wire::signer_question"));
  BOOST_TEST(!c->is_closed_soon(700)); // otherwise the refusals below would prove nothing
}

BOOST_AUTO_TEST_CASE(askers_send_questions_and_nothing_else) {
  std::uint64_t refused = 0;
  for (const auto& type : transport::allowed_types) {
    if (type.from == role::asker) continue;
    auto c = served();
    c->send(message(std::string{type.name}));
    BOOST_TEST(c->is_closed_soon(), type.name);
    BOOST_TEST(comes_to_refuse(refusal::type_not_allowed, ++refused), type.name);
  }
  for (const auto* type : {"@exit", "@down", "@message", "@atom+@strong_actor_ptr"}) {
    auto c = served();
    c->send(message(type));
    BOOST_TEST(c->is_closed_soon(), type);
    BOOST_TEST(comes_to_refuse(refusal::type_not_allowed, ++refused), type);
  }
  BOOST_TEST(is_answered(10'000));
}

BOOST_AUTO_TEST_CASE(questions_are_bounded) {
  auto c = served();
  c->send(message("quorate::wire::signer_question", transport::MiB + 1));
  BOOST_TEST(c->is_closed_soon());
  BOOST_TEST(is_answered(10'000));
}

// The certificate of a node is not enough: the signer's configuration names whom it serves.
BOOST_AUTO_TEST_CASE(others_are_not_served) {
  std::uint64_t refused = 0;
  for (const auto* who :
       {&certificates().node_a, &certificates().client, &certificates().stranger}) {
    raw_connection c{port, who};
    c.send(raw_connection::handshake(*who));
    BOOST_TEST((!c.established() || c.is_closed_soon()));
    BOOST_TEST(comes_to_refuse(refusal::not_trusted, ++refused));
  }
  BOOST_TEST(is_answered(10'000));
}

// What comes back over the connection that a node made to a signer is an answer or nothing.
BOOST_AUTO_TEST_CASE(signers_send_answers_and_nothing_else) {
  BOOST_TEST(!is_answered(1));
  BOOST_TEST(node.refused(refusal::type_not_allowed) == 1U);
  BOOST_TEST(is_answered(10'000));
}

// A node that takes the signer for something else gets nothing from it, and does it no harm.
BOOST_AUTO_TEST_CASE(a_signer_is_no_peer) {
  BOOST_TEST(!node.round_trip(port, certificates().node_a));
  BOOST_TEST(!node.client_round_trip(port, certificates().node_a));
  BOOST_TEST(is_answered(10'000));
}

BOOST_AUTO_TEST_SUITE_END()
