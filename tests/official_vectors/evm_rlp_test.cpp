// RLP against the official files: every valid case both ways, every invalid one refused.
#include "core/chain/evm/rlp.hpp"
#include "tests/vectors/evm_vectors.hpp"
#include "tests/vectors/vector_file.hpp"

#include <boost/multiprecision/cpp_int.hpp>

using namespace quorate;
using namespace quorate::evm;
using nlohmann::json;

namespace {

// The files write a string, a number, a list, or a large number behind a "#". One of those is
// 2^256, which is no number of the EVM but a string like any other.
std::optional<bytes> large_number(const json& in) {
  const auto text = in.get<std::string>();
  if (!text.starts_with('#')) return std::nullopt;
  bytes out;
  export_bits(boost::multiprecision::cpp_int{text.substr(1)}, std::back_inserter(out), 8);
  return out;
}

void write(rlp::writer& out, const json& in) {
  if (in.is_array())
    out.list([&](rlp::writer& inner) {
      for (const auto& each : in)
        write(inner, each);
    });
  else if (in.is_number())
    out.integer(in.get<std::uint64_t>());
  else if (const auto number = large_number(in))
    number->size() > 32 ? out.string(*number) : out.integer(*uint256::from_big_endian(*number));
  else
    out.string(as_bytes(in.get_ref<const std::string&>()));
}

// Reads what `in` says should be there.
void read(rlp::reader& from, const json& in) {
  if (in.is_array()) {
    auto inner = from.list().value();
    for (const auto& each : in)
      read(inner, each);
    BOOST_TEST(inner.finish().has_value());
  } else if (in.is_number()) {
    BOOST_TEST(from.u64().value() == in.get<std::uint64_t>());
  } else if (const auto number = large_number(in)) {
    auto again = from;
    BOOST_TEST(to_hex(from.string().value()) == to_hex(*number));
    const auto value = again.integer();
    BOOST_TEST(value.has_value() == (number->size() <= 32));
    if (value) BOOST_TEST(to_hex(value->to_minimal()) == to_hex(*number));
  } else {
    BOOST_TEST(to_hex(from.string().value()) == to_hex(as_bytes(in.get_ref<const std::string&>())));
  }
}

} // namespace

BOOST_AUTO_TEST_SUITE(evm_rlp)

BOOST_AUTO_TEST_CASE(official_valid) {
  const auto file = vector_file("rlptest.json");
  std::size_t cases = 0;
  for (const auto& [name, each] : file.items()) {
    BOOST_TEST_CONTEXT(name) {
      const auto out = unhex(each["out"].get<std::string>());
      BOOST_TEST(rlp::check(out).has_value());
      rlp::reader from{out};
      read(from, each["in"]);
      BOOST_TEST(from.finish().has_value());
      rlp::writer to;
      write(to, each["in"]);
      BOOST_TEST(to_hex(to.view()) == to_hex(out));
    }
    ++cases;
  }
  BOOST_TEST(cases == 28U);
}

BOOST_AUTO_TEST_CASE(official_invalid) {
  const auto file = vector_file("rlp_invalid.json");
  std::size_t cases = 0;
  for (const auto& [name, each] : file.items()) {
    const auto out = unhex(each["out"].get<std::string>());
    BOOST_TEST(!rlp::check(out).has_value(), name);
    ++cases;
  }
  BOOST_TEST(cases == 26U);
}

BOOST_AUTO_TEST_SUITE_END()
