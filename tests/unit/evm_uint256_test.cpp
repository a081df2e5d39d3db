// 256-bit integers against boost::multiprecision, and their text.
#include "core/chain/evm/uint256.hpp"

#include <boost/multiprecision/cpp_int.hpp>
#include <boost/test/unit_test.hpp>

#include <random>

using namespace quorate;
using namespace quorate::evm;
using boost::multiprecision::cpp_int;

namespace {

cpp_int big(const uint256& a) {
  cpp_int out;
  const auto word = a.to_word();
  import_bits(out, word.begin(), word.end());
  return out;
}

const cpp_int modulus = cpp_int{1} << 256;

// Few or many bits, with runs of ones: carries happen at the edges of limbs.
uint256 drawn(std::mt19937_64& random) {
  uint256::word word{};
  const std::size_t size = random() % 33;
  const auto kind = random() % 3;
  for (std::size_t i = 32 - size; i < 32; ++i)
    word[i] = static_cast<std::uint8_t>(kind == 0 ? 0xff : kind == 1 ? random() : random() % 2);
  return *uint256::from_big_endian(word);
}

template <class Actual>
void agree(const Actual& actual, const cpp_int& expected_value) {
  const bool fits = expected_value >= 0 && expected_value < modulus;
  BOOST_REQUIRE(actual.has_value() == fits);
  if (fits)
    BOOST_TEST(big(*actual) == expected_value);
  else
    BOOST_TEST((actual.error() == errc::number_overflow));
}

} // namespace

BOOST_AUTO_TEST_SUITE(evm_uint256)

BOOST_AUTO_TEST_CASE(arithmetic_agrees_with_another_implementation) {
  const auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937_64 random{seed};
  for (int round = 0; round < 20'000; ++round) {
    const auto a = drawn(random);
    const auto b = drawn(random);
    agree(add(a, b), big(a) + big(b));
    agree(subtract(a, b), big(a) - big(b));
    agree(multiply(a, b), big(a) * big(b));
    BOOST_TEST((a < b) == (big(a) < big(b)));
    auto quotient = a;
    const std::uint64_t divisor = random() | 1;
    const auto rest = divide_by(quotient, divisor);
    BOOST_TEST(big(quotient) * divisor + rest == big(a));
    BOOST_TEST(rest < divisor);
    BOOST_TEST(big(wrapping_negate(a)) == (modulus - big(a)) % modulus);
    BOOST_TEST(to_string(a) == big(a).str());
    BOOST_TEST((*parse_uint256(to_string(a)) == a));
    BOOST_TEST((*parse_int256(to_signed_string(a)) == a));
    BOOST_TEST((*uint256::from_big_endian(a.to_minimal()) == a));
    BOOST_TEST(a.bit_length() == (a.is_zero() ? 0U : msb(big(a)) + 1));
  }
}

BOOST_AUTO_TEST_CASE(text_has_one_form) {
  const std::string most =
      "115792089237316195423570985008687907853269984665640564039457584007913129639935";
  BOOST_TEST((*parse_uint256(most) == uint256::max()));
  BOOST_TEST((parse_uint256(most.substr(0, 77) + "6").error() == errc::number_overflow));
  BOOST_TEST((*parse_uint256("0x" + std::string(64, 'F')) == uint256::max()));
  BOOST_TEST((parse_uint256("0x1" + std::string(64, '0')).error() == errc::number_overflow));
  for (const char* wrong :
       {"", "0x", "00", "01", "0x01", "-1", "+1", " 1", "1 ", "1e3", "0xg", "a"})
    BOOST_TEST((parse_uint256(wrong).error() == errc::not_canonical), wrong);

  const std::string least =
      "-57896044618658097711785492504343953926634992332820282019728792003956564819968";
  BOOST_TEST(to_signed_string(*parse_int256(least)) == least);
  BOOST_TEST((parse_int256(least.substr(1)).error() == errc::number_overflow));
  BOOST_TEST((parse_int256(least.substr(0, 77) + "9").error() == errc::number_overflow));
  BOOST_TEST((*parse_int256("-1") == uint256::max()));
  for (const char* wrong : {"-0", "--1", "-", "-01"})
    BOOST_TEST((parse_int256(wrong).error() == errc::not_canonical), wrong);
}

BOOST_AUTO_TEST_CASE(decimals_are_exact) {
  BOOST_TEST(to_decimal_string(*parse_uint256("1500000000000000000"), 18) == "1.5");
  BOOST_TEST(to_decimal_string(1, 18) == "0.000000000000000001");
  BOOST_TEST(to_decimal_string(0, 18) == "0");
  BOOST_TEST(to_decimal_string(100, 0) == "100");
  BOOST_TEST(to_decimal_string(10'000'000'000, 9) == "10");
  BOOST_TEST((uint256::from_big_endian(bytes(33)).error() == errc::over_limit));
  BOOST_TEST((add(~0ULL, 1)->to_u64().error() == errc::number_overflow));
}

BOOST_AUTO_TEST_SUITE_END()
