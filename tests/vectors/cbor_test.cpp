// Deterministic CBOR: RFC 8949 appendix A, typed in, and what section 4.2.1 excludes.
#include "tests/vectors/cbor_appendix_a.hpp"

#include <boost/test/unit_test.hpp>

#include <map>

using namespace quorate;

namespace {

errc why_not(std::string_view hex) {
  const auto checked = cbor::check(*from_hex(hex));
  BOOST_REQUIRE_MESSAGE(!checked, hex << " was taken");
  return checked.error();
}

} // namespace

BOOST_AUTO_TEST_SUITE(cbor_vectors)

BOOST_AUTO_TEST_CASE(rfc_8949_appendix_a) {
  std::size_t taken = 0;
  std::map<errc, int> refused;
  for (const auto& [hex, diagnostic, why] : cbor::appendix_a()) {
    if (why) {
      BOOST_TEST((why_not(hex) == *why), hex);
      ++refused[*why];
      continue;
    }
    const bytes raw = *from_hex(hex);
    BOOST_TEST(cbor::check(raw).has_value(), hex);
    cbor::reader r{raw};
    BOOST_TEST(cbor::show(r) == diagnostic);
    BOOST_TEST(r.finish().has_value());
    cbor::reader again{raw};
    cbor::writer w;
    cbor::copy(again, w);
    BOOST_TEST((std::move(w).take() == raw), hex);
    ++taken;
  }
  // Integers, false, true, null, strings, arrays, and maps with integer keys.
  BOOST_TEST(taken == 34U);
  BOOST_TEST(refused[errc::cbor_not_shortest] == 11);
  BOOST_TEST(refused[errc::cbor_key_kind] == 3);
  // 22 floats, 6 of them not the shortest either; 8 tags; undefined and 2 other simple values.
  BOOST_TEST(refused[errc::cbor_outside_profile] == 33);
  BOOST_TEST(refused.size() == 3U);
}

BOOST_AUTO_TEST_CASE(heads_that_are_not_shortest) {
  for (const auto* hex :
       {"1817", "190018", "1900ff", "1a0000ffff", "1b00000000ffffffff", "3817", "5801aa", "780161",
        "980101", "b8010101", "1c", "1f", "5f4101ff", "9fff", "bfff", "7f6161ff"})
    BOOST_TEST((why_not(hex) == errc::cbor_not_shortest), hex);
  // One more than those, and nothing shorter says it.
  for (const auto* hex : {"1818", "18ff", "190100", "1a00010000", "1b0000000100000000"})
    BOOST_TEST(cbor::check(*from_hex(hex)).has_value(), hex);
}

// Section 4.2.1: bytewise lexicographic order of the encoded keys, so 10, 100, -1 and not 10, -1.
BOOST_AUTO_TEST_CASE(keys_of_maps) {
  BOOST_TEST(cbor::check(*from_hex("a30af61864f620f6")).has_value());
  BOOST_TEST((why_not("a220f60af6") == errc::cbor_key_order));
  BOOST_TEST((why_not("a20af60af6") == errc::cbor_key_order));
  BOOST_TEST((why_not("a102a202f601f6") == errc::cbor_key_order));
  BOOST_TEST((why_not("a16161f6") == errc::cbor_key_kind));
  BOOST_TEST((why_not("a18001") == errc::cbor_key_kind));
  BOOST_TEST((why_not("a1f401") == errc::cbor_key_kind));
}

BOOST_AUTO_TEST_CASE(broken) {
  for (const auto* hex : {"", "18", "1901", "41", "61", "81", "8201", "a1", "a101", "9affffffff",
                          "bbffffffffffffffff", "5bffffffffffffffff"})
    BOOST_TEST((why_not(hex) == errc::truncated), hex);
  BOOST_TEST((why_not("0000") == errc::trailing_bytes));
  BOOST_TEST((why_not("810101") == errc::trailing_bytes));
  // Overlong, a surrogate, above U+10FFFF, cut short, a lone continuation.
  for (const auto* hex : {"62c080", "63e08080", "63eda080", "64f4908080", "61c3", "6180", "61ff"})
    BOOST_TEST((why_not(hex) == errc::bad_utf8), hex);
}

BOOST_AUTO_TEST_CASE(depth_is_bounded) {
  const auto nested = [](std::size_t n) {
    bytes raw(n, 0x81);
    raw.push_back(0x00);
    return raw;
  };
  BOOST_TEST(cbor::check(nested(cbor::depth_max)).has_value());
  BOOST_TEST((cbor::check(nested(cbor::depth_max + 1)).error() == errc::cbor_too_deep));
  BOOST_TEST((cbor::check(nested(1'000'000)).error() == errc::cbor_too_deep));
  // Side by side is not inside one another.
  bytes wide{0x98, 100};
  wide.insert(wide.end(), 100, 0x80);
  BOOST_TEST(cbor::check(wide).has_value());
}

BOOST_AUTO_TEST_CASE(limits_and_kinds) {
  const auto first_error = [](std::string_view hex, auto&& read) {
    const bytes raw = *from_hex(hex);
    cbor::reader r{raw};
    read(r);
    return r.finish().error();
  };
  BOOST_TEST((first_error("4401020304", [](auto& r) { r.byte_string(3); }) == errc::over_limit));
  BOOST_TEST((first_error("6161", [](auto& r) { r.text(0); }) == errc::over_limit));
  BOOST_TEST((first_error("820102", [](auto& r) { r.array(1); }) == errc::over_limit));
  BOOST_TEST((first_error("a10102", [](auto& r) { r.map(0); }) == errc::over_limit));
  BOOST_TEST((first_error("01", [](auto& r) { r.text(9); }) == errc::cbor_wrong_kind));
  BOOST_TEST((first_error("20", [](auto& r) { r.unsigned_integer(); }) == errc::cbor_wrong_kind));
  BOOST_TEST((first_error("820102", [](auto& r) { r.array(2); }) == errc::truncated));
  BOOST_TEST(
      (first_error("a10102", [](auto& r) { r.map(1), r.key(2); }) == errc::cbor_unexpected_key));
}

BOOST_AUTO_TEST_SUITE_END()
