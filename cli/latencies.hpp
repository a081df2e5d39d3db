// Latencies in log-linear buckets: 2 % wide, from 1 µs to hours, in 16 KiB.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace quorate::cli {

class latencies {
public:
  void add(std::uint64_t us) noexcept {
    ++counts_[bucket_of(us)];
    ++total_;
    if (us > max_us_) max_us_ = us;
  }

  std::uint64_t count() const noexcept { return total_; }
  std::uint64_t max_us() const noexcept { return max_us_; }

  /// The value that a share of `quantile` (0 to 1) does not exceed, to within 2 %.
  std::uint64_t at(double quantile) const noexcept {
    const auto rank = static_cast<std::uint64_t>(quantile * static_cast<double>(total_));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      seen += counts_[i];
      if (seen > rank) return upper_of(i) < max_us_ ? upper_of(i) : max_us_;
    }
    return max_us_;
  }

private:
  static constexpr unsigned sub_bits = 6; ///< 64 steps for each power of two

  static std::size_t bucket_of(std::uint64_t us) noexcept {
    if (us < (1U << sub_bits)) return us;
    const unsigned shift = static_cast<unsigned>(std::bit_width(us)) - sub_bits - 1;
    const auto bucket = (shift << sub_bits) + (us >> shift);
    return bucket < buckets ? bucket : buckets - 1;
  }
  static std::uint64_t upper_of(std::size_t bucket) noexcept {
    if (bucket < (2U << sub_bits)) return bucket;
    const auto shift = (bucket >> sub_bits) - 1;
    return ((bucket - (shift << sub_bits)) + 1) << shift;
  }

  static constexpr std::size_t buckets = 2048;
  std::array<std::uint64_t, buckets> counts_{};
  std::uint64_t total_ = 0;
  std::uint64_t max_us_ = 0;
};

} // namespace quorate::cli
