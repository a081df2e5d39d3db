// Official vector files, which lie beside the repository and are read where they are.
#pragma once

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <fstream>
#include <optional>

namespace quorate {

/// The parsed file; nothing, and a visible message, where the vectors are not there.
inline std::optional<nlohmann::json> vector_file(const std::string& name) {
  std::ifstream in{QUORATE_SOURCE_DIR "/../shared/vectors/" + name};
  if (!in) in.open(QUORATE_SOURCE_DIR "/../../shared/vectors/" + name); // of a linked worktree
  if (!in) {
    BOOST_TEST_MESSAGE("SKIPPED: the official vectors are not here: " << name);
    return std::nullopt;
  }
  return nlohmann::json::parse(in);
}

} // namespace quorate
