// Official vector files, which lie beside the repository and are read where they are. Only tests of
// tests/official_vectors read them: without the folder those are skipped, or fail where CI is set.
#pragma once

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>

namespace quorate {

/// The folder beside the checkout, or beside the main one of a linked worktree; empty when it is
/// not there.
inline std::filesystem::path vector_folder() {
  for (const auto* up : {"/../shared/vectors", "/../../shared/vectors"})
    if (std::filesystem::path folder{std::string{QUORATE_SOURCE_DIR} + up};
        std::filesystem::is_directory(folder))
      return folder;
  return {};
}

/// The file. A test that asks for one which is not there fails.
inline std::ifstream open_vector_file(const std::string& name) {
  std::ifstream in{vector_folder() / name};
  BOOST_REQUIRE_MESSAGE(in, "the official vectors have no file " << name);
  return in;
}

/// The parsed file; as above.
inline nlohmann::json vector_file(const std::string& name) {
  auto in = open_vector_file(name);
  return nlohmann::json::parse(in);
}

} // namespace quorate
