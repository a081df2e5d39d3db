#include "tests/transcripts/transcript.hpp"

#include "tests/transcripts/interpreter.hpp"

#include <fstream>
#include <stdexcept>

namespace quorate::transcripts {

namespace {

constexpr auto separator = "----";

std::vector<std::string> lines_of(const std::filesystem::path& file) {
  std::ifstream in{file};
  if (!in) throw std::runtime_error("cannot read " + file.string());
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);)
    lines.push_back(line);
  return lines;
}

bool is_comment(const std::string& line) { return line.empty() || line[0] == '#'; }

std::string text_of(const std::vector<std::string>& lines) {
  std::string all;
  for (const auto& line : lines)
    all += line + "\n";
  return all;
}

struct block {
  std::size_t line = 0; // counted from 1
  words commands;
  std::vector<std::string> expected;
};

/// @param at  the first command's line; afterwards the first line behind the block
block read_block(const std::vector<std::string>& lines, std::size_t& at) {
  block read;
  read.line = at + 1;
  for (; at < lines.size() && lines[at] != separator && !lines[at].empty(); ++at)
    read.commands.push_back(lines[at]);
  if (at < lines.size() && lines[at] == separator)
    for (++at; at < lines.size() && !lines[at].empty(); ++at)
      read.expected.push_back(lines[at]);
  return read;
}

std::vector<std::string> run_block(interpreter& with, const block& what, const std::string& file) {
  std::vector<std::string> said;
  for (std::size_t i = 0; i < what.commands.size(); ++i) {
    try {
      auto more = with.run(what.commands[i]);
      said.insert(said.end(), more.begin(), more.end());
    } catch (const std::logic_error& e) {
      throw std::runtime_error(file + ":" + std::to_string(what.line + i) + ": `" +
                               what.commands[i] + "`: " + e.what());
    }
  }
  if (said.empty()) said.emplace_back("(nothing)");
  return said;
}

} // namespace

outcome_of_file run_file(const std::filesystem::path& file) {
  const auto lines = lines_of(file);
  interpreter with;
  outcome_of_file result;
  for (std::size_t at = 0; at < lines.size();) {
    if (is_comment(lines[at])) {
      result.rewritten += lines[at++] + "\n";
      continue;
    }
    const auto expected = read_block(lines, at);
    const auto actual = run_block(with, expected, file.filename().string());
    result.rewritten += text_of(expected.commands) + separator + "\n" + text_of(actual);
    if (actual != expected.expected)
      result.differences.push_back(
          {expected.line, text_of(expected.commands), text_of(expected.expected), text_of(actual)});
  }
  return result;
}

} // namespace quorate::transcripts
