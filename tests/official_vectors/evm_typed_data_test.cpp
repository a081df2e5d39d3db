// EIP-712 against the official file: encoding and digest of every case.
#include "core/chain/evm/typed_data.hpp"
#include "tests/vectors/evm_vectors.hpp"
#include "tests/vectors/vector_file.hpp"

using namespace quorate;
using namespace quorate::evm;
using nlohmann::json;

BOOST_AUTO_TEST_SUITE(evm_typed_data)

BOOST_AUTO_TEST_CASE(official) {
  std::size_t cases = 0;
  for (const auto& each : vector_file("eip712_typed_data.json")) {
    BOOST_TEST_CONTEXT(each["name"]) {
      const json request{{"types", each["types"]},
                         {"primaryType", each["primaryType"]},
                         {"domain", each["domain"]},
                         {"message", each["data"]}};
      const auto parsed = typed_data::parse(request.dump());
      BOOST_REQUIRE_MESSAGE(parsed.has_value(), name(parsed ? errc{} : parsed.error()));
      BOOST_TEST(to_hex(parsed->encoded_message()) ==
                 to_hex(unhex(each["encoded"].get<std::string>())));
      const auto signing = unhex(each["digest"].get<std::string>());
      BOOST_TEST(to_hex(parsed->signing_digest()) == to_hex(signing));
      BOOST_TEST((parsed->explain().signing_digest() == parsed->signing_digest()));
      if (each["domain"].contains("chainId")) {
        const auto chain = each["domain"]["chainId"].get<std::uint64_t>();
        BOOST_TEST(parsed->check_chain(chain).has_value());
        BOOST_TEST((parsed->check_chain(chain + 1).error() == errc::wrong_chain_id));
      } else {
        BOOST_TEST((parsed->check_chain(1).error() == errc::missing_chain_id));
      }
    }
    ++cases;
  }
  BOOST_TEST(cases == 123U);
}

BOOST_AUTO_TEST_SUITE_END()
