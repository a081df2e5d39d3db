// The two clocks of a node: a monotonic one for timers, and wall time for block times only.
#pragma once

#include "core/pbft/input.hpp"

#include <ctime>

namespace quorate {

/// CLOCK_BOOTTIME: monotonic, and counts the time the machine was suspended.
inline pbft::monotonic_ms monotonic_now() noexcept {
  timespec t{};
  clock_gettime(CLOCK_BOOTTIME, &t);
  return {static_cast<std::uint64_t>(t.tv_sec) * 1000 +
          static_cast<std::uint64_t>(t.tv_nsec) / 1'000'000};
}

/// Proposes and bounds block times; authorises nothing.
inline block_time_ms wall_now() noexcept {
  timespec t{};
  clock_gettime(CLOCK_REALTIME, &t);
  return {static_cast<std::uint64_t>(t.tv_sec) * 1000 +
          static_cast<std::uint64_t>(t.tv_nsec) / 1'000'000};
}

} // namespace quorate
