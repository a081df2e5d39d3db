// SLIP-39 against the official file.
#include "core/wallet/extended_key.hpp"
#include "core/wallet/slip39.hpp"
#include "core/wallet/words.hpp"
#include "tests/vectors/vector_file.hpp"

using namespace quorate;
using namespace quorate::wallet;

namespace {

expected<secret_value> combine(const nlohmann::json& sentences) {
  std::vector<slip39_share> shares;
  for (const auto& sentence : sentences) {
    QUORATE_ASSIGN(auto share, parse_slip39_share(sentence.get<std::string>()));
    BOOST_TEST(to_words(share).text() == sentence.get<std::string>());
    shares.push_back(std::move(share));
  }
  return slip39_combine(shares, "TREZOR");
}

// What the description of an invalid vector says is wrong with it.
errc expected_error(const std::string& description) {
  const auto says = [&](const char* words) { return description.find(words) != std::string::npos; };
  if (says("invalid checksum")) return errc::bad_word_checksum;
  if (says("invalid padding") || says("invalid master secret length")) return errc::bad_share;
  if (says("insufficient length")) return errc::bad_word_count;
  if (says("greater group threshold")) return errc::bad_share;
  if (says("invalid digest")) return errc::false_share;
  if (says("different") || says("mismatching")) return errc::mixed_shares;
  if (says("duplicate")) return errc::wrong_share_count;
  return errc::wrong_share_count; // too few groups or members
}

} // namespace

BOOST_AUTO_TEST_SUITE(slip39)

// Each case of the file: [description, sentences, master secret or "", BIP-32 master key].
BOOST_AUTO_TEST_CASE(official_file) {
  std::size_t valid = 0;
  std::size_t invalid = 0;
  for (const auto& vector : vector_file("slip39.json")) {
    const auto description = vector[0].get<std::string>();
    const auto secret = combine(vector[1]);
    if (vector[2].get<std::string>().empty()) {
      BOOST_TEST_REQUIRE(!secret.has_value(), description);
      BOOST_TEST(name(secret.error()) == name(expected_error(description)), description);
      ++invalid;
      continue;
    }
    BOOST_TEST_REQUIRE(secret.has_value(), description);
    BOOST_TEST(to_hex(secret->view()) == vector[2].get<std::string>(), description);
    const auto master = extended_private_key::from_seed(secret->view());
    BOOST_TEST(master->to_text(xpub_version).text() == vector[3].get<std::string>(), description);
    ++valid;
  }
  BOOST_TEST_MESSAGE("slip39.json: " << valid << " valid, " << invalid << " invalid vectors");
  BOOST_TEST(valid == 15U);
  BOOST_TEST(invalid == 30U);
}

BOOST_AUTO_TEST_SUITE_END()
