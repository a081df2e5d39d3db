// Ethereum's keystore, version 3, against the official file.
#include "core/wallet/ethereum_keystore.hpp"
#include "tests/vectors/vector_file.hpp"

using namespace quorate;
using namespace quorate::wallet;

BOOST_AUTO_TEST_SUITE(ethereum_keystore_file)

BOOST_AUTO_TEST_CASE(official_file) {
  const auto file = vector_file("keystore.json");
  std::size_t checked = 0;
  for (const auto& [name, vector] : file.items()) {
    const auto text = vector["json"].dump();
    const auto password = vector["password"].get<std::string>();
    const auto key = import_ethereum_keystore(text, as_bytes(password));
    BOOST_TEST_REQUIRE(key.has_value(), name);
    BOOST_TEST(to_hex(key->view()) == vector["priv"].get<std::string>(), name);
    ++checked;
  }
  BOOST_TEST_MESSAGE(checked << " vectors checked");
  BOOST_TEST(checked == 5U);
}

BOOST_AUTO_TEST_SUITE_END()
