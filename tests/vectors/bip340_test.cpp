// BIP-340's vectors, a few typed in.
#include "core/crypto/bip340.hpp"
#include "core/crypto/identity.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

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

BOOST_AUTO_TEST_SUITE(bip340_vectors)

// Source: BIP-340 test-vectors.csv, indices 0, 1 and 6.
BOOST_AUTO_TEST_CASE(typed_in) {
  const auto secret =
      from<digest>("0000000000000000000000000000000000000000000000000000000000000003");
  const auto key = *signing_key::from_secret(secret_bytes<32>{secret.data}, crypto_suite::standard);
  BOOST_TEST(
      (key.key() ==
       from<public_key>("F9308A019258C31049344F85F89D5229B531C845836F99B08601F113BCE036F9")));
  const auto zero = key.sign(digest{});
  BOOST_TEST(
      (zero == from<signature>("E907831F80848D1069A5371B402410364BDF1C5F8307B0084C55F1CE2DCA821525F"
                               "66A4A85EA8B71E482A74F382D2CE5EBEEE8FDB2172F477DF4900D310536C0")));
  BOOST_TEST(verify(crypto_suite::standard, key.key(), digest{}, zero).has_value());
  BOOST_TEST(
      (verify(crypto_suite::standard,
              from<public_key>("DFF1D77F2A671C5F36183726DB2341BE58FEAE1DA2DECED843240F7B502BA659"),
              from<digest>("243F6A8885A308D313198A2E03707344A4093822299F31D0082EFA98EC4E6C89"),
              from<signature>("FFF97BD5755EEEA420453A14355235D382F6472F8568A18B2F057A14602975563CC2"
                              "7944640AC607CD107AE10923D9EF7A73C643E166BE5EBEAFA34B1AC553E2"))
           .error() == errc::bad_signature));
}

// Source: BIP-340 test-vectors.csv, indices 15 and 17.
BOOST_AUTO_TEST_CASE(typed_in_of_other_lengths) {
  const secret_bytes<32> secret{
      from<digest>("0340034003400340034003400340034003400340034003400340034003400340").data};
  const auto key = bip340::public_key_of(secret).value();
  BOOST_TEST(to_hex(key) == "778caa53b4393ac467774d09497a87224bf9fab6f6e68b23086497324d6fd117");
  const bytes message = from_hex("0102030405060708090a0b0c0d0e0f1011").value();
  const auto empty = bip340::sign(secret, {}, {}).value();
  const auto longer = bip340::sign(secret, message, {}).value();
  BOOST_TEST(to_hex(empty) == "71535db165ecd9fbbc046e5ffaea61186bb6ad436732fccc25291a55895464cf6069"
                              "ce26bf03466228f19a3a62db8a649f2d560fac652827d1af0574e427ab63");
  BOOST_TEST(to_hex(longer) == "5130f39a4059b43bc7cac09a19ece52b5d8699d1a71e3c52da9afdb6b50ac370c4a"
                               "482b77bf960f8681540e25b6771ece1e5a37fd80e5a51897c5566a97ea5a5");
  BOOST_TEST(bip340::verify(key, message, longer).has_value());
  BOOST_TEST((bip340::verify(key, {}, longer).error() == errc::bad_signature));
  BOOST_TEST(
      (bip340::verify(key, byte_view{message}.first(16), longer).error() == errc::bad_signature));
  BOOST_TEST((bip340::verify({}, {}, empty).error() == errc::bad_public_key));
  BOOST_TEST((bip340::sign({}, {}, {}).error() == errc::bad_secret_key));
  BOOST_TEST((bip340::public_key_of({}).error() == errc::bad_secret_key));
}

BOOST_AUTO_TEST_SUITE_END()
