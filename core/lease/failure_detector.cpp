#include "core/lease/failure_detector.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace quorate::lease {

void failure_detector::heard(monotonic_ms now) {
  // A pause is no interval: it would make the detector blind for as long.
  const auto longest = 2 * options_.suspect_after_ms;
  if (ever_) intervals_ms_.push_back(std::min(silent_ms(now), longest));
  if (intervals_ms_.size() > arrivals_max) intervals_ms_.pop_front();
  ever_ = true;
  last_ = now;
}

std::uint64_t failure_detector::silent_ms(monotonic_ms now) const noexcept {
  return now > last_ ? now.value - last_.value : 0;
}

bool failure_detector::suspects(monotonic_ms now) const {
  const auto silent = silent_ms(now);
  switch (options_.kind) {
  case detector_kind::fixed:
    return silent >= options_.suspect_after_ms;
  case detector_kind::phi:
    return silent >= 4 * options_.suspect_after_ms || phi(now) >= options_.phi_max;
  }
  return false;
}

double failure_detector::phi(monotonic_ms now) const {
  const auto n = static_cast<double>(intervals_ms_.size());
  const auto expected = static_cast<double>(options_.heartbeat_ms);
  const auto sum =
      std::accumulate(intervals_ms_.begin(), intervals_ms_.end(), 0.0,
                      [](double all, std::uint64_t one) { return all + static_cast<double>(one); });
  const auto mean = n == 0 ? expected : sum / n;
  double squares = 0;
  for (const auto one : intervals_ms_)
    squares += (static_cast<double>(one) - mean) * (static_cast<double>(one) - mean);
  // A peer that was very regular is still given a quarter of an interval.
  const auto deviation = std::max(n == 0 ? expected : std::sqrt(squares / n), expected / 4);
  const auto y = (static_cast<double>(silent_ms(now)) - mean) / deviation;
  const auto later = std::erfc(y / std::sqrt(2.0)) / 2;
  return later > 0 ? -std::log10(later) : 300.0;
}

} // namespace quorate::lease
