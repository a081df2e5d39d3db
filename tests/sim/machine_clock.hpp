// What a simulated machine takes for the time: it drifts, starts again with the machine, and has a
// wall clock beside it that anybody may set.
#pragma once

#include "core/base/planted.hpp"
#include "core/base/strong.hpp"

namespace quorate::sim {

/// Both clocks are functions of the world's time; a node only sees these.
class machine_clock {
public:
  /// Parts in a million; the most that core/lease allows for is 10,000.
  static constexpr std::int64_t drift_max_ppm = 10'000;

  /// The monotonic clock, which nothing sets while the machine runs.
  monotonic_ms now(std::uint64_t world_ms) const noexcept {
    const auto passed = static_cast<std::int64_t>(world_ms - since_world_ms_);
    const auto own = since_ms_ + passed + passed * drift_ppm_ / 1'000'000;
    return {static_cast<std::uint64_t>(own + (planted(fault::wall_clock) ? wall_offset_ms_ : 0))};
  }

  /// From here on it runs this much too fast.
  void set_drift(std::int64_t ppm, std::uint64_t world_ms) noexcept {
    const auto offset = planted(fault::wall_clock) ? wall_offset_ms_ : 0;
    since_ms_ = static_cast<std::int64_t>(now(world_ms).value) - offset;
    since_world_ms_ = world_ms;
    drift_ppm_ = ppm;
  }

  /// Somebody sets the wall clock.
  void set_wall(std::int64_t offset_ms) noexcept { wall_offset_ms_ = offset_ms; }

  /// The machine starts again, and so does its clock.
  void reboot(std::uint64_t world_ms) noexcept {
    ++boot_;
    since_ms_ = first_ms;
    since_world_ms_ = world_ms;
  }

  std::uint64_t boot() const noexcept { return boot_; }

private:
  static constexpr std::int64_t first_ms = 100'000; // more than a wall clock is ever set back by

  std::int64_t since_ms_ = first_ms;
  std::uint64_t since_world_ms_ = 0;
  std::int64_t drift_ppm_ = 0;
  std::int64_t wall_offset_ms_ = 0;
  std::uint64_t boot_ = 1;
};

} // namespace quorate::sim
