#include "core/base/amount.hpp"

#include <algorithm>

namespace quorate {

namespace {

__extension__ using u128 = unsigned __int128;

u128 wide(amount a) noexcept { return static_cast<u128>(a.high()) << 64 | a.low(); }

amount narrow(u128 value) noexcept {
  return {static_cast<std::uint64_t>(value >> 64), static_cast<std::uint64_t>(value)};
}

} // namespace

expected<amount> add(amount a, amount b) {
  const u128 sum = wide(a) + wide(b);
  if (sum < wide(a)) return errc::amount_overflow;
  return narrow(sum);
}

expected<amount> subtract(amount a, amount b) {
  if (b > a) return errc::insufficient_funds;
  return narrow(wide(a) - wide(b));
}

std::string to_string(amount a) {
  u128 rest = wide(a);
  std::string digits;
  do {
    digits.push_back(static_cast<char>('0' + static_cast<int>(rest % 10)));
    rest /= 10;
  } while (rest != 0);
  std::reverse(digits.begin(), digits.end());
  return digits;
}

expected<amount> parse_amount(std::string_view digits) {
  if (digits.empty() || (digits.size() > 1 && digits[0] == '0')) return errc::not_canonical;
  u128 value = 0;
  constexpr u128 most = ~static_cast<u128>(0);
  for (char c : digits) {
    if (c < '0' || c > '9') return errc::not_canonical;
    const auto digit = static_cast<u128>(c - '0');
    if (value > (most - digit) / 10) return errc::amount_overflow;
    value = value * 10 + digit;
  }
  return narrow(value);
}

} // namespace quorate
