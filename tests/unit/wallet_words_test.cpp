// Word lists, normalisation, and what a sentence may look like.
#include "core/wallet/mnemonic.hpp"
#include "core/wallet/nfkd.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace quorate;
using namespace quorate::wallet;

namespace {

constexpr std::string_view twelve =
    "legal winner thank year wave sausage worth useful legal winner "
    "thank yellow";

std::string list_with(std::size_t place, const std::string& word) {
  std::string text;
  for (std::size_t i = 0; i < bip39_word_count; ++i)
    text += (i == place ? word : "w" + std::to_string(i)) + "\n";
  return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(wallet_words)

// Source: BIP-39, "Wordlist"; SLIP-39, "Wordlist": four letters tell a word.
BOOST_AUTO_TEST_CASE(four_letters_tell_a_word) {
  for (const auto* list : {&word_list::english(), &word_list::slip39()}) {
    std::set<std::string_view> prefixes;
    for (std::size_t i = 0; i < list->size(); ++i) {
      prefixes.insert(list->word(i).substr(0, 4));
      BOOST_TEST(*list->number_of(list->word(i)) == i);
    }
    BOOST_TEST(prefixes.size() == list->size());
  }
  BOOST_TEST(name(word_list::english().number_of("zzz").error()) == "unknown_word");
  BOOST_TEST(name(word_list::english().number_of("").error()) == "unknown_word");
}

BOOST_AUTO_TEST_CASE(lists_are_checked) {
  const auto good = list_with(0, "first");
  BOOST_TEST(word_list::parse(good).has_value());
  BOOST_TEST(name(word_list::parse(good + "more\n").error()) == "bad_word_list");
  BOOST_TEST(name(word_list::parse("").error()) == "bad_word_list");
  BOOST_TEST(name(word_list::parse(list_with(0, "w7")).error()) == "bad_word_list");
  BOOST_TEST(name(word_list::parse(list_with(0, std::string(49, 'a'))).error()) == "bad_word_list");
  BOOST_TEST(name(word_list::parse(list_with(0, "\xff")).error()) == "bad_utf8");
  // Equal once they are normalised: é as one code point and as two.
  auto twins = list_with(0, "\xc3\xa9");
  twins.replace(twins.find("w9\n"), 2, "e\xcc\x81");
  BOOST_TEST(name(word_list::parse(twins).error()) == "bad_word_list");
  // An ideographic blank inside of a word.
  BOOST_TEST(name(word_list::parse(list_with(0, "a\xe3\x80\x80z")).error()) == "bad_word_list");
}

// Editors write one in front of a file; as a part of the first word it would go into the seed.
BOOST_AUTO_TEST_CASE(byte_order_marks) {
  const std::string mark = "\xef\xbb\xbf";
  const auto list = word_list::parse(mark + list_with(0, "first"));
  BOOST_REQUIRE(list.has_value());
  BOOST_TEST(list->word(0) == "first");
  BOOST_TEST(*list->number_of("first") == 0U);
  for (const auto& text :
       {mark + list_with(0, mark + "first"), list_with(0, "fi" + mark + "rst"),
        list_with(5, mark + "w5"), list_with(bip39_word_count - 1, "last" + mark)})
    BOOST_TEST(name(word_list::parse(text).error()) == "bad_word_list");
}

BOOST_AUTO_TEST_CASE(nfkd_decomposes) {
  BOOST_TEST(nfkd("\xc3\xa9")->text() == "e\xcc\x81");                    // é
  BOOST_TEST(nfkd("\xef\xac\x81")->text() == "fi");                       // the ligature
  BOOST_TEST(nfkd("a\xe3\x80\x80z")->text() == "a z");                    // ideographic blank
  BOOST_TEST(nfkd("\xea\xb0\x80")->text() == "\xe1\x84\x80\xe1\x85\xa1"); // a Hangul syllable
  // Marks are put into their order: below (220) before above (230).
  BOOST_TEST(nfkd("q\xcc\x87\xcc\xa3")->text() == "q\xcc\xa3\xcc\x87");
  BOOST_TEST(nfkd("")->text() == "");
  for (const char* broken : {"\xff", "\xc3", "\xed\xa0\x80", "\xf8\x88\x80\x80\x80"})
    BOOST_TEST(name(nfkd(broken).error()) == "bad_utf8");
  BOOST_TEST(nfkd(std::string(1024, 'a')).has_value());
  BOOST_TEST(name(nfkd(std::string(1025, 'a')).error()) == "over_limit");
  // One code point that becomes eighteen.
  std::string long_ligatures;
  for (int i = 0; i < 100; ++i)
    long_ligatures += "\xef\xb7\xba";
  BOOST_TEST(name(nfkd(long_ligatures).error()) == "over_limit");
}

BOOST_AUTO_TEST_CASE(sentences_are_checked) {
  const auto& list = word_list::english();
  const auto parsed = mnemonic::parse(twelve, list);
  BOOST_REQUIRE(parsed.has_value());
  const auto spaced = mnemonic::parse(" legal\twinner  thank year wave sausage\nworth useful legal "
                                      "winner thank yellow\r\n",
                                      list);
  BOOST_REQUIRE(spaced.has_value());
  BOOST_TEST(spaced->sentence() == twelve);

  const std::string eleven{twelve.substr(0, twelve.rfind(' '))};
  BOOST_TEST(name(mnemonic::parse(eleven, list).error()) == "bad_word_count");
  BOOST_TEST(name(mnemonic::parse("", list).error()) == "bad_word_count");
  BOOST_TEST(name(mnemonic::parse(eleven + " winner", list).error()) == "bad_word_checksum");
  BOOST_TEST(name(mnemonic::parse(eleven + " Yellow", list).error()) == "unknown_word");
  std::string nine = "zoo zoo zoo zoo zoo zoo zoo zoo zoo";
  BOOST_TEST(name(mnemonic::parse(nine, list).error()) == "bad_word_count");
  BOOST_TEST(name(mnemonic::parse(nine + " " + nine + " " + nine, list).error()) ==
             "bad_word_count");
}

BOOST_AUTO_TEST_CASE(entropy_has_five_sizes) {
  for (std::size_t size = 0; size <= 40; ++size) {
    const auto made = mnemonic::from_entropy(bytes(size, 3), word_list::english());
    const bool fits = size >= 16 && size <= 32 && size % 4 == 0;
    BOOST_TEST(made.has_value() == fits, size);
    if (!made) BOOST_TEST(name(made.error()) == "bad_entropy_size");
  }
}

// The passphrase takes part in NFKD, in whatever form it was typed.
BOOST_AUTO_TEST_CASE(passphrases_are_normalised) {
  const auto words = mnemonic::parse(twelve, word_list::english());
  BOOST_TEST(to_hex(words->seed("caf\xc3\xa9")->view()) ==
             to_hex(words->seed("cafe\xcc\x81")->view()));
  BOOST_TEST(to_hex(words->seed("cafe")->view()) != to_hex(words->seed("")->view()));
  BOOST_TEST(name(words->seed("\xff").error()) == "bad_utf8");
  BOOST_TEST(name(words->seed(std::string(1017, 'a')).error()) == "over_limit");
}

BOOST_AUTO_TEST_SUITE_END()
