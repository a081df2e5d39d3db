// BIP-173's and BIP-350's checksum vectors; their address vectors are in bitcoin_address_test.cpp.
#include "core/chain/bech32.hpp"

#include <boost/test/unit_test.hpp>

using namespace quorate;
using namespace quorate::chain;

namespace {

std::string in_lower_case(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

void check_valid(bech32_variant variant, std::initializer_list<std::string_view> texts) {
  for (const auto text : texts) {
    BOOST_TEST_CONTEXT(text) {
      const auto decoded = decode_bech32(text);
      BOOST_REQUIRE(decoded.has_value());
      BOOST_TEST((decoded->variant == variant));
      BOOST_TEST(encode_bech32(*decoded).value() == in_lower_case(std::string{text}));

      std::string damaged{text};
      damaged.back() = damaged.back() == 'q' || damaged.back() == 'Q' ? 'p' : 'q';
      BOOST_TEST(!decode_bech32(damaged).has_value());
    }
  }
}

struct refusal {
  std::string text;
  errc error;
};

void check_refused(std::initializer_list<refusal> cases) {
  for (const auto& [text, error] : cases)
    BOOST_TEST_CONTEXT(text) {
      const auto decoded = decode_bech32(text);
      BOOST_REQUIRE(!decoded.has_value());
      BOOST_TEST(name(decoded.error()) == name(error));
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(bech32)

// Source: BIP-173, "Test vectors".
BOOST_AUTO_TEST_CASE(bip173_valid) {
  check_valid(
      bech32_variant::bech32,
      {"A12UEL5L", "a12uel5l",
       "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1"
       "tt5tgs",
       "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw",
       "11qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqc"
       "8247j",
       "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w", "?1ezyfcl"});
}

BOOST_AUTO_TEST_CASE(bip173_invalid) {
  check_refused(
      {{"\x20"
        "1nwldj5",
        errc::bad_character},
       {"\x7f"
        "1axkwrx",
        errc::bad_character},
       {"\x80"
        "1eym55h",
        errc::bad_character},
       {"an84characterslonghumanreadablepartthatcontainsthenumber1andtheexcludedcharacters"
        "bio1569pvx",
        errc::over_limit},
       {"pzry9x0s0muk", errc::truncated},
       {"1pzry9x0s0muk", errc::truncated},
       {"x1b4n0q5v", errc::bad_character},
       {"li1dgmt3", errc::truncated},
       {"de1lg7wt\xff", errc::bad_character},
       {"A1G7SGD8", errc::bad_checksum},
       {"10a06t8", errc::truncated},
       {"1qzzfhee", errc::truncated}});
}

// Source: BIP-350, "Test vectors for Bech32m".
BOOST_AUTO_TEST_CASE(bip350_valid) {
  check_valid(
      bech32_variant::bech32m,
      {"A1LQFN3A", "a1lqfn3a",
       "an83characterlonghumanreadablepartthatcontainsthetheexcludedcharactersbioandnumber11"
       "sg7hg6",
       "abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx",
       "11llllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllll"
       "ludsr8",
       "split1checkupstagehandshakeupstreamerranterredcaperredlc445v", "?1v759aa"});
}

BOOST_AUTO_TEST_CASE(bip350_invalid) {
  check_refused(
      {{"\x20"
        "1xj0phk",
        errc::bad_character},
       {"\x7f"
        "1g6xzxy",
        errc::bad_character},
       {"\x80"
        "1vctc34",
        errc::bad_character},
       {"an84characterslonghumanreadablepartthatcontainsthetheexcludedcharactersbioandnumb"
        "er11d6pts4",
        errc::over_limit},
       {"qyrz8wqd2c9m", errc::truncated},
       {"1qyrz8wqd2c9m", errc::truncated},
       {"y1b0jsk6g", errc::bad_character},
       {"lt1igcx5c0", errc::bad_character},
       {"in1muywd", errc::truncated},
       {"mm1crxm3i", errc::bad_character},
       {"au1s5cgom", errc::bad_character},
       {"M1VUXWEZ", errc::bad_checksum},
       {"16plkw9", errc::truncated},
       {"1p2gdwpf", errc::truncated}});
}

BOOST_AUTO_TEST_CASE(five_bit_words) {
  for (std::size_t size = 0; size < 45; ++size) {
    bytes payload(size);
    for (std::size_t i = 0; i < size; ++i)
      payload[i] = static_cast<std::uint8_t>(37 * i + 201 * size);
    const bytes words = to_five_bit_words(payload);
    BOOST_TEST(words.size() == (size * 8 + 4) / 5);
    BOOST_TEST((from_five_bit_words(words).value() == payload));
  }
  BOOST_TEST((from_five_bit_words(bytes{0}).error() == errc::not_canonical));
  BOOST_TEST((from_five_bit_words(bytes{0, 1}).error() == errc::not_canonical));
  BOOST_TEST((from_five_bit_words(bytes{32, 0}).error() == errc::bad_character));
}

BOOST_AUTO_TEST_CASE(bytes_under_a_prefix) {
  const bytes payload(20, 0x5a);
  const auto text = encode_bech32_bytes("cosmos", payload).value();
  BOOST_TEST((decode_bech32_bytes("cosmos", text).value() == payload));
  BOOST_TEST((decode_bech32_bytes("osmo", text).error() == errc::wrong_network));
  const auto other =
      encode_bech32({bech32_variant::bech32m, "cosmos", to_five_bit_words(payload)}).value();
  BOOST_TEST((decode_bech32_bytes("cosmos", other).error() == errc::bad_checksum));
  BOOST_TEST((encode_bech32_bytes("Cosmos", payload).error() == errc::bad_character));
  BOOST_TEST((encode_bech32_bytes("", payload).error() == errc::bad_character));
  BOOST_TEST((encode_bech32_bytes("cosmos", bytes(64)).error() == errc::over_limit));
}

BOOST_AUTO_TEST_SUITE_END()
