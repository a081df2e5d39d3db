// Parent and child after fork().
#include "tests/hsm/fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <thread>

namespace quorate::hsm {

using namespace test;

namespace {

pool_options with_copies() {
  pool_options options;
  options.pin_in_children = in_children::copies;
  return options;
}

} // namespace

BOOST_AUTO_TEST_SUITE(hsm_fork)

// With SoftHSM's library.reset_on_fork, as the standard wants it, and without.
BOOST_AUTO_TEST_CASE(a_child_signs_with_its_own_session_and_the_parent_goes_on) {
  for (const bool resets : {true, false}) {
    fixture f{resets};
    f.open_pool(with_copies());
    const auto ecdsa = f.make(key_kind::secp256k1, 1);
    const auto eddsa = f.make(key_kind::ed25519, 2);
    BOOST_TEST(signs(ecdsa, 1));
    BOOST_TEST(in_child([&] {
      return signs(ecdsa, 2) && signs(eddsa, 2) && f.pool->current_statistics().logins == 1 &&
             token_key::list(f.pool).value().size() == 2;
    }));
    BOOST_TEST(signs(ecdsa, 3));
    BOOST_TEST(signs(eddsa, 3));
    BOOST_TEST(f.pool->current_statistics().logins == 1);
  }
}

BOOST_AUTO_TEST_CASE(a_grandchild_signs_too) {
  fixture f;
  f.open_pool(with_copies());
  const auto key = f.make(key_kind::secp256k1);
  BOOST_TEST(in_child([&] { return signs(key, 1) && in_child([&] { return signs(key, 2); }); }));
}

BOOST_AUTO_TEST_CASE(without_leave_a_child_has_no_pin_until_it_is_given_one) {
  fixture f;
  f.open_pool();
  const auto key = f.make(key_kind::secp256k1);
  BOOST_TEST(in_child([&] {
    return key.sign_ecdsa(message(1)).error() == errc::hsm_pin_needed &&
           f.pool->log_in(secret(pin)) && signs(key, 1);
  }));
  BOOST_TEST(signs(key, 1));
}

// The copies that a child has of the parent's objects are not the parent's.
BOOST_AUTO_TEST_CASE(a_child_that_lets_everything_go_ends_nothing) {
  lying_fixture f;
  f.open_pool(with_copies());
  const auto key = f.make(key_kind::secp256k1);
  {
    auto held = f.pool->check_out();
    BOOST_TEST(in_child([&] {
      const auto sessions = f.lies.sessions.load();
      { const auto given_back = std::move(*held); }
      f.pool.reset();
      f.loaded.reset();
      return f.lies.finalisations == 0 && f.lies.sessions == sessions;
    }));
  }
  BOOST_TEST(signs(key, 1));
}

// Without fork_gate.hpp the children inherit the locks of threads that they do not have, and hang.
BOOST_AUTO_TEST_CASE(fork_while_other_threads_sign) {
  for (const bool resets : {true, false}) {
    fixture f{resets};
    f.open_pool(with_copies());
    const auto ecdsa = f.make(key_kind::secp256k1, 1);
    const auto eddsa = f.make(key_kind::ed25519, 2);
    std::atomic<bool> is_over{false};
    std::atomic<int> bad{0};
    std::vector<std::thread> all;
    for (std::uint64_t t = 0; t < 3; ++t)
      all.emplace_back([&, t] {
        while (!is_over)
          bad += signs(t == 0 ? eddsa : ecdsa, t) ? 0 : 1;
      });
    int good = 0;
    for (std::uint64_t i = 0; i < 20; ++i)
      good += in_child([&] { return signs(ecdsa, i) && signs(eddsa, i); });
    is_over = true;
    for (auto& each : all)
      each.join();
    BOOST_TEST(good == 20);
    BOOST_TEST(bad == 0);
  }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace quorate::hsm
