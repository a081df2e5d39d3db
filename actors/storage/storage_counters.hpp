// What the storage actor did, for status and metrics. Written by one thread, read by any.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstdint>

namespace quorate {

/// Counts values in buckets of powers of two: bucket i holds 2^(i-1) < value <= 2^i, bucket 0 also
/// holds 0, the last one everything above.
class log2_histogram {
public:
  static constexpr std::size_t buckets = 24;

  void add(std::uint64_t value) noexcept {
    const auto place = value <= 1 ? 0 : static_cast<std::size_t>(std::bit_width(value - 1));
    counts_[place < buckets ? place : buckets - 1].fetch_add(1, std::memory_order_relaxed);
  }

  std::uint64_t count(std::size_t bucket) const noexcept {
    return counts_.at(bucket).load(std::memory_order_relaxed);
  }

  /// Largest value of a bucket.
  static constexpr std::uint64_t upper_bound(std::size_t bucket) noexcept {
    return std::uint64_t{1} << bucket;
  }

private:
  std::array<std::atomic<std::uint64_t>, buckets> counts_{};
};

/// Each is exact by itself; two of them read together may be a commit apart.
struct storage_counters {
  std::atomic<std::uint64_t> commits{0};
  std::atomic<std::uint64_t> requests{0};
  std::atomic<std::uint64_t> records{0};
  std::atomic<std::uint64_t> bytes{0};
  std::atomic<std::uint64_t> committing_since_ms{0}; ///< monotonic; 0: nothing is under way
  log2_histogram requests_per_commit;
  log2_histogram commit_latency_us;

  /// How long the commit that is under way has been waiting for the disk; 0 without one.
  std::uint32_t waiting_ms(std::uint64_t now_ms) const noexcept {
    const auto since = committing_since_ms.load();
    return since == 0 || now_ms < since ? 0 : static_cast<std::uint32_t>(now_ms - since);
  }
};

} // namespace quorate
