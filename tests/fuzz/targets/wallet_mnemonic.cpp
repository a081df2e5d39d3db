// BIP-39 sentences, from anything and from the entropy that the input is, and Unicode.
#include "core/codec/utf8.hpp"
#include "core/wallet/mnemonic.hpp"
#include "core/wallet/nfkd.hpp"
#include "tests/fuzz/harness.hpp"

using namespace quorate;
using namespace quorate::wallet;

namespace {

void check_sentence(const mnemonic& words) {
  fuzz::accepted();
  const auto& list = word_list::english();
  const auto again = mnemonic::parse(words.sentence(), list);
  QUORATE_CHECK(again && again->sentence() == words.sentence());
  const auto made = mnemonic::from_entropy(words.entropy(), list);
  QUORATE_CHECK(made && made->sentence() == words.sentence());
}

} // namespace

void fuzz::run(byte_view input) {
  const auto text = as_text(input);
  if (const auto normal = nfkd(text)) {
    QUORATE_CHECK(is_utf8(text) && is_utf8(normal->text()));
    const auto again = nfkd(normal->text());
    QUORATE_CHECK(again && again->text() == normal->text());
  }
  const auto& list = word_list::english();
  if (const auto words = mnemonic::parse(text, list)) check_sentence(*words);
  if (const auto words = mnemonic::from_entropy(input, list)) {
    QUORATE_CHECK(equal(words->entropy(), input));
    check_sentence(*words);
  }
  if (const auto other = word_list::parse(text)) QUORATE_CHECK(other->size() == bip39_word_count);
}
