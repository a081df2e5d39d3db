#include "core/chain/base58.hpp"

#include "core/codec/base58.hpp"
#include "core/crypto/digests.hpp"

#include <algorithm>

namespace quorate::chain {

namespace {

using base58::alphabet;
using base58::multiply_add;

constexpr std::size_t checksum_bytes = 4;
// log(256) / log(58) is below 1.37.
constexpr std::size_t characters_max = (base58_payload_max + checksum_bytes) * 137 / 100 + 1;

/// Room for either direction: a character stands for less than a byte.
using digits_room = std::array<std::uint8_t, characters_max>;

/// The number in it, without the zeros before.
byte_view number_in(const digits_room& digits) {
  const auto first = std::ranges::find_if(digits, [](auto digit) { return digit != 0; });
  return {first, digits.end()};
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

  digits_room digits{};
  for (const auto byte : all)
    QUORATE_CHECK(multiply_add(digits, 58, 256, byte) == 0);
  const auto zeros = std::find_if(all.begin(), all.end(), [](auto b) { return b != 0; });
  std::string result(static_cast<std::size_t>(zeros - all.begin()), alphabet.front());
  for (const auto digit : number_in(digits))
    result.push_back(alphabet[digit]);
  return result;
}

expected<bytes> decode_base58check(std::string_view text) {
  if (text.size() > characters_max) return errc::over_limit;
  digits_room digits{};
  for (const char c : text) {
    const auto value = alphabet.find(c);
    if (value == std::string_view::npos) return errc::bad_character;
    QUORATE_CHECK(multiply_add(digits, 256, 58, static_cast<std::uint32_t>(value)) == 0);
  }
  const std::size_t zeros = std::min(text.find_first_not_of(alphabet.front()), text.size());
  bytes all(zeros, 0);
  const auto number = number_in(digits);
  all.insert(all.end(), number.begin(), number.end());

  if (all.size() < checksum_bytes) return errc::truncated;
  if (all.size() > base58_payload_max + checksum_bytes) return errc::over_limit;
  const bytes checksum{all.end() - checksum_bytes, all.end()};
  all.resize(all.size() - checksum_bytes);
  if (checksum != checksum_of(all)) return errc::bad_checksum;
  return all;
}

} // namespace quorate::chain
