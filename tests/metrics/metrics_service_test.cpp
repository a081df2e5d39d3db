// Whom the endpoint asks, how often, and what it says while nobody is there.
#include "actors/metrics/metrics_service.hpp"
#include "tests/metrics/local_client.hpp"

using namespace quorate;
using quorate::testing::local_client;

namespace {

struct service_fixture {
  std::unique_ptr<metrics_service> service;
  std::atomic<int> questions{0};

  service_fixture() {
    std::string error;
    service = metrics_service::start({"127.0.0.1", 0, false}, error);
    BOOST_REQUIRE_MESSAGE(service, error);
  }
  std::string get() const {
    local_client c{service->port()};
    BOOST_TEST(c.send("GET /metrics HTTP/1.1\r\n\r\n"));
    return c.receive();
  }
  metrics_service::question node_at(std::uint64_t height) {
    return [this, height]() -> std::optional<protocol::node_status> {
      ++questions;
      protocol::node_status s;
      s.height = {height};
      return s;
    };
  }
};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(metrics_of_the_running_node, service_fixture)

BOOST_AUTO_TEST_CASE(there_is_nothing_to_see_while_no_node_runs) {
  BOOST_TEST(has(get(), "503"));
  service->ask(node_at(7));
  BOOST_TEST(has(get(), "\nquorate_height 7\n"));
  service->ask(node_at(8)); // it started again: nothing of the old one is shown
  BOOST_TEST(has(get(), "\nquorate_height 8\n"));
  service->ask({});
  BOOST_TEST(has(get(), "503"));
}

BOOST_AUTO_TEST_CASE(a_node_that_does_not_answer) {
  service->ask([]() -> std::optional<protocol::node_status> { return std::nullopt; });
  BOOST_TEST(has(get(), "503"));
}

BOOST_AUTO_TEST_CASE(whoever_asks_all_the_time_costs_the_node_little) {
  service->ask(node_at(1));
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 100; ++i)
    BOOST_TEST(has(get(), "200 OK"));
  const auto took = std::chrono::steady_clock::now() - begin;
  BOOST_TEST(questions.load() <= 1 + took / std::chrono::milliseconds(200));
}

// The node's actors go when ask() has returned: nobody asks them any more.
BOOST_AUTO_TEST_CASE(a_question_under_way_is_waited_for) {
  std::atomic<bool> asked{false}, answered{false};
  service->ask([&]() -> std::optional<protocol::node_status> {
    asked = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    answered = true;
    return protocol::node_status{};
  });
  std::thread client{[this] { (void)get(); }};
  while (!asked)
    std::this_thread::yield();
  service->ask({});
  BOOST_TEST(answered.load());
  client.join();
}

BOOST_AUTO_TEST_SUITE_END()
