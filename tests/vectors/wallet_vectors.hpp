// Reads the official files of wallets, and short names for what their tests say often.
#pragma once

#include "core/base/bytes.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <fstream>
#include <optional>

namespace quorate::wallet {

/// The file's contents; nothing, and a visible message, where it is not there.
inline std::optional<nlohmann::json> vector_file(const std::string& name) {
  std::ifstream in{QUORATE_SOURCE_DIR "/../shared/vectors/" + name};
  if (!in) {
    BOOST_TEST_MESSAGE("SKIPPED: the official vectors are not here: " << name);
    return std::nullopt;
  }
  return nlohmann::json::parse(in);
}

inline bytes unhex(std::string_view text) {
  auto raw = from_hex(text);
  BOOST_REQUIRE_MESSAGE(raw.has_value(), "hexadecimal: " << text);
  return *raw;
}

} // namespace quorate::wallet
