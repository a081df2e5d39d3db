#include "core/codec/base64.hpp"

#include <algorithm>

namespace quorate {

namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr auto digits = [] {
  std::array<std::int8_t, 256> made{};
  made.fill(-1);
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    made[static_cast<std::uint8_t>(alphabet[i])] = static_cast<std::int8_t>(i);
  return made;
}();

} // namespace

std::string to_base64(byte_view from) {
  std::string text;
  text.reserve((from.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < from.size(); i += 3) {
    const std::size_t here = std::min<std::size_t>(3, from.size() - i);
    std::uint32_t three = 0;
    for (std::size_t j = 0; j < 3; ++j)
      three = three << 8 | (j < here ? from[i + j] : 0U);
    for (std::size_t j = 0; j < 4; ++j)
      text += j <= here ? alphabet[three >> (18 - 6 * j) & 63] : '=';
  }
  return text;
}

expected<bytes> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return errc::bad_base64;
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=')
    ++padding;
  bytes out;
  out.reserve(text.size() / 4 * 3);
  std::uint32_t held = 0;
  unsigned bits = 0;
  for (const char c : text.substr(0, text.size() - padding)) {
    const auto digit = digits[static_cast<std::uint8_t>(c)];
    if (digit < 0) return errc::bad_base64;
    held = held << 6 | static_cast<std::uint32_t>(digit);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out.push_back(static_cast<std::uint8_t>(held >> bits));
    held &= (1U << bits) - 1;
  }
  // What the last digit has over: a second text for the same bytes.
  if (held != 0) return errc::bad_base64;
  return out;
}

} // namespace quorate
