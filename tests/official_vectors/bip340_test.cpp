// BIP-340 against the official file, in all three places that know it.
#include "core/crypto/bip340.hpp"
#include "core/crypto/identity.hpp"
#include "core/crypto/taproot.hpp"
#include "tests/vectors/vector_file.hpp"

#include <algorithm>
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

/// A row of the file: secret key and auxiliary randomness are empty where nothing is signed.
struct vector {
  std::string index, secret, key, auxiliary, message, sig;
  bool valid = false;
};

vector parse(const std::string& line) {
  std::vector<std::string> cells;
  std::stringstream row{line};
  for (std::string cell; std::getline(row, cell, ',');)
    cells.push_back(cell);
  BOOST_REQUIRE(cells.size() >= 7U);
  const auto verdict = cells[6].substr(0, cells[6].find('\r'));
  BOOST_REQUIRE_MESSAGE(verdict == "TRUE" || verdict == "FALSE", line);
  return {cells[0], cells[1], cells[2], cells[3], cells[4], cells[5], verdict == "TRUE"};
}

void check(const vector& v) {
  const bytes message = from_hex(lower(v.message)).value();
  const auto sig = from<bip340::signature>(v.sig);
  const auto key = from<bip340::public_key>(v.key);
  BOOST_TEST(bip340::verify(key, message, sig).has_value() == v.valid);
  if (v.secret.empty()) return;
  const secret_bytes<32> secret{from<digest>(v.secret).data};
  BOOST_TEST((bip340::public_key_of(secret).value() == key));
  BOOST_TEST((bip340::sign(secret, message, from<digest>(v.auxiliary).data).value() == sig));
}

/// The same by those who sign digests only: replicas and clients, and taproot keys.
void check_digest(const vector& v) {
  const auto message = from<digest>(v.message);
  const auto sig = from<signature>(v.sig);
  const taproot_signature of_taproot{sig.data};
  BOOST_TEST(verify(crypto_suite::standard, from<public_key>(v.key), message, sig).has_value() ==
             v.valid);
  BOOST_TEST(verify(from<x_only_key>(v.key), message, of_taproot).has_value() == v.valid);
  if (v.secret.empty()) return;
  const secret_bytes<32> secret{from<digest>(v.secret).data};
  const auto auxiliary = from<digest>(v.auxiliary).data;
  BOOST_TEST(
      (signing_key::from_secret(secret, crypto_suite::standard)->sign(message, auxiliary) == sig));
  BOOST_TEST((sign_taproot(secret, message, auxiliary).value() == of_taproot));
}

} // namespace

BOOST_AUTO_TEST_SUITE(bip340_file)

BOOST_AUTO_TEST_CASE(official_file) {
  auto in = open_vector_file("bip340.csv");
  std::string line;
  std::getline(in, line); // the names of the columns
  std::size_t digests = 0;
  std::size_t others = 0;
  while (std::getline(in, line)) {
    const auto v = parse(line);
    BOOST_TEST_CONTEXT("vector " << v.index) {
      check(v);
      if (v.message.size() == 64) check_digest(v);
    }
    ++(v.message.size() == 64 ? digests : others);
  }
  BOOST_TEST(digests == 15U);
  BOOST_TEST(others == 4U); // of 0, 1, 17 and 100 bytes
}

BOOST_AUTO_TEST_SUITE_END()
