#include "core/lease/mode.hpp"

namespace quorate::lease {

std::string explain(const standing& s, monotonic_ms now) {
  const auto tenths = now > s.since ? (now.value - s.since.value) / 100 : 0;
  return std::string{name(s.mode)} + " for " + std::to_string(tenths / 10) + '.' +
         std::to_string(tenths % 10) + " s: " + s.why;
}

} // namespace quorate::lease
