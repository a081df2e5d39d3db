#include "core/wallet/secret_base64.hpp"

namespace quorate::wallet {

namespace {

// All ones when first <= value <= last, and else zero; without a branch.
int within(int value, int first, int last) {
  return ((first - 1 - value) & (value - last - 1)) >> 31;
}

// The five runs of the alphabet: its digits from `digit` on are the characters from `character` on.
struct run {
  int digit;
  int character;
  int length;
};
constexpr std::array<run, 5> alphabet{
    {{0, 'A', 26}, {26, 'a', 26}, {52, '0', 10}, {62, '+', 1}, {63, '/', 1}}};

std::uint8_t character_of(int digit) {
  int c = 0;
  for (const auto& r : alphabet)
    c |= within(digit, r.digit, r.digit + r.length - 1) & (digit - r.digit + r.character);
  return static_cast<std::uint8_t>(c);
}

// -1 for a character outside of the alphabet.
int digit_of(int character) {
  int digit = 0;
  int known = 0;
  for (const auto& r : alphabet) {
    const int here = within(character, r.character, r.character + r.length - 1);
    digit |= here & (character - r.character + r.digit);
    known |= here;
  }
  return digit | ~known;
}

} // namespace

secret_text to_base64(byte_view in) {
  QUORATE_CHECK(in.size() % 3 == 0);
  auto out = secret_text::zeros(in.size() / 3 * 4);
  for (std::size_t i = 0; i < in.size() / 3; ++i) {
    const int three = in[3 * i] << 16 | in[3 * i + 1] << 8 | in[3 * i + 2];
    for (std::size_t j = 0; j < 4; ++j)
      out.span()[4 * i + j] = character_of(three >> (18 - 6 * j) & 63);
  }
  return out;
}

outcome from_base64(std::string_view text, std::span<std::uint8_t> out) {
  QUORATE_CHECK(out.size() % 3 == 0);
  if (text.size() != out.size() / 3 * 4) return errc::bad_share;
  int wrong = 0;
  for (std::size_t i = 0; i < out.size() / 3; ++i) {
    int three = 0;
    for (std::size_t j = 0; j < 4; ++j) {
      const int digit = digit_of(static_cast<unsigned char>(text[4 * i + j]));
      wrong |= digit; // negative when any is
      three = three << 6 | (digit & 63);
    }
    for (std::size_t j = 0; j < 3; ++j)
      out[3 * i + j] = static_cast<std::uint8_t>(three >> (16 - 8 * j));
  }
  if (wrong < 0) return errc::bad_share;
  return {};
}

} // namespace quorate::wallet
