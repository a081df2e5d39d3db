// UTF-8, checked: shortest forms only, no surrogates, nothing above U+10FFFF.
#pragma once

#include <cstddef>
#include <string_view>

namespace quorate {

/// The length of the character that `text` begins with, 1 to 4; 0 when it begins with none.
/// Source: RFC 3629 section 4.
std::size_t utf8_character_bytes(std::string_view text) noexcept;

/// U+FEFF. In front of a text some editors write it to say that UTF-8 follows; elsewhere it is a
/// character that nobody sees.
inline constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

/// Whether all of `text` is UTF-8; true for the empty text.
bool is_utf8(std::string_view text) noexcept;

} // namespace quorate
