#include "core/chain/evm/address.hpp"

#include "core/chain/evm/hex.hpp"
#include "core/crypto/keccak.hpp"
#include "core/crypto/secp256k1_key.hpp"

#include <algorithm>

namespace quorate::evm {

address address_of(const ec_public_key& key) noexcept {
  const auto point = key.uncompressed(); // 04 | X | Y
  const auto hash = keccak256(point.view().subspan(1));
  address result;
  std::copy(hash.data.end() - address::size, hash.data.end(), result.data.begin());
  return result;
}

std::string to_string(const address& a) {
  std::string digits = to_hex(a);
  const std::string hash = to_hex(keccak256(as_bytes(digits)));
  for (std::size_t i = 0; i < digits.size(); ++i)
    if (digits[i] >= 'a' && hash[i] >= '8') digits[i] = static_cast<char>(digits[i] - 'a' + 'A');
  return "0x" + digits;
}

expected<address> parse_address(std::string_view text, checksum demand) {
  const auto raw = parse_data(text);
  if (!raw || raw->size() != address::size) return errc::bad_address;
  QUORATE_ASSIGN(const auto parsed, address::from_bytes(*raw));
  if (text == to_string(parsed)) return parsed;
  const auto digits = text.substr(2);
  const bool upper =
      std::any_of(digits.begin(), digits.end(), [](char c) { return c >= 'A' && c <= 'F'; });
  const bool lower = std::any_of(digits.begin(), digits.end(), [](char c) { return c >= 'a'; });
  if (demand == checksum::required || (upper && lower)) return errc::bad_checksum;
  return parsed;
}

} // namespace quorate::evm
