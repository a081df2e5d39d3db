// Logging in, losing sessions and getting them back, limits, threads.
#include "tests/hsm/fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <thread>

namespace quorate::hsm {

using namespace test;
using namespace std::chrono_literals;

BOOST_FIXTURE_TEST_SUITE(hsm_sessions, fixture)

BOOST_AUTO_TEST_CASE(a_module_that_is_missing_or_another_library_is_refused) {
  const auto refusal = [](const std::string& file) { return module::load(file).error(); };
  BOOST_TEST((refusal("/no/such/module.so") == errc::hsm_no_module));
  BOOST_TEST((refusal("libsofthsm2.so") == errc::hsm_no_module)); // would be searched for
  BOOST_TEST((refusal(QUORATE_SOURCE_DIR "/README.md") == errc::hsm_no_module));
  BOOST_TEST((refusal(QUORATE_OTHER_LIBRARY) == errc::hsm_not_pkcs11));
}

BOOST_AUTO_TEST_CASE(a_token_is_found_by_its_label_alone) {
  on_disk.add_token("the other");
  load();
  const auto open = [&](std::string_view with_label) {
    pool_options options;
    options.token_label = with_label;
    return session_pool::open(loaded, options, secret(pin));
  };
  BOOST_TEST((open("no such token").error() == errc::hsm_no_token));
  BOOST_TEST((open("quorate").error() == errc::hsm_no_token)); // the beginning of a label
  BOOST_TEST(open("the other").has_value());
  loaded.reset();
  on_disk.add_token(label);
  load();
  BOOST_TEST((open(label).error() == errc::hsm_no_token)); // which of the two?
}

BOOST_AUTO_TEST_CASE(options_out_of_range_are_refused) {
  load();
  pool_options options;
  options.token_label = label;
  for (const std::size_t sessions : {std::size_t{0}, session_pool::sessions_limit + 1}) {
    options.sessions_max = sessions;
    BOOST_TEST((session_pool::open(loaded, options, secret(pin)).error() == errc::over_limit));
  }
  options.sessions_max = 1;
  BOOST_TEST((session_pool::open(loaded, options, {}).error() == errc::hsm_pin_needed));
  BOOST_TEST((session_pool::open(loaded, options, secret(std::string(256, '1'))).error() ==
              errc::over_limit));
}

BOOST_AUTO_TEST_CASE(all_sessions_closed_behind_the_pool) {
  const auto key = make(key_kind::secp256k1);
  BOOST_TEST(signs(key, 1));
  const auto before = pool->current_statistics();
  BOOST_REQUIRE(raw().C_CloseAllSessions(on_disk.slot()) == CKR_OK);
  BOOST_TEST(signs(key, 2));
  BOOST_TEST(pool->current_statistics().logins == before.logins + 1);
}

// The sessions stay; the login goes, and with it the handles of private objects.
BOOST_AUTO_TEST_CASE(logged_out_behind_the_pool) {
  const auto key = make(key_kind::ed25519);
  for (std::uint64_t n = 0; n < 3; ++n) {
    BOOST_TEST(signs(key, n));
    CK_SESSION_HANDLE other = 0;
    BOOST_REQUIRE(raw().C_OpenSession(on_disk.slot(), CKF_SERIAL_SESSION, nullptr, nullptr,
                                      &other) == CKR_OK);
    BOOST_REQUIRE(raw().C_Logout(other) == CKR_OK);
    BOOST_TEST(signs(key, n));
    BOOST_REQUIRE(raw().C_Logout(other) == CKR_OK);
    // Private keys are invisible now, not gone.
    BOOST_TEST(token_key::find(pool, id(1)).has_value());
    BOOST_REQUIRE(raw().C_Logout(other) == CKR_OK);
    BOOST_TEST(token_key::list(pool).value().size() == 1);
    BOOST_REQUIRE(raw().C_CloseSession(other) == CKR_OK);
  }
}

BOOST_AUTO_TEST_CASE(the_module_finalised_behind_the_pool) {
  const auto key = make(key_kind::secp256k1);
  BOOST_REQUIRE(raw().C_Finalize(nullptr) == CKR_OK);
  BOOST_TEST(signs(key, 1));
  BOOST_REQUIRE(raw().C_Finalize(nullptr) == CKR_OK);
  BOOST_TEST(token_key::list(pool).value().size() == 1);
}

BOOST_AUTO_TEST_CASE(a_key_destroyed_behind_the_pool_is_missing) {
  const auto key = make(key_kind::secp256k1);
  BOOST_TEST(signs(key, 1));
  BOOST_REQUIRE(pool->run(
      [&](const session& with) -> CK_RV {
        std::array<CK_OBJECT_HANDLE, 4> handles{};
        CK_ULONG count = 0;
        raw().C_FindObjectsInit(with.handle, nullptr, 0);
        raw().C_FindObjects(with.handle, handles.data(), handles.size(), &count);
        raw().C_FindObjectsFinal(with.handle);
        for (CK_ULONG i = 0; i < count; ++i)
          raw().C_DestroyObject(with.handle, handles[i]);
        return CKR_OK;
      },
      session_access::write));
  BOOST_TEST((key.sign_ecdsa(message(1)).error() == errc::no_such_key));
}

BOOST_AUTO_TEST_CASE(when_all_sessions_are_out_a_call_waits_and_then_is_busy) {
  pool_options options;
  options.sessions_max = 2;
  options.wait = 20ms;
  open_pool(options);
  const auto key = make(key_kind::secp256k1);
  {
    const auto first = pool->check_out();
    auto second = pool->check_out();
    BOOST_REQUIRE((first && second));
    BOOST_TEST(pool->current_statistics().in_use == 2);
    BOOST_TEST((pool->check_out().error() == errc::busy));
    BOOST_TEST((key.sign_ecdsa(message(1)).error() == errc::busy));
    { const auto given_back = std::move(*second); }
    BOOST_TEST(signs(key, 1));
  }
  BOOST_TEST(pool->current_statistics().in_use == 0);
  BOOST_TEST(pool->current_statistics().idle == 2);
}

// A write session is opened for one call and takes the place of an idle one.
BOOST_AUTO_TEST_CASE(write_sessions_count_too) {
  pool_options options;
  options.sessions_max = 1;
  open_pool(options);
  make(key_kind::secp256k1, 1);
  BOOST_TEST(pool->current_statistics().idle == 1);
  const auto writing = pool->check_out(session_access::write);
  BOOST_REQUIRE(writing);
  BOOST_TEST(pool->current_statistics().idle == 0);
}

BOOST_AUTO_TEST_CASE(a_waiting_call_gets_the_session_that_comes_back) {
  pool_options options;
  options.sessions_max = 1;
  options.wait = 1min;
  open_pool(options);
  const auto key = make(key_kind::secp256k1);
  auto held = pool->check_out();
  BOOST_REQUIRE(held);
  bool signed_it = false;
  std::thread waiting{[&] { signed_it = signs(key, 1); }};
  std::this_thread::sleep_for(10ms); // it is most likely waiting now, and right if it is not
  { const auto given_back = std::move(*held); }
  waiting.join();
  BOOST_TEST(signed_it);
}

BOOST_AUTO_TEST_CASE(four_threads_sign_at_once) {
  pool_options options;
  options.sessions_max = 3; // fewer than threads
  options.wait = 1min;
  open_pool(options);
  const auto ecdsa = make(key_kind::secp256k1, 1);
  const auto eddsa = make(key_kind::ed25519, 2);
  constexpr int threads = 4;
  constexpr std::uint64_t signatures = 50;
  std::atomic<std::uint64_t> good{0};
  std::vector<std::thread> all;
  for (int t = 0; t < threads; ++t)
    all.emplace_back([&, t] {
      for (std::uint64_t n = 0; n < signatures; ++n)
        good += signs(t % 2 == 0 ? ecdsa : eddsa, n);
    });
  for (auto& each : all)
    each.join();
  BOOST_TEST(good == threads * signatures);
  BOOST_TEST(pool->current_statistics().idle <= 3);
  BOOST_TEST(pool->current_statistics().logins == 1);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace quorate::hsm
