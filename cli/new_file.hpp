// Files that are made and never written over: what is there may be the only copy.
#pragma once

#include "core/base/bytes.hpp"

#include <cstdio>
#include <string>

namespace quorate::cli {

/// Who may read it.
enum class readable_by : std::uint8_t { owner, everyone };

/// A file that was not there. Unless finish() returns it is removed again with the object, so a
/// file that is there is whole. Every function throws std::runtime_error with what could not be
/// done.
class new_file {
public:
  explicit new_file(std::string file, readable_by whom = readable_by::everyone);
  ~new_file();
  new_file(const new_file&) = delete;
  new_file& operator=(const new_file&) = delete;

  void line(const std::string& text);
  void write(byte_view content);
  /// All of it, and that it has this name, is on the disk.
  void finish();

private:
  [[noreturn]] void fail() const;
  std::string name_;
  std::FILE* file_ = nullptr;
  bool finished_ = false;
};

/// All at once. Throws std::runtime_error.
void write_new_file(const std::string& file, byte_view content, readable_by whom);

/// One line of hex digits, for everyone to read. Throws std::runtime_error.
void write_hex_file(const std::string& file, byte_view content);

/// Throws std::runtime_error when it cannot be read. Errors: bad_hex, also for more than
/// `bytes_max` bytes.
expected<bytes> read_hex_file(const std::string& file, std::size_t bytes_max);

} // namespace quorate::cli
