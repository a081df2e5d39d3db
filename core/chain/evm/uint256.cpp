#include "core/chain/evm/uint256.hpp"

#include <algorithm>
#include <bit>

namespace quorate::evm {

namespace {

__extension__ using u128 = unsigned __int128;

int digit_of(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 16;
}

} // namespace

expected<uint256> uint256::from_big_endian(byte_view in) {
  if (in.size() > sizeof(word)) return errc::over_limit;
  uint256 result;
  for (std::size_t i = 0; i < in.size(); ++i) {
    const std::size_t place = in.size() - 1 - i; // counted from the lowest byte
    result.limbs_[3 - place / 8] |= static_cast<std::uint64_t>(in[i]) << 8 * (place % 8);
  }
  return result;
}

uint256::word uint256::to_word() const noexcept {
  word out;
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = static_cast<std::uint8_t>(limbs_[i / 8] >> 8 * (7 - i % 8));
  return out;
}

bytes uint256::to_minimal() const {
  const auto all = to_word();
  return {std::find_if(all.begin(), all.end(), [](auto byte) { return byte != 0; }), all.end()};
}

unsigned uint256::bit_length() const noexcept {
  for (unsigned i = 0; i < 4; ++i)
    if (limbs_[i] != 0) return 64 * (3 - i) + static_cast<unsigned>(std::bit_width(limbs_[i]));
  return 0;
}

bool uint256::bit(unsigned index) const noexcept {
  return (limbs_[3 - index / 64] >> (index % 64) & 1) != 0;
}

expected<std::uint64_t> uint256::to_u64() const {
  if (bit_length() > 64) return errc::number_overflow;
  return limbs_[3];
}

uint256 operator~(const uint256& a) noexcept {
  uint256 result;
  for (std::size_t i = 0; i < 4; ++i)
    result.limbs_[i] = ~a.limbs_[i];
  return result;
}

expected<uint256> add(const uint256& a, const uint256& b) {
  uint256 sum;
  u128 carry = 0;
  for (std::size_t i = 4; i-- > 0;) {
    carry += static_cast<u128>(a.limbs_[i]) + b.limbs_[i];
    sum.limbs_[i] = static_cast<std::uint64_t>(carry);
    carry >>= 64;
  }
  if (carry != 0) return errc::number_overflow;
  return sum;
}

expected<uint256> subtract(const uint256& a, const uint256& b) {
  if (b > a) return errc::number_overflow;
  uint256 difference;
  std::uint64_t borrow = 0;
  for (std::size_t i = 4; i-- > 0;) {
    const u128 taken = static_cast<u128>(b.limbs_[i]) + borrow;
    difference.limbs_[i] = a.limbs_[i] - static_cast<std::uint64_t>(taken);
    borrow = taken > a.limbs_[i] ? 1 : 0;
  }
  return difference;
}

expected<uint256> multiply(const uint256& a, const uint256& b) {
  uint256 product;
  for (std::size_t i = 0; i < 4; ++i) { // i and j count from the lowest limb
    u128 carry = 0;
    for (std::size_t j = 0; j < 4; ++j) {
      const u128 term = static_cast<u128>(a.limbs_[3 - i]) * b.limbs_[3 - j] + carry;
      if (i + j > 3) {
        if (term != 0) return errc::number_overflow;
        continue;
      }
      auto& limb = product.limbs_[3 - (i + j)];
      const u128 sum = term + limb;
      limb = static_cast<std::uint64_t>(sum);
      carry = sum >> 64;
    }
    if (carry != 0) return errc::number_overflow;
  }
  return product;
}

std::uint64_t divide_by(uint256& a, std::uint64_t divisor) noexcept {
  u128 rest = 0;
  for (auto& limb : a.limbs_) {
    rest = rest << 64 | limb;
    limb = static_cast<std::uint64_t>(rest / divisor);
    rest %= divisor;
  }
  return static_cast<std::uint64_t>(rest);
}

uint256 wrapping_negate(const uint256& a) noexcept {
  return a.is_zero() ? a : *add(~a, 1); // ~a is below 2^256 - 1 unless a is zero
}

std::string to_string(const uint256& a) {
  uint256 rest = a;
  std::string digits;
  do
    digits.push_back(static_cast<char>('0' + divide_by(rest, 10)));
  while (!rest.is_zero());
  std::reverse(digits.begin(), digits.end());
  return digits;
}

std::string to_signed_string(const uint256& a) {
  return is_negative(a) ? "-" + to_string(wrapping_negate(a)) : to_string(a);
}

std::string to_decimal_string(const uint256& a, unsigned decimals) {
  std::string digits = to_string(a);
  if (decimals == 0) return digits;
  if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
  digits.insert(digits.size() - decimals, 1, '.');
  while (digits.back() == '0')
    digits.pop_back();
  if (digits.back() == '.') digits.pop_back();
  return digits;
}

expected<uint256> parse_uint256(std::string_view text) {
  int base = 10;
  if (text.starts_with("0x")) {
    base = 16;
    text.remove_prefix(2);
  }
  if (text.empty() || (text.size() > 1 && text[0] == '0')) return errc::not_canonical;
  uint256 value;
  for (char c : text) {
    const int digit = digit_of(c);
    if (digit >= base) return errc::not_canonical;
    QUORATE_ASSIGN(const auto shifted, multiply(value, static_cast<std::uint64_t>(base)));
    QUORATE_ASSIGN(value, add(shifted, static_cast<std::uint64_t>(digit)));
  }
  return value;
}

expected<uint256> parse_int256(std::string_view text) {
  const bool below_zero = text.starts_with('-');
  if (below_zero) text.remove_prefix(1);
  QUORATE_ASSIGN(const auto magnitude, parse_uint256(text));
  if (!below_zero) {
    if (is_negative(magnitude)) return errc::number_overflow;
    return magnitude;
  }
  if (magnitude.is_zero()) return errc::not_canonical;
  const auto value = wrapping_negate(magnitude);
  if (!is_negative(value)) return errc::number_overflow;
  return value;
}

} // namespace quorate::evm
