// The endpoint against clients that behave, and clients that do not.
#include "actors/metrics/http_endpoint.hpp"
#include "tests/metrics/local_client.hpp"

using namespace quorate;
using metrics::http_outcome;
using quorate::testing::local_client;

namespace {

struct endpoint_fixture {
  std::shared_ptr<metrics::http_counters> counters = std::make_shared<metrics::http_counters>();
  std::optional<metrics::http_page> page = metrics::http_page{"text/plain", "a 1\n"};
  std::unique_ptr<metrics::http_endpoint> endpoint;

  void open(metrics::http_limits limits = {}) {
    std::string error;
    endpoint = metrics::http_endpoint::open(
        {"127.0.0.1", 0, "/metrics", limits, [this] { return page; }, counters}, error);
    BOOST_REQUIRE_MESSAGE(endpoint, error);
  }

  std::string say(std::string_view text) const {
    local_client c{endpoint->port()};
    BOOST_TEST(c.send(text));
    const auto got = c.receive();
    BOOST_TEST(c.was_closed()); // one request a connection
    return got;
  }
  std::string get(const std::string& target) const {
    return say("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
  }

  /// Counted just after the connection ended, on the other thread.
  void wait_for(http_outcome o, std::uint64_t times) const {
    const auto& count = counters->ended[static_cast<std::size_t>(o)];
    for (int i = 0; i < 200 && count.load() < times; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    BOOST_TEST(count.load() == times, metrics::name(o));
  }
};

bool is(const std::string& answer, int code) {
  return answer.starts_with("HTTP/1.1 " + std::to_string(code) + " ");
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(metrics_endpoint, endpoint_fixture)

BOOST_AUTO_TEST_CASE(shows_its_page_and_nothing_else) {
  open();
  const auto answer = get("/metrics");
  BOOST_TEST(is(answer, 200));
  BOOST_TEST(answer.ends_with("\r\n\r\na 1\n"));
  BOOST_TEST(answer.find("Content-Type: text/plain\r\n") != std::string::npos);
  BOOST_TEST(is(get("/metrics?name=a"), 200));
  BOOST_TEST(is(say("GET /metrics HTTP/1.0\r\n\r\n"), 200));
  for (const char* other : {"/", "/metrics/", "/metricsx", "/../metrics", "*"})
    BOOST_TEST(is(get(other), 404), other);
  wait_for(http_outcome::shown, 3);
  wait_for(http_outcome::not_found, 5);
}

BOOST_AUTO_TEST_CASE(takes_no_other_method) {
  open();
  for (const char* method : {"HEAD", "POST", "PUT", "DELETE", "OPTIONS", "BREW"}) {
    const auto answer =
        say(std::string{method} + " /metrics HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc");
    BOOST_TEST(is(answer, 405), method);
    BOOST_TEST(answer.find("Allow: GET\r\n") != std::string::npos);
  }
  wait_for(http_outcome::wrong_method, 6);
}

BOOST_AUTO_TEST_CASE(says_when_there_is_no_page) {
  page.reset();
  open();
  BOOST_TEST(is(get("/metrics"), 503));
  wait_for(http_outcome::unavailable, 1);
}

BOOST_AUTO_TEST_CASE(garbage_is_refused) {
  open();
  std::string noise;
  for (int i = 0; i < 3000; ++i)
    noise.push_back(static_cast<char>(i * 7919 >> 3));
  noise += "\r\n\r\n";
  BOOST_TEST(is(say(noise), 400));
  BOOST_TEST(is(say("GET\r\n\r\n"), 400));
  BOOST_TEST(is(say("GET /metrics HTTP/9.9\r\n\r\n"), 400));
  BOOST_TEST(is(say("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 a TLS client\r\n\r\n"), 400));
  wait_for(http_outcome::bad_request, 4);
  BOOST_TEST(is(get("/metrics"), 200));
}

BOOST_AUTO_TEST_CASE(headers_have_a_limit) {
  open();
  const std::string begin = "GET /metrics HTTP/1.1\r\n";
  BOOST_TEST(is(say(begin + "A: " + std::string(7'000, 'a') + "\r\n\r\n"), 200));
  BOOST_TEST(is(say(begin + "A: " + std::string(9'000, 'a') + "\r\n\r\n"), 431));
  std::string many = begin;
  for (int i = 0; i < 2'000; ++i)
    many += "A: b\r\n"; // and it never ends
  BOOST_TEST(is(say(many), 431));
  wait_for(http_outcome::bad_request, 2);
}

BOOST_AUTO_TEST_CASE(a_header_that_never_ends_is_cut_off) {
  metrics::http_limits limits;
  limits.request_ms_max = 400;
  open(limits);
  const auto begin = std::chrono::steady_clock::now();
  local_client drip{endpoint->port()};
  std::thread dripping{[&drip] {
    (void)drip.send("GET /metrics HTTP/1.1\r\n");
    for (int i = 0; i < 100 && drip.send("A: b\r\n"); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }};
  local_client silent{endpoint->port()};
  BOOST_TEST(silent.receive().empty());
  BOOST_TEST(drip.receive().empty());
  BOOST_TEST((silent.was_closed() && drip.was_closed()));
  const auto took = std::chrono::steady_clock::now() - begin;
  BOOST_TEST((took > std::chrono::milliseconds(300) && took < std::chrono::seconds(4)));
  dripping.join();
  wait_for(http_outcome::too_slow, 2);
  BOOST_TEST(is(get("/metrics"), 200));
}

BOOST_AUTO_TEST_CASE(who_does_not_take_his_answer_is_cut_off) {
  metrics::http_limits limits;
  limits.answer_ms_max = 400;
  page->body = std::string(16U << 20U, 'x');
  open(limits);
  local_client slow{endpoint->port(), 4096};
  BOOST_TEST(slow.send("GET /metrics HTTP/1.1\r\n\r\n"));
  wait_for(http_outcome::too_slow, 1);
  BOOST_TEST(slow.receive().size() < page->body.size());
}

BOOST_AUTO_TEST_CASE(connections_have_a_limit) {
  metrics::http_limits limits;
  limits.connections_max = 3;
  limits.request_ms_max = 1'500;
  open(limits);
  {
    local_client one{endpoint->port()}, two{endpoint->port()}, three{endpoint->port()};
    local_client four{endpoint->port()};
    BOOST_TEST(four.receive().empty());
    BOOST_TEST(four.was_closed());
    wait_for(http_outcome::too_many, 1);
    BOOST_TEST(one.receive().empty()); // until it is cut off
  }
  BOOST_TEST(is(get("/metrics"), 200));
}

BOOST_AUTO_TEST_CASE(a_port_in_use_is_told) {
  open();
  std::string error;
  const auto second = metrics::http_endpoint::open(
      {"127.0.0.1", endpoint->port(), "/", {}, [this] { return page; }, counters}, error);
  BOOST_TEST(!second);
  BOOST_TEST(error.find("in use") != std::string::npos, error);
  BOOST_TEST(!metrics::http_endpoint::open({"nowhere", 0, "/", {}, {}, counters}, error));
}

BOOST_AUTO_TEST_SUITE_END()
