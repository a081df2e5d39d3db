// Scratch directories, records and child processes for the tests of the store.
#pragma once

#include "actors/storage/fault_guard.hpp"
#include "actors/storage/lmdb_store.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <functional>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

namespace quorate::test {

/// A directory that goes away with the object.
class scratch_directory {
public:
  scratch_directory() {
    const char* base = std::getenv("TMPDIR");
    std::string pattern = std::string{base ? base : "/tmp"} + "/quorate-storage-XXXXXX";
    BOOST_REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~scratch_directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  scratch_directory(const scratch_directory&) = delete;
  scratch_directory& operator=(const scratch_directory&) = delete;
  const std::filesystem::path& path() const noexcept { return path_; }

private:
  std::filesystem::path path_;
};

inline std::unique_ptr<lmdb_store> must_open(const std::filesystem::path& directory,
                                             const store_options& options = {}) {
  auto opened = lmdb_store::open(directory, options);
  BOOST_REQUIRE_MESSAGE(opened, (opened ? "" : opened.error().reason));
  return std::move(opened).value();
}

inline record put(table where, bytes key, bytes value) {
  return {where, std::move(key), std::move(value)};
}

inline record erase(table where, bytes key) { return {where, std::move(key), std::nullopt}; }

inline bytes must_get(const lmdb_store& store, table where, const bytes& key) {
  auto found = store.get(where, key);
  BOOST_REQUIRE_MESSAGE(found, (found ? "" : found.error().reason));
  BOOST_REQUIRE(found->has_value());
  return **found;
}

/// How a child ended.
struct child_end {
  int exit_status = -1; ///< -1 when a signal ended it
  int signal = 0;
  std::string errors; ///< what it wrote to stderr
};

/// Runs `work` in a forked child, with stderr caught. The child leaves with work's result, by
/// _exit, so that neither Boost.Test nor destructors of the parent's objects run in it.
/// @pre no other thread runs.
inline child_end in_child(const std::function<int()>& work) {
  int ends[2];
  BOOST_REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  BOOST_REQUIRE(child >= 0);
  if (child == 0) {
    // Boost.Test would report a signal as a failed test and go on; here it has to end the child.
    for (const int s : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL})
      ::signal(s, SIG_DFL);
    fault_guard::install();
    ::dup2(ends[1], STDERR_FILENO);
    ::close(ends[0]);
    ::close(ends[1]);
    ::_exit(work());
  }
  ::close(ends[1]);
  child_end end;
  char buffer[1024];
  for (ssize_t n; (n = ::read(ends[0], buffer, sizeof buffer)) > 0;)
    end.errors.append(buffer, static_cast<std::size_t>(n));
  ::close(ends[0]);
  int status = 0;
  BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
  if (WIFEXITED(status)) end.exit_status = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) end.signal = WTERMSIG(status);
  return end;
}

} // namespace quorate::test
