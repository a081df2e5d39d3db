// Hexadecimal as the EVM's tools write it: behind 0x, in either case.
#pragma once

#include "core/base/bytes.hpp"

namespace quorate::evm {

/// Errors: bad_hex unless 0x and an even number of digits.
expected<bytes> parse_data(std::string_view text);

/// As above, exactly the size of `Fixed`. Errors: bad_hex.
template <class Fixed>
expected<Fixed> parse_fixed(std::string_view text) {
  const auto raw = parse_data(text);
  if (!raw || raw->size() != Fixed::size) return errc::bad_hex;
  return Fixed::from_bytes(*raw);
}

/// 0x and two lower-case digits a byte.
inline std::string to_data(byte_view from) { return "0x" + to_hex(from); }

} // namespace quorate::evm
