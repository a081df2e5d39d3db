#include "core/chain/evm/hex.hpp"

#include <algorithm>

namespace quorate::evm {

expected<bytes> parse_data(std::string_view text) {
  if (!text.starts_with("0x")) return errc::bad_hex;
  std::string digits{text.substr(2)};
  std::transform(digits.begin(), digits.end(), digits.begin(), [](char c) {
    return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return from_hex(digits);
}

} // namespace quorate::evm
