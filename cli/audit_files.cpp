#include "cli/audit_files.hpp"

#include "cli/commands.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <stdexcept>
#include <unistd.h>

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

void write_hex_file(const std::string& file, byte_view content) {
  new_file out{file};
  out.line(to_hex(content));
  out.finish();
}

expected<bytes> read_hex_file(const std::string& file, std::size_t bytes_max) {
  auto in = open_file(file);
  std::string hex(2 * bytes_max + 2, '\0');
  in.read(hex.data(), static_cast<std::streamsize>(hex.size()));
  hex.resize(static_cast<std::size_t>(in.gcount()));
  while (!hex.empty() && (hex.back() == '\n' || hex.back() == '\r'))
    hex.pop_back();
  if (hex.size() > 2 * bytes_max) return errc::bad_hex;
  return from_hex(hex);
}

new_file::new_file(const std::string& file) : name_(file) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (descriptor < 0) fail();
  file_ = ::fdopen(descriptor, "w");
  if (file_ == nullptr) fail();
}

new_file::~new_file() {
  if (file_ != nullptr) std::fclose(file_);
}

void new_file::line(const std::string& text) {
  if (std::fprintf(file_, "%s\n", text.c_str()) < 0) fail();
}

void new_file::finish() {
  if (std::fflush(file_) != 0 || ::fsync(::fileno(file_)) != 0) fail();
}

void new_file::fail() const {
  throw std::runtime_error{name_ + ": cannot be written: " + std::strerror(errno)};
}

} // namespace quorate::cli
