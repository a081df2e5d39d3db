// Reads typed values out of a TOML table, and gathers everything that is wrong with it.
//
// One pass reports all errors, each with its place in the file; a key that nobody asked for is an
// error too, with the nearest key that exists.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace quorate::config {

/// A table of the file. Lives no longer than its document.
class toml_table {
public:
  class impl;
  explicit toml_table(std::shared_ptr<impl> inner) : impl_(std::move(inner)) {}

  /// Missing keys leave `value` as it is unless `required`.
  void text(const char* key, std::string& value, bool required = false);
  /// Inclusive range. Errors: wrong type, out of range.
  void integer(const char* key, std::uint64_t& value, std::uint64_t least, std::uint64_t most,
               bool required = false);
  void boolean(const char* key, bool& value);
  /// A list of at most `most` strings.
  void texts(const char* key, std::vector<std::string>& values, std::size_t most);
  /// Relative paths are taken from the file's folder.
  void path(const char* key, std::filesystem::path& value, bool required = false);
  /// One of `choices`.
  void choice(const char* key, std::string& value, const std::vector<std::string>& choices);

  toml_table table(const char* key, bool required = false);
  std::vector<toml_table> tables(const char* key, std::size_t least, std::size_t most);

  /// An error at this table or key, e.g. after a check between two values.
  void complain(const char* key, const std::string& what);
  /// Complains of every key that was not asked for. Call last.
  void finish();

private:
  std::shared_ptr<impl> impl_;
};

class toml_document {
public:
  /// Errors of syntax are in errors() already.
  explicit toml_document(const std::filesystem::path& file);
  ~toml_document();
  toml_document(const toml_document&) = delete;
  toml_document& operator=(const toml_document&) = delete;

  toml_table root();
  /// "file:line:column: what is wrong, and what to do".
  const std::vector<std::string>& errors() const noexcept;

  struct content;

private:
  std::shared_ptr<content> content_;
};

} // namespace quorate::config
