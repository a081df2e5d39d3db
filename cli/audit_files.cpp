#include "cli/audit_files.hpp"

#include "cli/commands.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <stdexcept>

namespace quorate::cli {

namespace {

std::ifstream open_file(const std::string& file) {
  std::ifstream in{file};
  if (!in) throw std::runtime_error{file + ": cannot be read: " + std::strerror(errno)};
  return in;
}

/// None at the end of the file, and with `too_long` for a line that is longer than any may be.
std::optional<std::string_view>
next_line(std::ifstream& in, std::array<char, audit::log_line_max + 2>& room, bool& too_long) {
  in.getline(room.data(), room.size());
  if (in.eof() && in.gcount() == 0) return std::nullopt;
  too_long = in.fail();
  if (too_long) return std::nullopt;
  return std::string_view{room.data()};
}

} // namespace

std::optional<log_fault>
read_log(const std::string& file, const std::function<void(const audit::log_owner&)>& owner,
         const std::function<outcome(std::uint64_t index, const audit::entry&)>& entry) {
  auto in = open_file(file);
  std::array<char, audit::log_line_max + 2> room{};
  bool too_long = false;
  const auto first = next_line(in, room, too_long);
  const auto whose =
      first ? audit::parse_owner(*first) : expected<audit::log_owner>{errc::bad_log_file};
  if (!whose) return log_fault{1, whose.error()};
  owner(*whose);
  for (std::uint64_t index = 0;; ++index) {
    const auto line = next_line(in, room, too_long);
    if (!line && !too_long) break;
    const auto read = line ? audit::parse_entry(*line) : expected<audit::entry>{errc::bad_log_file};
    if (!read) return log_fault{index + 2, read.error()};
    if (const auto taken = entry(index, *read); !taken) return log_fault{index + 2, taken.error()};
  }
  return std::nullopt;
}

int complain(const std::string& file, const log_fault& fault) {
  std::fprintf(stderr, "%s: line %llu: %s: %s\n", file.c_str(),
               static_cast<unsigned long long>(fault.line), std::string{name(fault.why)}.c_str(),
               std::string{explain(fault.why)}.c_str());
  return refused;
}

} // namespace quorate::cli
