// The files of `quorate offline`: what a side of the channel remembers, and messages as they come
// from a stick or a camera.
#pragma once

#include "core/offline/device.hpp"
#include "core/offline/ur.hpp"

#include <filesystem>
#include <stdexcept>

namespace quorate::cli {

/// The value, or std::runtime_error that names what it was to be.
template <class T>
T or_throw(expected<T> value, const std::string& of) {
  if (!value) throw std::runtime_error{of + ": " + std::string{explain(value.error())}};
  return std::move(*value);
}

/// One state file that this process alone holds until the object goes. Every function throws
/// std::runtime_error with what could not be done.
class durable_file {
public:
  /// Waits for nobody: another process that holds the file is an error.
  explicit durable_file(std::filesystem::path path);
  ~durable_file();
  durable_file(const durable_file&) = delete;
  durable_file& operator=(const durable_file&) = delete;

  bool exists() const;
  bytes load() const;
  /// Returns when the new content, and that it has this name, is on the disk. A crash leaves the
  /// old content or the new one.
  void store(byte_view content);

private:
  std::filesystem::path path_;
  int lock_ = -1;
};

/// The content of a file, or of the standard input for "-"; at most 16 MiB. Throws
/// std::runtime_error.
std::string read_everything(const std::string& file);

/// Makes the folder too. Throws std::runtime_error.
void write_file(const std::filesystem::path& path, std::string_view content);

/// Prints all of it; where standard output is a file, it is on the disk on return. Throws
/// std::runtime_error.
void put_on_output(std::string_view text);

/// A message from a file, or "-" for standard input: CBOR, or UR texts, a line each.
/// @param type  what a UR must be of. Throws std::runtime_error.
bytes read_message(const std::string& file, std::string_view type);

/// How a message goes out.
struct output_options {
  std::string form = "ur"; ///< ur, qr, svg or cbor
  std::string to;          ///< file (cbor) or folder (svg)
  std::size_t fragment_bytes = 200;
};

/// Throws std::runtime_error, also when standard output takes nothing.
void write_message(const offline::ur& message, const output_options& o);

} // namespace quorate::cli
