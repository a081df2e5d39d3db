#include "core/base/bytes.hpp"

namespace quorate {

namespace {

int nibble(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

} // namespace

std::string to_hex(byte_view from) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string result;
  result.reserve(from.size() * 2);
  for (auto byte : from) {
    result.push_back(digits[byte >> 4]);
    result.push_back(digits[byte & 15]);
  }
  return result;
}

expected<bytes> from_hex(std::string_view hex) {
  if (hex.size() % 2 != 0) return errc::bad_hex;
  bytes result;
  result.reserve(hex.size() / 2);
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const int high = nibble(hex[i]);
    const int low = nibble(hex[i + 1]);
    if (high < 0 || low < 0) return errc::bad_hex;
    result.push_back(static_cast<std::uint8_t>(high << 4 | low));
  }
  return result;
}

} // namespace quorate
