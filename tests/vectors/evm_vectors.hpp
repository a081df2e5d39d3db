// The EVM's vectors hold hexadecimal in either case, mostly behind 0x.
#pragma once

#include "core/base/bytes.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace quorate::evm {

/// Bytes of hexadecimal in either case, with or without 0x.
inline bytes unhex(std::string text) {
  if (text.starts_with("0x")) text.erase(0, 2);
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  auto raw = from_hex(text);
  BOOST_REQUIRE_MESSAGE(raw.has_value(), "hexadecimal: " << text);
  return *raw;
}

template <class Fixed>
Fixed unhex_fixed(const std::string& text) {
  auto value = Fixed::from_bytes(unhex(text));
  BOOST_REQUIRE_MESSAGE(value.has_value(), "length of " << text);
  return *value;
}

} // namespace quorate::evm
