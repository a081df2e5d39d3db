// The two clocks of a node: a monotonic one for timers and leases, and wall time for block times
// only.
#pragma once

#include "core/base/strong.hpp"

#include <cstdint>
#include <ctime>

namespace quorate {

/// CLOCK_BOOTTIME: monotonic, and counts the time the machine was suspended.
inline monotonic_ms monotonic_now() noexcept {
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

/// Which start of this machine monotonic_now() counts from: the same over restarts of the process.
/// A number of its own for each process where the kernel does not tell.
std::uint64_t machine_boot();

} // namespace quorate
