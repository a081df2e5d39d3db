// A progress bar on a terminal, a line now and then elsewhere.
#pragma once

#include <cstdio>
#include <string>
#include <unistd.h>

namespace quorate::cli {

class progress {
public:
  explicit progress(std::string what) : what_(std::move(what)), terminal_(isatty(2) == 1) {}

  /// Shows done of total, with a note behind it.
  void show(std::size_t done, std::size_t total, const std::string& note) {
    const std::size_t percent = total == 0 ? 100 : done * 100 / total;
    if (terminal_) {
      std::string bar(percent * 30 / 100, '#');
      bar.resize(30, '.');
      std::fprintf(stderr, "\r%s [%s] %3zu %%  %zu/%zu  %s\033[K", what_.c_str(), bar.c_str(),
                   percent, done, total, note.c_str());
    } else if (percent / 10 != shown_ / 10 || shown_ > 100) {
      std::fprintf(stderr, "%s: %zu %% (%zu of %zu) %s\n", what_.c_str(), percent, done, total,
                   note.c_str());
    }
    shown_ = percent;
  }

  void finish() {
    if (terminal_) std::fprintf(stderr, "\n");
  }

private:
  std::string what_;
  bool terminal_;
  std::size_t shown_ = 101;
};

} // namespace quorate::cli
