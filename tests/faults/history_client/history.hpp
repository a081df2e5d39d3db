// The history of a run: one JSON object a line, written when an operation ends.
//
// Times are nanoseconds of CLOCK_MONOTONIC, which every process of the machine shares.
#pragma once

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

namespace quorate::faults {

inline std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

/// Between two questions to one node. What a node does at a moment is seen so much later at most.
inline constexpr auto observation_interval = std::chrono::milliseconds(20);

/// Thread-safe. A line is one write, so that whoever follows the file sees whole lines.
class history {
public:
  /// Throws std::runtime_error.
  explicit history(const std::string& file);
  ~history();
  history(const history&) = delete;
  history& operator=(const history&) = delete;

  void add(const nlohmann::json& line);

private:
  std::mutex mutex_;
  int fd_ = -1;
};

} // namespace quorate::faults
