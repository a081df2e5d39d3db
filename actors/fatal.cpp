#include "actors/fatal.hpp"

#include <array>
#include <cstdio>
#include <unistd.h>

namespace quorate {

std::string_view name(exit_code code) noexcept {
  switch (code) {
  case exit_code::internal:
    return "internal";
  case exit_code::storage_write_failed:
    return "storage_write_failed";
  case exit_code::storage_corrupt:
    return "storage_corrupt";
  case exit_code::data_directory_in_use:
    return "data_directory_in_use";
  case exit_code::config_invalid:
    return "config_invalid";
  case exit_code::storage_mismatch:
    return "storage_mismatch";
  case exit_code::storage_unavailable:
    return "storage_unavailable";
  case exit_code::state_diverged:
    return "state_diverged";
  case exit_code::not_a_member:
    return "not_a_member";
  case exit_code::token_stalled:
    return "token_stalled";
  }
  return "unknown";
}

std::string_view advice(exit_code code) noexcept {
  switch (code) {
  case exit_code::internal:
    return "Keep the log and report it as a bug.";
  case exit_code::storage_write_failed:
    return "Check free space, quotas and the device, then restart: everything acknowledged before "
           "is kept.";
  case exit_code::storage_corrupt:
    return "Do not restart on this directory. Check the device, keep a copy, and rejoin from an "
           "empty directory as a learner.";
  case exit_code::data_directory_in_use:
    return "Stop the other process, or give each node a data directory of its own.";
  case exit_code::config_invalid:
    return "Correct the configuration and start again.";
  case exit_code::storage_mismatch:
    return "Point the configuration at this node's own data directory, or use the version that "
           "wrote it.";
  case exit_code::storage_unavailable:
    return "Check that the directory exists on a local disk and that this user may read and write "
           "it.";
  case exit_code::state_diverged:
    return "Keep the data directory for an investigation; do not restart this node on it.";
  case exit_code::not_a_member:
    return "If it was removed on purpose, stop it for good; `quorate member list` tells.";
  case exit_code::token_stalled:
    return "Check the token, the way to it and its module's own log, then start again: what was "
           "decided is kept, and is signed when it is asked for again.";
  }
  return "";
}

void fatal(exit_code code, std::string_view reason) noexcept {
  // A buffer of our own and one write(2): no allocation, and the line stays whole between threads.
  std::array<char, 2048> line;
  const auto what = name(code);
  const auto hint = advice(code);
  const int length =
      std::snprintf(line.data(), line.size(), "quorate: fatal %d (%.*s): %.*s %.*s\n",
                    static_cast<int>(code), static_cast<int>(what.size()), what.data(),
                    static_cast<int>(reason.size() < 1200 ? reason.size() : 1200), reason.data(),
                    static_cast<int>(hint.size()), hint.data());
  for (int i = 0; i + 1 < length; ++i)
    if (const auto c = static_cast<unsigned char>(line[static_cast<std::size_t>(i)]);
        c < 0x20 || c == 0x7f)
      line[static_cast<std::size_t>(i)] = ' ';
  if (length > 0) {
    // Nothing is left to do when stderr is gone too.
    [[maybe_unused]] const auto written =
        ::write(STDERR_FILENO, line.data(), static_cast<std::size_t>(length));
  }
  ::_exit(static_cast<int>(code));
}

} // namespace quorate
