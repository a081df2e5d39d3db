// BIP-340's vectors: the official file where it lies beside the repository, and a few typed in.
#include "core/crypto/schnorr.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <fstream>
#include <sstream>

using namespace quorate;

namespace {

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

template <class Fixed>
Fixed from(const std::string& hex) {
  return *fixed_from_hex<Fixed>(lower(hex));
}

} // namespace

BOOST_AUTO_TEST_SUITE(bip340)

// Source: BIP-340 test-vectors.csv, indices 0, 1 and 6.
BOOST_AUTO_TEST_CASE(typed_in) {
  const auto secret =
      from<digest>("0000000000000000000000000000000000000000000000000000000000000003");
  const auto key = *signing_key::from_secret(secret_bytes<32>{secret.data});
  BOOST_TEST(
      (key.key() ==
       from<public_key>("F9308A019258C31049344F85F89D5229B531C845836F99B08601F113BCE036F9")));
  const auto zero = key.sign(digest{});
  BOOST_TEST(
      (zero == from<signature>("E907831F80848D1069A5371B402410364BDF1C5F8307B0084C55F1CE2DCA821525F"
                               "66A4A85EA8B71E482A74F382D2CE5EBEEE8FDB2172F477DF4900D310536C0")));
  BOOST_TEST(verify(key.key(), digest{}, zero).has_value());
  BOOST_TEST(
      (verify(from<public_key>("DFF1D77F2A671C5F36183726DB2341BE58FEAE1DA2DECED843240F7B502BA659"),
              from<digest>("243F6A8885A308D313198A2E03707344A4093822299F31D0082EFA98EC4E6C89"),
              from<signature>("FFF97BD5755EEEA420453A14355235D382F6472F8568A18B2F057A14602975563CC2"
                              "7944640AC607CD107AE10923D9EF7A73C643E166BE5EBEAFA34B1AC553E2"))
           .error() == errc::bad_signature));
}

BOOST_AUTO_TEST_CASE(official_file) {
  std::ifstream in{QUORATE_SOURCE_DIR "/../shared/vectors/bip340.csv"};
  if (!in) {
    BOOST_TEST_MESSAGE("SKIPPED: the official vectors are not here");
    return;
  }
  std::string line;
  std::getline(in, line);
  std::size_t checked = 0;
  std::size_t skipped = 0;
  while (std::getline(in, line)) {
    std::vector<std::string> cells;
    std::stringstream row{line};
    for (std::string cell; std::getline(row, cell, ',');)
      cells.push_back(cell);
    BOOST_REQUIRE(cells.size() >= 7U);
    if (cells[4].size() != 64) { // only digests are signed here
      ++skipped;
      continue;
    }
    const auto key = from<public_key>(cells[2]);
    const auto message = from<digest>(cells[4]);
    const auto sig = from<signature>(cells[5]);
    BOOST_TEST(verify(key, message, sig).has_value() == (cells[6].substr(0, 4) == "TRUE"),
               "vector " << cells[0]);
    if (!cells[1].empty()) {
      const auto signer = *signing_key::from_secret(secret_bytes<32>{from<digest>(cells[1]).data});
      BOOST_TEST((signer.sign(message, from<digest>(cells[3]).data) == sig), "vector " << cells[0]);
    }
    ++checked;
  }
  BOOST_TEST_MESSAGE(checked << " vectors checked, " << skipped
                             << " skipped: their messages are not 32 bytes");
  BOOST_TEST(checked >= 15U);
}

BOOST_AUTO_TEST_SUITE_END()
