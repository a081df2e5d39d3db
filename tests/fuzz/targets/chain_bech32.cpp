// Bech32 and Bech32m: as text, and of the prefix and words that the input describes.
#include "core/chain/bech32.hpp"
#include "tests/fuzz/harness.hpp"

using namespace quorate;
using namespace quorate::chain;

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

void check_text(std::string_view text) {
  const auto read = decode_bech32(text);
  if (!read) return;
  fuzz::accepted();
  QUORATE_CHECK(text.size() <= bech32_characters_max);
  std::string canonical{text};
  std::transform(canonical.begin(), canonical.end(), canonical.begin(), lower);
  QUORATE_CHECK(encode_bech32(*read).value() == canonical);
  if (const auto payload = decode_bech32_bytes(read->prefix, text)) {
    QUORATE_CHECK(read->variant == bech32_variant::bech32);
    QUORATE_CHECK(encode_bech32_bytes(read->prefix, *payload).value() == canonical);
  }
}

// BIP-173: any four wrong characters are found; here one.
void check_made(fuzz::source from) {
  const auto where = from.u8();
  bech32_text made{where % 2 == 0 ? bech32_variant::bech32 : bech32_variant::bech32m,
                   std::string{fuzz::as_text(from.until(0))},
                   {}};
  const auto rest = from.rest();
  for (const auto word : rest)
    made.words.push_back(word % 32);
  auto text = encode_bech32(made);
  if (!text) return;
  fuzz::accepted();
  const auto back = decode_bech32(*text);
  QUORATE_CHECK(back && *back == made);
  if (const auto payload = from_five_bit_words(made.words))
    QUORATE_CHECK(to_five_bit_words(*payload) == made.words);
  auto& changed = (*text)[text->size() - 1 - where % 6];
  changed = changed == 'q' ? 'p' : 'q';
  QUORATE_CHECK(!decode_bech32(*text) || decode_bech32(*text)->variant != made.variant);
}

} // namespace

void fuzz::run(byte_view input) {
  check_text(as_text(input));
  check_made(source{input});
  const auto words = to_five_bit_words(input);
  const auto back = from_five_bit_words(words);
  QUORATE_CHECK(back && equal(*back, input));
}
