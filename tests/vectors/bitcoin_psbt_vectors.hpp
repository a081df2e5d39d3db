// PSBTs as the BIPs print them, in hexadecimal, put together from the fields they share.
#pragma once

#include "core/chain/bitcoin/psbt.hpp"

#include <boost/test/unit_test.hpp>

namespace quorate::bitcoin {

struct psbt_vector {
  std::string name;
  std::string hex;
};

struct refused_psbt_vector {
  std::string name;
  std::string hex;
  errc error;
};

inline expected<psbt> decode_hex(const std::string& hex) {
  auto raw = from_hex(hex);
  BOOST_REQUIRE(raw.has_value());
  return psbt::decode(*raw);
}

/// Every one is read, and what is written again reads as the same.
inline void check_valid(const std::vector<psbt_vector>& vectors) {
  for (const auto& [name, hex] : vectors)
    BOOST_TEST_CONTEXT(name) {
      const auto decoded = decode_hex(hex);
      BOOST_REQUIRE(decoded.has_value());
      BOOST_TEST((psbt::decode(decoded->encode()).value() == *decoded));
      BOOST_TEST(decoded->encode().size() == hex.size() / 2);
    }
}

/// Every one is refused, and for the reason that its name gives.
inline void check_refused(const std::vector<refused_psbt_vector>& vectors) {
  for (const auto& [text, hex, error] : vectors)
    BOOST_TEST_CONTEXT(text) {
      const auto decoded = decode_hex(hex);
      BOOST_REQUIRE(!decoded.has_value());
      BOOST_TEST(name(decoded.error()) == name(error));
    }
}

/// `hex` with the one occurrence of `from` replaced.
inline std::string with(std::string hex, const std::string& from, const std::string& to) {
  const auto at = hex.find(from);
  BOOST_REQUIRE(at != std::string::npos);
  BOOST_REQUIRE(hex.find(from, at + 1) == std::string::npos);
  return hex.replace(at, from.size(), to);
}

inline const std::string psbt_magic = "70736274ff";

} // namespace quorate::bitcoin
