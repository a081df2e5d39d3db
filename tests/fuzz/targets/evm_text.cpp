// Numbers, addresses and data as the EVM's tools write them.
#include "core/chain/evm/address.hpp"
#include "core/chain/evm/hex.hpp"
#include "core/chain/evm/uint256.hpp"
#include "tests/fuzz/harness.hpp"

using namespace quorate;
using namespace quorate::evm;

namespace {

std::string lower(std::string_view text) {
  std::string made{text};
  for (auto& c : made)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return made;
}

void check_numbers(std::string_view text) {
  if (const auto number = parse_uint256(text)) {
    fuzz::accepted();
    const auto again = parse_uint256(to_string(*number));
    QUORATE_CHECK(again && *again == *number);
    if (!text.starts_with("0x")) QUORATE_CHECK(to_string(*number) == text);
    QUORATE_CHECK(uint256::from_big_endian(number->to_minimal()).value() == *number);
  }
  if (const auto number = parse_int256(text)) {
    fuzz::accepted();
    const auto again = parse_int256(to_signed_string(*number));
    QUORATE_CHECK(again && *again == *number);
    QUORATE_CHECK(is_negative(*number) == text.starts_with('-'));
  }
}

void check_arithmetic(byte_view in) {
  fuzz::source from{in};
  const auto a = uint256::from_big_endian(from.raw(32)).value();
  const auto b = uint256::from_big_endian(from.raw(32)).value();
  if (const auto sum = add(a, b))
    QUORATE_CHECK(subtract(*sum, b).value() == a);
  else
    QUORATE_CHECK(a > ~b);
  if (const auto product = multiply(a, b)) {
    auto left = *product;
    if (const auto divisor = b.to_u64(); divisor && *divisor > 0) {
      QUORATE_CHECK(divide_by(left, *divisor) == 0);
      QUORATE_CHECK(left == a);
    }
    QUORATE_CHECK(multiply(b, a).value() == *product);
  }
  (void)to_decimal_string(a, from.u8() % 81);
}

} // namespace

void fuzz::run(byte_view input) {
  const auto text = as_text(input);
  check_numbers(text);
  check_arithmetic(input);
  const auto loose = parse_address(text, checksum::where_mixed);
  const auto strict = parse_address(text, checksum::required);
  if (strict) QUORATE_CHECK(loose && *loose == *strict && to_string(*strict) == text);
  if (loose) {
    accepted();
    QUORATE_CHECK(lower(to_string(*loose)) == lower(text));
  }
  if (const auto data = parse_data(text)) QUORATE_CHECK(to_data(*data) == lower(text));
}
