#include "actors/storage/replace_file.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace quorate {

namespace {

/// Closes on the way out.
struct descriptor {
  int fd;
  ~descriptor() {
    if (fd >= 0) ::close(fd);
  }
};

bool write_all(int fd, byte_view content) {
  while (!content.empty()) {
    const auto n = ::write(fd, content.data(), content.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    content = content.subspan(static_cast<std::size_t>(n));
  }
  return true;
}

bool keep_owner(int fd, const std::filesystem::path& of) {
  struct stat before {};
  return ::stat(of.c_str(), &before) == 0 ? ::fchown(fd, before.st_uid, before.st_gid) == 0
                                          : errno == ENOENT;
}

bool sync_folder(const std::filesystem::path& folder) {
  const descriptor opened{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  return opened.fd >= 0 && ::fsync(opened.fd) == 0;
}

std::string failed(const char* what, const std::filesystem::path& path) {
  return "cannot " + std::string{what} + ' ' + path.string() + ": " + std::strerror(errno);
}

} // namespace

std::optional<std::string> replace_file(const std::filesystem::path& file, byte_view content) {
  auto fresh = file;
  fresh += ".new";
  {
    const descriptor out{::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};
    if (out.fd < 0) return failed("create", fresh);
    if (!keep_owner(out.fd, file)) return failed("give away", fresh);
    if (!write_all(out.fd, content)) return failed("write", fresh);
    if (::fsync(out.fd) != 0) return failed("sync", fresh);
  }
  if (::rename(fresh.c_str(), file.c_str()) != 0) return failed("replace", file);
  const auto folder = std::filesystem::absolute(file).parent_path();
  if (!sync_folder(folder)) return failed("sync", folder);
  return std::nullopt;
}

} // namespace quorate
