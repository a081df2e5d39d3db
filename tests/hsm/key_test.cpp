// Keys made in the token, and their signatures.
#include "tests/hsm/fixture.hpp"

#include <boost/test/unit_test.hpp>

namespace quorate::hsm {

using namespace test;

BOOST_FIXTURE_TEST_SUITE(hsm_keys, fixture)

BOOST_AUTO_TEST_CASE(secp256k1_signatures_are_low_and_recover_to_the_key) {
  const auto key = make(key_kind::secp256k1);
  const auto& public_key = std::get<ec_public_key>(key.description().public_key);
  for (std::uint64_t n = 0; n < 200; ++n) {
    const auto made = key.sign_ecdsa(message(n));
    BOOST_REQUIRE(made);
    BOOST_TEST(has_low_s(made->compact));
    BOOST_TEST(verify(public_key, message(n), made->compact).has_value());
    const auto recovered = recover(message(n), *made);
    BOOST_REQUIRE(recovered);
    BOOST_TEST((*recovered == public_key));
    BOOST_TEST(!verify(public_key, message(n + 1), made->compact));
  }
}

// Asks the module directly, and finds what sign_ecdsa() takes away. Were s low by the token's own
// doing, the chance of missing it in 64 signatures would be 2^-64.
BOOST_AUTO_TEST_CASE(the_token_itself_makes_high_s) {
  const auto key = make(key_kind::secp256k1);
  int high = 0;
  BOOST_REQUIRE(pool->run([&](const session& with) -> CK_RV {
    CK_OBJECT_CLASS of_private = CKO_PRIVATE_KEY;
    CK_ATTRIBUTE wanted{CKA_CLASS, &of_private, sizeof of_private};
    CK_OBJECT_HANDLE handle = 0;
    CK_ULONG count = 0;
    raw().C_FindObjectsInit(with.handle, &wanted, 1);
    raw().C_FindObjects(with.handle, &handle, 1, &count);
    raw().C_FindObjectsFinal(with.handle);
    for (std::uint64_t n = 0; n < 64; ++n) {
      CK_MECHANISM how{CKM_ECDSA, nullptr, 0};
      auto what = message(n);
      ecdsa_signature made;
      CK_ULONG size = made.data.size();
      const CK_RV value = raw().C_SignInit(with.handle, &how, handle);
      if (value != CKR_OK) return value;
      raw().C_Sign(with.handle, what.data.data(), what.data.size(), made.data.data(), &size);
      high += has_low_s(made) ? 0 : 1;
    }
    return CKR_OK;
  }));
  BOOST_TEST_MESSAGE(high << " of 64 signatures of the token have a high s");
  BOOST_TEST(high > 0);
}

BOOST_AUTO_TEST_CASE(ed25519_signatures_verify) {
  const auto key = make(key_kind::ed25519);
  const auto& public_key = std::get<ed25519_public_key>(key.description().public_key);
  for (const std::size_t size : {0, 1, 32, 1'000, 65'536}) {
    const bytes text(size, static_cast<std::uint8_t>(size));
    const auto made = key.sign_ed25519(text);
    BOOST_REQUIRE_MESSAGE(made, size << " bytes: " << module::last_refusal());
    BOOST_TEST(verify(public_key, text, *made).has_value());
    BOOST_TEST(!verify(public_key, message(7).view(), *made));
  }
  const bytes too_long(token_key::message_bytes_max + 1);
  BOOST_TEST((key.sign_ed25519(too_long).error() == errc::over_limit));
}

BOOST_AUTO_TEST_CASE(a_key_signs_only_as_its_kind) {
  BOOST_TEST((make(key_kind::ed25519, 1).sign_ecdsa(message(1)).error() == errc::hsm_unsupported));
  BOOST_TEST((make(key_kind::secp256k1, 2).sign_ed25519(message(1).view()).error() ==
              errc::hsm_unsupported));
}

BOOST_AUTO_TEST_CASE(keys_stay_in_the_token_when_the_program_goes) {
  const auto before = make(key_kind::secp256k1, 3).description();
  pool.reset();
  loaded.reset();
  open_pool();
  const auto key = token_key::find(pool, id(3));
  BOOST_REQUIRE(key);
  BOOST_TEST((key->description().public_key == before.public_key));
  BOOST_TEST(key->description().label == "a key");
  BOOST_TEST(signs(*key, 1));
}

BOOST_AUTO_TEST_CASE(keys_are_listed_in_order) {
  BOOST_TEST(token_key::list((open_pool())).value().empty());
  make(key_kind::ed25519, 2);
  make(key_kind::secp256k1, 1);
  const auto all = token_key::list(pool);
  BOOST_REQUIRE(all);
  BOOST_REQUIRE(all->size() == 2);
  BOOST_TEST(((*all)[0].kind() == key_kind::secp256k1 && (*all)[0].id == id(1)));
  BOOST_TEST(((*all)[1].kind() == key_kind::ed25519 && (*all)[1].id == id(2)));
}

BOOST_AUTO_TEST_CASE(destroyed_keys_are_gone) {
  const auto key = make(key_kind::secp256k1, 1);
  make(key_kind::secp256k1, 2);
  BOOST_TEST(token_key::count(pool, id(1)).value() == 1U);
  BOOST_TEST(key.destroy().has_value());
  BOOST_TEST(token_key::count(pool, id(1)).value() == 0U);
  BOOST_TEST((key.destroy().error() == errc::no_such_key));
  BOOST_TEST(!key.sign_ecdsa(message(1)));
  BOOST_TEST((token_key::find(pool, id(1)).error() == errc::no_such_key));
  // Nothing of it is left, the public key neither: the id is free.
  BOOST_TEST(token_key::create(pool, key_kind::ed25519, id(1), "").has_value());
  BOOST_TEST(signs(*token_key::find(pool, id(2)), 1));
}

BOOST_AUTO_TEST_CASE(missing_and_doubled_keys_are_refused) {
  make(key_kind::secp256k1, 1);
  BOOST_TEST((token_key::find(pool, id(9)).error() == errc::no_such_key));
  BOOST_TEST((token_key::create(pool, key_kind::ed25519, id(1), "").error() == errc::key_exists));
  BOOST_TEST(token_key::list(pool).value().size() == 1);
}

BOOST_AUTO_TEST_CASE(names_out_of_bounds_are_refused) {
  open_pool();
  const auto create = [&](std::size_t id_size, std::string_view label) {
    return token_key::create(pool, key_kind::ed25519, bytes(id_size, 1), label).error();
  };
  BOOST_TEST((create(0, "") == errc::over_limit));
  BOOST_TEST((create(65, "") == errc::over_limit));
  BOOST_TEST((create(1, std::string(65, 'x')) == errc::over_limit));
  BOOST_TEST((create(1, "a\x1b[2Jb") == errc::bad_label));
  BOOST_TEST((token_key::find(pool, {}).error() == errc::over_limit));
  const auto longest =
      token_key::create(pool, key_kind::ed25519, bytes(64, 1), std::string(64, 'x'));
  BOOST_TEST(longest.has_value());
}

// What the token itself says of the private key that was made.
BOOST_AUTO_TEST_CASE(private_keys_are_guarded) {
  make(key_kind::secp256k1);
  BOOST_REQUIRE(pool->run([&](const session& with) -> CK_RV {
    CK_OBJECT_CLASS of_private = CKO_PRIVATE_KEY;
    CK_ATTRIBUTE wanted{CKA_CLASS, &of_private, sizeof of_private};
    CK_OBJECT_HANDLE handle = 0;
    CK_ULONG count = 0;
    raw().C_FindObjectsInit(with.handle, &wanted, 1);
    raw().C_FindObjects(with.handle, &handle, 1, &count);
    raw().C_FindObjectsFinal(with.handle);
    std::array<CK_BBOOL, 6> is{9, 9, 9, 9, 9, 9};
    std::array asked{CK_ATTRIBUTE{CKA_TOKEN, &is[0], 1},
                     CK_ATTRIBUTE{CKA_PRIVATE, &is[1], 1},
                     CK_ATTRIBUTE{CKA_ALWAYS_SENSITIVE, &is[2], 1},
                     CK_ATTRIBUTE{CKA_NEVER_EXTRACTABLE, &is[3], 1},
                     CK_ATTRIBUTE{CKA_EXTRACTABLE, &is[4], 1},
                     CK_ATTRIBUTE{CKA_DERIVE, &is[5], 1}};
    BOOST_TEST(raw().C_GetAttributeValue(with.handle, handle, asked.data(), asked.size()) ==
               CKR_OK);
    BOOST_TEST((is == std::array<CK_BBOOL, 6>{1, 1, 1, 1, 0, 0}));
    std::array<CK_BYTE, 64> value{};
    CK_ATTRIBUTE secret_part{CKA_VALUE, value.data(), value.size()};
    BOOST_TEST(raw().C_GetAttributeValue(with.handle, handle, &secret_part, 1) ==
               CKR_ATTRIBUTE_SENSITIVE);
    return CKR_OK;
  }));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace quorate::hsm
