// SLIP-39: the official vectors, and the word list against its checksum.
#include "core/crypto/hash.hpp"
#include "core/wallet/extended_key.hpp"
#include "core/wallet/slip39.hpp"
#include "core/wallet/words.hpp"
#include "tests/vectors/wallet_vectors.hpp"

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

BOOST_AUTO_TEST_CASE(word_list_has_the_published_checksum) {
  std::string text;
  for (std::size_t i = 0; i < slip39_word_count; ++i)
    text += std::string{word_list::slip39().word(i)} + '\n';
  // Source: the file wordlist.txt of SLIP-39, as its implementations pin it.
  BOOST_TEST(to_hex(sha256(as_bytes(text))) ==
             "bcc4555340332d169718aed8bf31dd9d5248cb7da6e5d355140ef4f1e601eec3");
}

// Each case of the file: [description, sentences, master secret or "", BIP-32 master key].
BOOST_AUTO_TEST_CASE(official_file) {
  const auto file = vector_file("slip39.json");
  if (!file) return;
  std::size_t valid = 0;
  std::size_t invalid = 0;
  for (const auto& vector : *file) {
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
  BOOST_TEST(valid + invalid == 45U);
}

BOOST_AUTO_TEST_SUITE_END()
