// Texts that others say and people are shown as they stand: nothing in them moves a terminal's
// cursor, ends a line, or is no UTF-8.
#pragma once

#include "core/codec/reader.hpp"

#include <algorithm>
#include <string>

namespace quorate {

/// Characters of a counter's name.
inline constexpr std::size_t counter_name_length_max = 64;

/// Printable ASCII and blanks, or nothing.
constexpr bool is_printable(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

/// 1 to counter_name_length_max of a-z, 0-9 and '_'.
constexpr bool is_counter_name(std::string_view text) noexcept {
  return !text.empty() && text.size() <= counter_name_length_max &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
         });
}

/// A length, then so many characters, 0 to `most`.
/// Errors: over_limit; truncated; not_canonical unless is_printable().
inline std::string read_printable(reader& r, std::size_t most) {
  const auto from = r.blob(most);
  std::string text{from.begin(), from.end()};
  if (!is_printable(text)) r.fail(errc::not_canonical);
  return text;
}

/// A length, then so many characters.
/// Errors: over_limit above `most`; truncated; not_canonical unless is_counter_name().
inline std::string read_counter_name(reader& r, std::size_t most) {
  const auto from = r.blob(most);
  std::string name{from.begin(), from.end()};
  if (!is_counter_name(name)) r.fail(errc::not_canonical);
  return name;
}

} // namespace quorate
