// A module that lies, and values that SoftHSM does not return.
#include "tests/hsm/fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <thread>

namespace quorate::hsm {

using namespace test;
using namespace std::chrono_literals;

BOOST_FIXTURE_TEST_SUITE(hsm_lies_and_failures, lying_fixture)

BOOST_AUTO_TEST_CASE(false_signatures_are_not_returned) {
  const auto ecdsa = make(key_kind::secp256k1, 1);
  const auto eddsa = make(key_kind::ed25519, 2);
  for (const auto lie : {hsm_lies::flipped_bit, hsm_lies::other_message, hsm_lies::short_one,
                         hsm_lies::long_one, hsm_lies::all_zero}) {
    BOOST_TEST_CONTEXT("lie " << lie) {
      lies.signature = lie;
      BOOST_TEST((ecdsa.sign_ecdsa(message(1)).error() == errc::hsm_false_answer));
      BOOST_TEST((eddsa.sign_ed25519(message(1).view()).error() == errc::hsm_false_answer));
      lies.signature = hsm_lies::honest;
      BOOST_TEST(signs(ecdsa, 1));
      BOOST_TEST(signs(eddsa, 1));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_key_whose_signatures_are_false_is_not_made) {
  open_pool();
  for (const auto kind : {key_kind::secp256k1, key_kind::ed25519}) {
    lies.signature = hsm_lies::other_message;
    BOOST_TEST((token_key::create(pool, kind, id(1), "").error() == errc::hsm_false_answer));
    lies.signature = hsm_lies::honest;
    BOOST_TEST(token_key::list(pool).value().empty());
    BOOST_TEST((token_key::find(pool, id(1)).error() == errc::no_such_key));
  }
  make(key_kind::secp256k1, 1); // the id is free again
}

BOOST_AUTO_TEST_CASE(false_public_keys_are_found_out) {
  make(key_kind::secp256k1, 1);
  lies.point = hsm_lies::off_curve;
  BOOST_TEST((token_key::find(pool, id(1)).error() == errc::bad_public_key));
  BOOST_TEST(token_key::list(pool).value().empty());
  lies.point = hsm_lies::other_point;
  const auto key = token_key::find(pool, id(1));
  BOOST_REQUIRE(key); // a point, so this shows only when it signs
  BOOST_TEST((key->sign_ecdsa(message(1)).error() == errc::hsm_false_answer));
  BOOST_TEST(
      (token_key::create(pool, key_kind::secp256k1, id(2), "").error() == errc::hsm_false_answer));
}

BOOST_AUTO_TEST_CASE(other_modules_ways_to_write_a_point_are_read) {
  const auto ecdsa = make(key_kind::secp256k1, 1).description().public_key;
  const auto eddsa = make(key_kind::ed25519, 2).description().public_key;
  const auto reads = [&](std::uint8_t number) {
    return token_key::find(pool, id(number)).value().description().public_key;
  };
  for (const auto form : {hsm_lies::bit_string, hsm_lies::bare}) {
    lies.point = form;
    BOOST_TEST((reads(1) == ecdsa));
    BOOST_TEST((reads(2) == eddsa));
  }
  lies.point = hsm_lies::compressed;
  BOOST_TEST((reads(1) == ecdsa));
}

BOOST_AUTO_TEST_CASE(curves_by_name_where_their_number_is_not_known) {
  open_pool();
  lies.knows_no_oid = true;
  const auto key = make(key_kind::ed25519, 1);
  BOOST_TEST(signs(key, 1));
  BOOST_TEST(
      (token_key::create(pool, key_kind::secp256k1, id(2), "").error() == errc::hsm_unsupported));
}

BOOST_AUTO_TEST_CASE(keys_that_may_leave_the_token_are_not_used) {
  make(key_kind::secp256k1, 1);
  lies.is_extractable = true;
  BOOST_TEST((token_key::find(pool, id(1)).error() == errc::hsm_unguarded_key));
}

BOOST_AUTO_TEST_CASE(a_wrong_pin_is_said_once) {
  pool_options options;
  options.token_label = label;
  BOOST_TEST(
      (session_pool::open(loaded, options, secret("0000")).error() == errc::hsm_pin_refused));
  BOOST_TEST(lies.logins == 1);
}

// A PIN that was changed elsewhere, noticed when the login is lost.
BOOST_AUTO_TEST_CASE(a_pin_that_became_wrong_is_said_once) {
  const auto key = make(key_kind::secp256k1);
  BOOST_TEST(lies.logins == 1);
  lies.login_failures = 1;
  lies.login_value = CKR_PIN_INCORRECT;
  BOOST_REQUIRE(raw().C_CloseAllSessions(on_disk.slot()) == CKR_OK);
  for (int i = 0; i < 3; ++i)
    BOOST_TEST((key.sign_ecdsa(message(1)).error() == errc::hsm_pin_refused));
  BOOST_TEST(lies.logins == 2);
  BOOST_TEST(pool->log_in(secret(pin)).has_value());
  BOOST_TEST(lies.logins == 3);
  BOOST_TEST(signs(key, 1));
}

// Some makers have values of their own for a wrong PIN.
BOOST_AUTO_TEST_CASE(an_unknown_refusal_of_the_pin_counts_as_one) {
  pool_options options;
  options.token_label = label;
  lies.login_failures = 1;
  lies.login_value = CKR_VENDOR_DEFINED + 5;
  BOOST_TEST((session_pool::open(loaded, options, secret(pin)).error() == errc::hsm_pin_refused));
  BOOST_TEST(
      module::last_refusal().starts_with("C_Login: a value of the maker's own (0x80000005)"));
}

// A token that fails while it logs in is not one that refused the PIN.
BOOST_AUTO_TEST_CASE(a_failed_login_is_tried_again_later) {
  const auto key = make(key_kind::secp256k1);
  lies.login_failures = 1;
  lies.login_value = CKR_DEVICE_ERROR;
  BOOST_REQUIRE(raw().C_CloseAllSessions(on_disk.slot()) == CKR_OK);
  BOOST_TEST((key.sign_ecdsa(message(1)).error() == errc::hsm_failed));
  BOOST_TEST(signs(key, 1));
}

BOOST_AUTO_TEST_CASE(no_pin_is_said_to_a_token_that_may_lock_itself) {
  pool_options options;
  options.token_label = label;
  for (const CK_FLAGS flag : {CKF_USER_PIN_FINAL_TRY, CKF_USER_PIN_LOCKED}) {
    lies.token_flags = flag;
    BOOST_TEST((session_pool::open(loaded, options, secret(pin)).error() == errc::hsm_pin_locked));
  }
  BOOST_TEST(lies.logins == 0);
}

BOOST_AUTO_TEST_CASE(lost_sessions_are_replaced_once) {
  const auto key = make(key_kind::secp256k1);
  for (const CK_RV value : {CKR_SESSION_HANDLE_INVALID, CKR_SESSION_CLOSED, CKR_USER_NOT_LOGGED_IN,
                            CKR_DEVICE_REMOVED, CKR_TOKEN_NOT_PRESENT, CKR_KEY_HANDLE_INVALID}) {
    lies.sign_value = value;
    lies.sign_failures = 1;
    BOOST_TEST(signs(key, 1));
    lies.sign_failures = 2;
    BOOST_TEST((key.sign_ecdsa(message(1)).error() == meaning_of(value).code));
    BOOST_TEST(lies.sign_failures == 0);
    BOOST_TEST(signs(key, 1));
  }
}

// One thread loses its login; nobody notices, neither it nor those that go on beside it.
BOOST_AUTO_TEST_CASE(threads_go_on_while_logins_are_lost) {
  pool_options options;
  options.wait = 1min;
  open_pool(options);
  const auto key = make(key_kind::secp256k1);
  std::atomic<bool> is_over{false};
  std::atomic<int> bad{0};
  std::array<std::atomic<int>, 3> done{};
  std::vector<std::thread> all;
  for (auto& count : done)
    all.emplace_back([&] {
      for (; !is_over; ++count)
        bad += signs(key, 1) ? 0 : 1;
    });
  // Until the call that was hit has ended: a call that is hit twice may fail.
  const auto everyone_goes_on = [&] {
    for (auto& count : done)
      for (const int before = count; count < before + 2;)
        std::this_thread::sleep_for(1ms);
  };
  constexpr std::uint64_t losses = 20;
  const auto logins = pool->current_statistics().logins;
  for (std::uint64_t i = 0; i < losses; ++i) {
    lies.sign_value = i % 2 == 0 ? CKR_USER_NOT_LOGGED_IN : CKR_SESSION_HANDLE_INVALID;
    lies.sign_failures = 1;
    while (lies.sign_failures > 0)
      std::this_thread::sleep_for(1ms);
    everyone_goes_on();
  }
  is_over = true;
  for (auto& each : all)
    each.join();
  BOOST_TEST(bad == 0);
  BOOST_TEST(pool->current_statistics().logins == logins + losses);
}

BOOST_AUTO_TEST_CASE(other_failures_are_not_repeated) {
  const auto key = make(key_kind::secp256k1);
  for (const CK_RV value : {CKR_DEVICE_ERROR, CKR_FUNCTION_FAILED, CKR_KEY_FUNCTION_NOT_PERMITTED,
                            CKR_DATA_LEN_RANGE, CKR_VENDOR_DEFINED + 1}) {
    lies.sign_value = value;
    lies.sign_failures = 1;
    BOOST_TEST((key.sign_ecdsa(message(1)).error() == meaning_of(value).code));
    BOOST_TEST(lies.sign_failures == 0);
    BOOST_TEST(signs(key, 1)); // the session with the open operation is not used again
  }
}

BOOST_AUTO_TEST_CASE(a_token_with_fewer_sessions_than_the_pool) {
  pool_options options;
  options.wait = 20ms;
  lies.sessions_max = 2;
  open_pool(options);
  const auto key = make(key_kind::secp256k1);
  {
    const auto first = pool->check_out();
    const auto second = pool->check_out();
    BOOST_REQUIRE((first && second));
    BOOST_TEST((pool->check_out().error() == errc::busy));
  }
  BOOST_TEST(signs(key, 1));
  BOOST_TEST(lies.sessions == 2);
}

BOOST_AUTO_TEST_CASE(sessions_are_closed_with_the_pool) {
  make(key_kind::secp256k1);
  BOOST_TEST(lies.sessions == 1);
  pool.reset();
  BOOST_TEST(lies.sessions == 0);
  loaded.reset();
  BOOST_TEST(lies.finalisations == 1);
}

BOOST_AUTO_TEST_CASE(another_version_of_the_standard_is_refused) {
  loaded.reset();
  lies.version_major = 3;
  BOOST_TEST((module::load(QUORATE_LYING_HSM).error() == errc::hsm_not_pkcs11));
}

BOOST_AUTO_TEST_CASE(return_values_have_texts) {
  BOOST_TEST(describe("C_Login", CKR_PIN_INCORRECT) ==
             "C_Login: CKR_PIN_INCORRECT (0xa0): the PIN is wrong; it is not tried again");
  BOOST_TEST(
      describe("C_Sign", 0x7777) ==
      "C_Sign: an undefined value (0x7777): the module is broken, or newer than this program");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace quorate::hsm
