#include "core/chain/base58.hpp"

#include "core/crypto/digests.hpp"

#include <algorithm>

namespace quorate::chain {

namespace {

constexpr std::string_view alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
constexpr std::size_t checksum_bytes = 4;
// log(256) / log(58) is below 1.37.
constexpr std::size_t characters_max = (base58_payload_max + checksum_bytes) * 137 / 100 + 1;

/// digits = digits * from_base + add, all least significant first, in base `to_base`.
void multiply_add(bytes& digits, std::uint32_t from_base, std::uint32_t add,
                  std::uint32_t to_base) {
  for (auto& digit : digits) {
    add += digit * from_base;
    digit = static_cast<std::uint8_t>(add % to_base);
    add /= to_base;
  }
  for (; add != 0; add /= to_base)
    digits.push_back(static_cast<std::uint8_t>(add % to_base));
}

bytes checksum_of(byte_view payload) {
  const digest full = double_sha256(payload);
  return {full.data.begin(), full.data.begin() + checksum_bytes};
}

} // namespace

std::string encode_base58check(byte_view payload) {
  QUORATE_CHECK(payload.size() <= base58_payload_max);
  bytes all{payload.begin(), payload.end()};
  const bytes checksum = checksum_of(payload);
  all.insert(all.end(), checksum.begin(), checksum.end());

  bytes digits;
  for (const auto byte : all)
    multiply_add(digits, 256, byte, 58);
  const auto zeros = std::find_if(all.begin(), all.end(), [](auto b) { return b != 0; });
  std::string result(static_cast<std::size_t>(zeros - all.begin()), alphabet.front());
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit)
    result.push_back(alphabet[*digit]);
  return result;
}

expected<bytes> decode_base58check(std::string_view text) {
  if (text.size() > characters_max) return errc::over_limit;
  bytes digits;
  for (const char c : text) {
    const auto value = alphabet.find(c);
    if (value == std::string_view::npos) return errc::bad_character;
    multiply_add(digits, 58, static_cast<std::uint32_t>(value), 256);
  }
  const std::size_t zeros = std::min(text.find_first_not_of(alphabet.front()), text.size());
  bytes all(zeros, 0);
  all.insert(all.end(), digits.rbegin(), digits.rend());

  if (all.size() < checksum_bytes) return errc::truncated;
  if (all.size() > base58_payload_max + checksum_bytes) return errc::over_limit;
  const bytes checksum{all.end() - checksum_bytes, all.end()};
  all.resize(all.size() - checksum_bytes);
  if (checksum != checksum_of(all)) return errc::bad_checksum;
  return all;
}

} // namespace quorate::chain
