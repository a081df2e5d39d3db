// Ethereum's keystore, version 3: a file that is read, and files that must be refused.
#include "core/wallet/ethereum_keystore.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

using namespace quorate;
using namespace quorate::wallet;
using nlohmann::json;

namespace {

/// The key of the definition's examples at a cost of two iterations, encrypted by other
/// implementations (hashlib, PyCryptodome).
json cheap_file() {
  return {{"version", 3},
          {"id", "3198bc9c-6672-5ab3-d995-4942343ae5b6"},
          {"crypto",
           {{"cipher", "aes-128-ctr"},
            {"cipherparams", {{"iv", "6087dab2f9fdbbfaddc31a909735c1e6"}}},
            {"ciphertext", "95d17e7ed9669ef1b2f5d76a446b6d5f48f8a72ce0bc41e3d36607d8b6c52749"},
            {"kdf", "pbkdf2"},
            {"kdfparams",
             {{"c", 2}, {"dklen", 32}, {"prf", "hmac-sha256"}, {"salt", "ae3cd4e7013836a3"}}},
            {"mac", "16b408c1161765ea290079c56eb861e2a91c338df834685e8703087a0263463d"}}}};
}

errc refusal(const json& file, std::string_view password = "testpassword") {
  const auto imported = import_ethereum_keystore(file.dump(), as_bytes(password));
  BOOST_REQUIRE(!imported);
  return imported.error();
}

} // namespace

BOOST_AUTO_TEST_SUITE(ethereum_keystore)

BOOST_AUTO_TEST_CASE(refusals) {
  const auto good = cheap_file();
  BOOST_TEST_REQUIRE(import_ethereum_keystore(good.dump(), as_bytes("testpassword")).has_value());
  BOOST_TEST((refusal(good, "wrong") == errc::decryption_failed));
  // Editors write a byte order mark in front of a file; two are none.
  const std::string mark = "\xef\xbb\xbf";
  BOOST_TEST(import_ethereum_keystore(mark + good.dump(), as_bytes("testpassword")).has_value());
  BOOST_TEST(
      (import_ethereum_keystore(mark + mark + good.dump(), as_bytes("testpassword")).error() ==
       errc::bad_keystore));
  const struct {
    const char* path;
    json value;
    errc error;
  } changes[] = {
      {"/version", 1, errc::unsupported_keystore},
      {"/version", "3", errc::bad_keystore},
      {"/crypto", 7, errc::bad_keystore},
      {"/crypto/cipher", "aes-128-cbc", errc::unsupported_keystore},
      {"/crypto/cipherparams", json::array(), errc::bad_keystore},
      {"/crypto/cipherparams/iv", "6087", errc::bad_keystore},
      {"/crypto/ciphertext", "5318b4", errc::bad_keystore},
      {"/crypto/ciphertext", "zz", errc::bad_keystore},
      {"/crypto/ciphertext", std::string(64, '0'), errc::decryption_failed},
      {"/crypto/mac", std::string(64, '0'), errc::decryption_failed},
      {"/crypto/mac", "", errc::bad_keystore},
      {"/crypto/kdf", "argon2", errc::unsupported_keystore},
      {"/crypto/kdfparams/c", 0, errc::kdf_parameters},
      {"/crypto/kdfparams/c", -1, errc::bad_keystore},
      {"/crypto/kdfparams/c", 1e300, errc::bad_keystore},
      {"/crypto/kdfparams/c", ethereum_keystore_iterations_max + 1, errc::kdf_parameters},
      {"/crypto/kdfparams/dklen", 16, errc::unsupported_keystore},
      {"/crypto/kdfparams/prf", "hmac-md5", errc::unsupported_keystore},
      {"/crypto/kdfparams/salt", "", errc::bad_keystore},
      {"/crypto/kdfparams/salt", std::string(130, '0'), errc::bad_keystore},
      {"/address", "460121576cc7df020759730751f92bd62fd78dd6", errc::bad_keystore},
  };
  for (const auto& [path, value, error] : changes) {
    auto file = good;
    file[json::json_pointer{path}] = value;
    BOOST_TEST((refusal(file) == error), path << " = " << value << ": " << name(refusal(file)));
  }
  for (const auto* path : {"/version", "/crypto", "/crypto/cipher", "/crypto/kdfparams/c"}) {
    const json removal = {{{"op", "remove"}, {"path", path}}};
    BOOST_TEST(!import_ethereum_keystore(good.patch(removal).dump(), as_bytes("testpassword")));
  }
}

BOOST_AUTO_TEST_CASE(costs_of_scrypt) {
  auto file = cheap_file();
  file["crypto"]["kdf"] = "scrypt";
  const auto with = [&](json n, json r, json p) {
    file["crypto"]["kdfparams"] = {
        {"n", n}, {"r", r}, {"p", p}, {"dklen", 32}, {"salt", "ae3cd4e7013836a3"}};
    return refusal(file);
  };
  BOOST_TEST((with(2, 1, 1) == errc::decryption_failed));
  BOOST_TEST((with(3, 1, 1) == errc::kdf_parameters));
  BOOST_TEST((with(1 << 20, 8, 1) == errc::kdf_parameters));
  BOOST_TEST((with(2, 1 << 20, 2) == errc::kdf_parameters)); // 896 MiB, most of it lanes
  BOOST_TEST((with(2, 0x100000001, 1) == errc::kdf_parameters));
  BOOST_TEST((with(2, 1, 0x100000001) == errc::kdf_parameters));
}

// Readers differ in which of the two they take: such a file is refused, whichever would do.
BOOST_AUTO_TEST_CASE(a_name_twice) {
  const auto good = cheap_file().dump();
  const auto with = [&](std::string_view before, const std::string& more) {
    auto text = good;
    text.insert(text.find(before), more);
    return text;
  };
  for (const auto& text :
       {with("\"version\"", "\"version\":3,"), with("\"version\"", "\"version\":1,"),
        with("\"version\"", R"("\u0076ersion":3,)"), with("\"id\"", "\"id\":1,"),
        with("\"crypto\"", "\"crypto\":{},"), with("\"mac\"", "\"mac\":\"00\","),
        with("\"iv\"", "\"iv\":\"00\","), with("\"dklen\"", "\"dklen\":16,"),
        with("\"id\"", "\"more\":[{\"x\":1,\"x\":1}],")}) {
    const auto imported = import_ethereum_keystore(text, as_bytes("testpassword"));
    BOOST_REQUIRE_MESSAGE(!imported, text);
    BOOST_TEST((imported.error() == errc::bad_keystore), text);
  }
  // The same name in two objects is no repetition.
  BOOST_TEST(import_ethereum_keystore(with("\"id\"", R"("more":[{"id":1},{"id":1}],)"),
                                      as_bytes("testpassword"))
                 .has_value());
}

BOOST_AUTO_TEST_CASE(no_json) {
  for (const auto* text : {"", "{", "[]", "null", "{}", "\xff", "3"})
    BOOST_TEST((import_ethereum_keystore(text, as_bytes("x")).error() == errc::bad_keystore));
  const std::string deep(ethereum_keystore_bytes_max, '[');
  BOOST_TEST((import_ethereum_keystore(deep, {}).error() == errc::bad_keystore));
  BOOST_TEST((import_ethereum_keystore(deep + "[", {}).error() == errc::over_limit));
}

BOOST_AUTO_TEST_SUITE_END()
