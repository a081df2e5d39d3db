// How much may wait, and what each kind of operation may take of it.
#pragma once

#include "core/base/limits.hpp"

namespace quorate::mempool {

/// Operations that must not queue behind ordinary traffic have lanes of their own.
enum class lane : std::uint8_t { control, withdrawals, transfers, noops };
inline constexpr std::size_t lane_count = 4;

/// At each limit: busy, with a hint when to retry. What waits already is never pushed out.
struct mempool_limits {
  std::size_t operations_max = 100'000;      ///< together
  std::size_t bytes_max = 128 * limits::MiB; ///< encoded, together
  /// Share of operations_max and bytes_max that one lane may fill, in percent. The sum may exceed
  /// 100, but no lane can fill everything: a flood of no-ops leaves room for a freeze.
  std::array<std::uint8_t, lane_count> lane_percent{25, 40, 80, 60};
  /// Operations taken from each lane in one turn of a batch.
  std::array<std::uint8_t, lane_count> lane_weight{8, 4, 4, 2};
  /// Ids of unsigned no-ops remembered after they were applied, to know a repeat.
  std::size_t recent_noops_max = 65'536;
};

} // namespace quorate::mempool
