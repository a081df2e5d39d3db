#include "cli/new_file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <unistd.h>

namespace quorate::cli {

namespace {

bool sync_folder_of(const std::string& file) {
  const auto folder = std::filesystem::absolute(file).parent_path();
  const int opened = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0) return false;
  const bool synced = ::fsync(opened) == 0;
  ::close(opened);
  return synced;
}

} // namespace

new_file::new_file(std::string file, readable_by whom) : name_(std::move(file)) {
  const auto mode = whom == readable_by::owner ? 0600U : 0644U;
  const int descriptor = ::open(name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (descriptor < 0) fail();
  file_ = ::fdopen(descriptor, "w");
  if (file_ != nullptr) return;
  ::close(descriptor);
  ::unlink(name_.c_str());
  fail();
}

new_file::~new_file() {
  std::fclose(file_);
  if (!finished_) ::unlink(name_.c_str());
}

void new_file::line(const std::string& text) {
  if (std::fprintf(file_, "%s\n", text.c_str()) < 0) fail();
}

void new_file::write(byte_view content) {
  if (std::fwrite(content.data(), 1, content.size(), file_) != content.size()) fail();
}

void new_file::finish() {
  if (std::fflush(file_) != 0 || ::fsync(::fileno(file_)) != 0 || !sync_folder_of(name_)) fail();
  finished_ = true;
}

void new_file::fail() const {
  if (errno == EEXIST)
    throw std::runtime_error{name_ + ": is there already, and is not written over: name another "
                                     "file, or move it away"};
  throw std::runtime_error{name_ + ": cannot be written: " + std::strerror(errno)};
}

void write_new_file(const std::string& file, byte_view content, readable_by whom) {
  new_file out{file, whom};
  out.write(content);
  out.finish();
}

void write_hex_file(const std::string& file, byte_view content) {
  new_file out{file};
  out.line(to_hex(content));
  out.finish();
}

expected<bytes> read_hex_file(const std::string& file, std::size_t bytes_max) {
  std::ifstream in{file};
  if (!in) throw std::runtime_error{file + ": cannot be read: " + std::strerror(errno)};
  std::string hex(2 * bytes_max + 2, '\0');
  in.read(hex.data(), static_cast<std::streamsize>(hex.size()));
  hex.resize(static_cast<std::size_t>(in.gcount()));
  while (!hex.empty() && (hex.back() == '\n' || hex.back() == '\r'))
    hex.pop_back();
  if (hex.size() > 2 * bytes_max) return errc::bad_hex;
  return from_hex(hex);
}

} // namespace quorate::cli
