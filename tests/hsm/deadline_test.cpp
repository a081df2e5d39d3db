// Calls that do not come back, and PINs that were wrong in another process.
#include "tests/hsm/fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <future>

namespace quorate::hsm {

using namespace test;
using namespace std::chrono_literals;

BOOST_FIXTURE_TEST_SUITE(hsm_deadlines, lying_fixture)

namespace {

/// What a watch says of calls that take too long.
struct said {
  std::promise<std::string> what;
  std::future<std::string> told = what.get_future();
  call_watch::overrun overrun = [this](const std::string& text) { what.set_value(text); };

  bool nothing() { return told.wait_for(0s) == std::future_status::timeout; }
};

} // namespace

BOOST_AUTO_TEST_CASE(a_call_that_takes_too_long_is_told_of) {
  const auto key = make(key_kind::secp256k1);
  said about;
  const call_watch watch{300ms, about.overrun};
  lies.sign_ms = 20;
  for (std::uint64_t n = 1; n <= 20; ++n) // longer than the limit, all in all
    BOOST_TEST(signs(key, n));
  BOOST_TEST(about.nothing());
  lies.sign_ms = 1'500;
  auto last = std::async(std::launch::async, [&] { return signs(key, 21); });
  const auto told = about.told.get();
  BOOST_TEST((last.wait_for(0s) == std::future_status::timeout)); // while it still hangs
  BOOST_TEST(told.find("C_Sign") != std::string::npos);
  BOOST_TEST(last.get());
}

BOOST_AUTO_TEST_CASE(in_a_hurry_calls_have_less_time) {
  const auto key = make(key_kind::secp256k1);
  said about;
  call_watch watch{60s, about.overrun};
  lies.sign_ms = 1'500;
  auto call = std::async(std::launch::async, [&] { return signs(key, 1); });
  BOOST_TEST((about.told.wait_for(300ms) == std::future_status::timeout));
  watch.hurry(200ms);
  BOOST_TEST(about.told.get().find("asked to stop") != std::string::npos);
  BOOST_TEST((call.wait_for(0s) == std::future_status::timeout));
  BOOST_TEST(call.get());
}

BOOST_AUTO_TEST_CASE(a_wrong_pin_of_another_process_is_heeded) {
  pool_options options;
  options.token_label = label;
  options.heed_wrong_pins = true;
  int refusals = 0;
  options.on_pin_refused = [&] { ++refusals; };
  const auto open = [&](std::string_view with) {
    return session_pool::open(loaded, options, secret(with));
  };
  BOOST_TEST((open("0000").error() == errc::hsm_pin_refused));
  BOOST_TEST(refusals == 1);
  // As a process that was started again: it knows of nothing, the token does.
  BOOST_TEST((open("0000").error() == errc::hsm_pin_doubted));
  BOOST_TEST((open(pin).error() == errc::hsm_pin_doubted));
  BOOST_TEST(lies.logins == 1);
  BOOST_TEST(refusals == 1);
  options.heed_wrong_pins = false;
  BOOST_TEST(open(pin).has_value()); // a person
  options.heed_wrong_pins = true;
  BOOST_TEST(open(pin).has_value());
}

BOOST_AUTO_TEST_CASE(a_pin_that_was_taken_is_said_again_whoever_else_was_wrong) {
  pool_options options;
  options.heed_wrong_pins = true;
  open_pool(options);
  const auto key = make(key_kind::secp256k1);
  lies.token_flags = CKF_USER_PIN_COUNT_LOW;
  lies.sign_value = CKR_SESSION_HANDLE_INVALID;
  lies.sign_failures = 1;
  BOOST_TEST(signs(key, 1));
  BOOST_TEST(lies.logins == 2);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace quorate::hsm
