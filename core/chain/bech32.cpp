#include "core/chain/bech32.hpp"

#include "core/base/planted.hpp"

namespace quorate::chain {

namespace {

constexpr std::string_view alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr std::size_t checksum_words = 6;

constexpr std::uint32_t final_constant(bech32_variant variant) noexcept {
  switch (variant) {
  case bech32_variant::bech32:
    return 1;
  case bech32_variant::bech32m:
    return 0x2bc830a3;
  }
  return 0;
}

/// The remainder of the words so far, as a polynomial over GF(32), by the code's generator.
class checksum {
public:
  explicit checksum(std::string_view prefix) noexcept {
    for (const char c : prefix)
      add(static_cast<std::uint8_t>(c) >> 5);
    add(0);
    for (const char c : prefix)
      add(static_cast<std::uint8_t>(c) & 31);
  }

  void add(std::uint8_t word) noexcept {
    static constexpr std::array<std::uint32_t, 5> generator{0x3b6a57b2, 0x26508e6d, 0x1ea119fa,
                                                            0x3d4233dd, 0x2a1462b3};
    const std::uint32_t top = value_ >> 25;
    value_ = (value_ & 0x1ffffff) << 5 ^ word;
    for (std::size_t bit = 0; bit < generator.size(); ++bit)
      if ((top >> bit & 1) != 0) value_ ^= generator[bit];
  }

  void add(byte_view words) noexcept {
    for (const auto word : words)
      add(word);
  }

  std::uint32_t value() const noexcept { return value_; }

private:
  std::uint32_t value_ = 1;
};

bool is_upper(char c) noexcept { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) noexcept { return c >= 'a' && c <= 'z'; }

/// Lower case of a text in one case. Errors: bad_character outside 33 to 126, or in both cases.
expected<std::string> in_lower_case(std::string_view text) {
  bool upper = false;
  bool lower = false;
  std::string result;
  result.reserve(text.size());
  for (const char c : text) {
    if (c < 33 || c > 126) return errc::bad_character;
    upper = upper || is_upper(c);
    lower = lower || is_lower(c);
    result.push_back(is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c);
  }
  if (upper && lower) return errc::bad_character;
  return result;
}

} // namespace

expected<std::string> encode_bech32(const bech32_text& text) {
  if (text.prefix.empty()) return errc::bad_character;
  if (text.prefix.size() + 1 + text.words.size() + checksum_words > bech32_characters_max)
    return errc::over_limit;
  QUORATE_ASSIGN(std::string result, in_lower_case(text.prefix));
  if (result != text.prefix) return errc::bad_character;

  checksum sum{text.prefix};
  result.push_back('1');
  for (const auto word : text.words) {
    if (word >= alphabet.size()) return errc::bad_character;
    sum.add(word);
    result.push_back(alphabet[word]);
  }
  for (std::size_t i = 0; i < checksum_words; ++i)
    sum.add(0);
  const std::uint32_t remainder = sum.value() ^ final_constant(text.variant);
  for (std::size_t i = 0; i < checksum_words; ++i)
    result.push_back(alphabet[remainder >> 5 * (checksum_words - 1 - i) & 31]);
  return result;
}

expected<bech32_text> decode_bech32(std::string_view text) {
  if (text.size() > bech32_characters_max) return errc::over_limit;
  QUORATE_ASSIGN(const std::string lower, in_lower_case(text));
  const std::size_t separator = lower.rfind('1');
  if (separator == std::string::npos || separator == 0) return errc::truncated;
  if (lower.size() - separator - 1 < checksum_words) return errc::truncated;

  bech32_text result;
  result.prefix = lower.substr(0, separator);
  for (const char c : std::string_view{lower}.substr(separator + 1)) {
    const auto word = alphabet.find(c);
    if (word == std::string_view::npos) return errc::bad_character;
    result.words.push_back(static_cast<std::uint8_t>(word));
  }
  checksum sum{result.prefix};
  sum.add(result.words);
  if (sum.value() == final_constant(bech32_variant::bech32))
    result.variant = bech32_variant::bech32;
  else if (sum.value() == final_constant(bech32_variant::bech32m))
    result.variant = bech32_variant::bech32m;
  else
    return errc::bad_checksum;
  result.words.resize(result.words.size() - checksum_words);
  return result;
}

bytes to_five_bit_words(byte_view from) {
  bytes result;
  result.reserve((from.size() * 8 + 4) / 5);
  std::uint32_t pending = 0;
  int bits = 0;
  for (const auto byte : from) {
    pending = (pending << 8 | byte) & 0xfff; // at most four bits wait, and eight join them
    for (bits += 8; bits >= 5; bits -= 5)
      result.push_back(static_cast<std::uint8_t>(pending >> (bits - 5) & 31));
  }
  if (bits > 0) result.push_back(static_cast<std::uint8_t>(pending << (5 - bits) & 31));
  return result;
}

expected<bytes> from_five_bit_words(byte_view words) {
  bytes result;
  result.reserve(words.size() * 5 / 8);
  std::uint32_t pending = 0;
  int bits = 0;
  for (const auto word : words) {
    if (word > 31) return errc::bad_character;
    pending = (pending << 5 | word) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    result.push_back(static_cast<std::uint8_t>(pending >> bits));
  }
  const bool padded = (pending & ((1U << bits) - 1)) == 0 || planted(decoder_fault::any_padding);
  if (bits > 4 || !padded) return errc::not_canonical;
  return result;
}

expected<std::string> encode_bech32_bytes(std::string_view prefix, byte_view payload) {
  return encode_bech32({bech32_variant::bech32, std::string{prefix}, to_five_bit_words(payload)});
}

expected<bytes> decode_bech32_bytes(std::string_view prefix, std::string_view text) {
  QUORATE_ASSIGN(const bech32_text decoded, decode_bech32(text));
  if (decoded.variant != bech32_variant::bech32) return errc::bad_checksum;
  if (decoded.prefix != prefix) return errc::wrong_network;
  return from_five_bit_words(decoded.words);
}

} // namespace quorate::chain
