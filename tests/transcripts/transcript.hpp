// A file of commands and what they led to: comments, then blocks of command lines, `----`, the
// output, and an empty line. The output is the expectation.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace quorate::transcripts {

/// Where a file says something else than the run.
struct difference {
  std::size_t line; ///< of the block's first command
  std::string commands;
  std::string expected;
  std::string actual;
};

struct outcome_of_file {
  std::vector<difference> differences;
  std::string rewritten; ///< the whole file with what really happened
};

/// Runs a transcript from its first line to its last.
/// Throws std::runtime_error with file and line for a command that cannot be done, and for a
/// violation of safety.
outcome_of_file run_file(const std::filesystem::path& file);

} // namespace quorate::transcripts
