// A disk that stands still, for one process and one directory: to be preloaded (LD_PRELOAD).
//
//   STALLED_DIRECTORY   files below it are concerned: an absolute path without symbolic links
//   STALLED_WHILE       as long as this file exists, what makes a write durable does not return
//
// What LMDB uses is covered: pwrite and pwritev (its meta page goes through a descriptor that is
// synchronous), fdatasync, msync; and write, writev and fsync of other code. A read goes on, as it
// does from the page cache of a disk that hangs.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

namespace {

bool stands_still() {
  static const char* const file = std::getenv("STALLED_WHILE");
  return file != nullptr && ::access(file, F_OK) == 0;
}

bool is_below(int descriptor) {
  static const char* const directory = std::getenv("STALLED_DIRECTORY");
  if (directory == nullptr) return false;
  char link[64];
  char path[4096];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  const auto size = ::readlink(link, path, sizeof path);
  const auto prefix = std::strlen(directory);
  return size > static_cast<ssize_t>(prefix) && std::strncmp(path, directory, prefix) == 0 &&
         path[prefix] == '/';
}

void wait() {
  while (stands_still())
    ::usleep(1'000);
}

void wait_for(int descriptor) {
  if (stands_still() && is_below(descriptor)) wait();
}

template <class Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

} // namespace

// The names, and so the types of what they take, are the C library's.
extern "C" {

int fdatasync(int fd) {
  static auto* const real = next<int(int)>("fdatasync");
  wait_for(fd);
  return real(fd);
}

int fsync(int fd) {
  static auto* const real = next<int(int)>("fsync");
  wait_for(fd);
  return real(fd);
}

int msync(void* address, size_t size, int flags) {
  static auto* const real = next<int(void*, size_t, int)>("msync");
  wait(); // of which file cannot be told
  return real(address, size, flags);
}

ssize_t write(int fd, const void* data, size_t size) {
  static auto* const real = next<ssize_t(int, const void*, size_t)>("write");
  wait_for(fd);
  return real(fd, data, size);
}

ssize_t writev(int fd, const iovec* parts, int count) {
  static auto* const real = next<ssize_t(int, const iovec*, int)>("writev");
  wait_for(fd);
  return real(fd, parts, count);
}

ssize_t pwrite(int fd, const void* data, size_t size, off_t at) {
  static auto* const real = next<ssize_t(int, const void*, size_t, off_t)>("pwrite");
  wait_for(fd);
  return real(fd, data, size, at);
}

ssize_t pwrite64(int fd, const void* data, size_t size, off64_t at) {
  static auto* const real = next<ssize_t(int, const void*, size_t, off64_t)>("pwrite64");
  wait_for(fd);
  return real(fd, data, size, at);
}

ssize_t pwritev(int fd, const iovec* parts, int count, off_t at) {
  static auto* const real = next<ssize_t(int, const iovec*, int, off_t)>("pwritev");
  wait_for(fd);
  return real(fd, parts, count, at);
}

ssize_t pwritev64(int fd, const iovec* parts, int count, off64_t at) {
  static auto* const real = next<ssize_t(int, const iovec*, int, off64_t)>("pwritev64");
  wait_for(fd);
  return real(fd, parts, count, at);
}
}
