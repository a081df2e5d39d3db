// BIP-39 against the official file, in all its languages.
#include "core/wallet/extended_key.hpp"
#include "core/wallet/mnemonic.hpp"
#include "core/wallet/nfkd.hpp"
#include "tests/vectors/vector_file.hpp"
#include "tests/vectors/wallet_vectors.hpp"

using namespace quorate;
using namespace quorate::wallet;

namespace {

// The official seeds are those of this passphrase.
constexpr std::string_view passphrase = "TREZOR";

void check_seed(const mnemonic& sentence, const nlohmann::json& vector) {
  const auto seed = sentence.seed(passphrase);
  BOOST_REQUIRE(seed.has_value());
  BOOST_TEST(to_hex(seed->view()) == vector[2].get<std::string>());
  const auto master = extended_private_key::from_seed(seed->view());
  BOOST_REQUIRE(master.has_value());
  BOOST_TEST(master->to_text(xpub_version).text() == vector[3].get<std::string>());
}

} // namespace

BOOST_AUTO_TEST_SUITE(bip39)

BOOST_AUTO_TEST_CASE(official_file_english) {
  const auto file = vector_file("bip39.json");
  std::size_t checked = 0;
  for (const auto& vector : file.at("english")) {
    const auto entropy = unhex(vector[0].get<std::string>());
    const auto text = vector[1].get<std::string>();
    const auto made = mnemonic::from_entropy(entropy, word_list::english());
    BOOST_REQUIRE(made.has_value());
    BOOST_TEST(made->sentence() == text);
    const auto parsed = mnemonic::parse(text, word_list::english());
    BOOST_REQUIRE(parsed.has_value());
    BOOST_TEST(to_hex(parsed->entropy()) == vector[0].get<std::string>());
    check_seed(*parsed, vector);
    ++checked;
  }
  BOOST_TEST_MESSAGE("bip39.json, english: " << checked << " vectors");
  BOOST_TEST(checked == 24U);
}

// The other lists are not part of the program. What their vectors hold is enough to rebuild the
// words that they use, at the numbers that their entropy says: so each sentence is made from its
// entropy and read back, and normalised on the way to its seed.
BOOST_AUTO_TEST_CASE(official_file_other_languages) {
  const auto file = vector_file("bip39.json");
  std::size_t checked = 0;
  for (const auto& [language, vectors] : file.items()) {
    if (language == "english") continue;
    std::vector<std::string> words(bip39_word_count);
    for (std::size_t i = 0; i < words.size(); ++i)
      words[i] = "unused" + std::to_string(i);
    for (const auto& vector : vectors) {
      const auto numbers =
          mnemonic::from_entropy(unhex(vector[0].get<std::string>()), word_list::english());
      std::vector<std::uint16_t> places;
      BOOST_REQUIRE(for_each_word(numbers->sentence(), [&](std::string_view word) -> outcome {
        places.push_back(*word_list::english().number_of(word));
        return {};
      }));
      const auto text = nfkd(vector[1].get<std::string>());
      BOOST_REQUIRE(text.has_value());
      std::size_t at = 0;
      BOOST_REQUIRE(for_each_word(text->text(), [&](std::string_view word) -> outcome {
        words.at(places.at(at++)) = word;
        return {};
      }));
      BOOST_TEST(at == places.size());
    }
    std::string list;
    for (const auto& word : words)
      list += word + '\n';
    const auto parsed_list = word_list::parse(list);
    BOOST_REQUIRE_MESSAGE(parsed_list.has_value(), language);
    for (const auto& vector : vectors) {
      const auto parsed = mnemonic::parse(vector[1].get<std::string>(), *parsed_list);
      BOOST_REQUIRE_MESSAGE(parsed.has_value(), language << ": " << vector[1]);
      BOOST_TEST(to_hex(parsed->entropy()) == vector[0].get<std::string>());
      check_seed(*parsed, vector);
      ++checked;
    }
  }
  BOOST_TEST_MESSAGE("bip39.json, eleven other languages: " << checked << " vectors");
  BOOST_TEST(checked == 11U * 24U);
}

BOOST_AUTO_TEST_SUITE_END()
