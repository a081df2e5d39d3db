// A short name for what the tests of wallets say often.
#pragma once

#include "core/base/bytes.hpp"

#include <boost/test/unit_test.hpp>

namespace quorate::wallet {

inline bytes unhex(std::string_view text) {
  auto raw = from_hex(text);
  BOOST_REQUIRE_MESSAGE(raw.has_value(), "hexadecimal: " << text);
  return *raw;
}

} // namespace quorate::wallet
