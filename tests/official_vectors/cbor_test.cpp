// Deterministic CBOR: the working group's file of RFC 7049's appendix A. It has one example more
// than RFC 8949's, a simple value in two bytes that one byte holds.
#include "tests/vectors/cbor_appendix_a.hpp"
#include "tests/vectors/vector_file.hpp"

#include <map>

using namespace quorate;
using nlohmann::json;

namespace {

constexpr auto extra = "f818"; // simple(24)

const cbor::example& typed_in(const std::string& hex) {
  const auto all = cbor::appendix_a();
  const auto found = std::ranges::find(all, std::string_view{hex}, &cbor::example::hex);
  BOOST_REQUIRE_MESSAGE(found != all.end(), hex);
  return *found;
}

} // namespace

BOOST_AUTO_TEST_SUITE(cbor_file)

// What the file says of a case: {hex, roundtrip, decoded or diagnostic}.
BOOST_AUTO_TEST_CASE(official_file) {
  std::size_t taken = 0;
  std::map<errc, int> refused;
  for (const auto& one : vector_file("cbor_appendix_a.json")) {
    const std::string hex = one["hex"];
    const bytes raw = *from_hex(hex);
    const auto checked = cbor::check(raw);
    if (checked) {
      ++taken;
      BOOST_TEST(one["roundtrip"].get<bool>(), hex << " is not deterministic and was taken");
    } else {
      ++refused[checked.error()];
    }
    if (hex == extra) continue;
    const auto& [_, diagnostic, why] = typed_in(hex);
    BOOST_TEST(((checked ? std::optional<errc>{} : checked.error()) == why), hex);
    if (one.contains("diagnostic"))
      BOOST_TEST(diagnostic == one["diagnostic"].get<std::string>());
    else if (json::accept(diagnostic)) // not what is of indefinite length
      BOOST_TEST(json::parse(diagnostic) == one["decoded"], hex);
  }
  BOOST_TEST(taken == 34U);
  BOOST_TEST(refused[errc::cbor_not_shortest] == 11);
  BOOST_TEST(refused[errc::cbor_key_kind] == 3);
  BOOST_TEST(refused[errc::cbor_outside_profile] == 34);
  BOOST_TEST(refused.size() == 3U);
}

BOOST_AUTO_TEST_SUITE_END()
