#include "core/signer/spend_window.hpp"

#include <algorithm>

namespace quorate::signer {

namespace {

bool is_over(std::uint64_t end_ms, block_time_ms now, std::uint64_t window_ms) noexcept {
  return now.value >= window_ms && end_ms <= now.value - window_ms;
}

} // namespace

expected<amount> spend_window::with(amount more, block_time_ms now, std::uint64_t window_ms) const {
  amount sum = more;
  for (const auto& p : parts_) {
    if (is_over(p.end_ms, now, window_ms)) continue;
    QUORATE_ASSIGN(sum, quorate::add(sum, p.units));
  }
  return sum;
}

void spend_window::add(amount units, block_time_ms now, std::uint64_t window_ms) {
  std::erase_if(parts_, [&](const part& p) { return is_over(p.end_ms, now, window_ms); });
  const auto length = (window_ms + window_parts - 1) / window_parts;
  const auto end = (now.value / length + 1) * length;
  // A window that was made shorter or longer in the configuration has parts of another length. The
  // last one takes the spend then, and everything is counted a little longer.
  if (parts_.empty() || (parts_.back().end_ms < end && parts_.size() <= window_parts))
    parts_.push_back({end, {}});
  auto& last = parts_.back();
  last.end_ms = std::max(last.end_ms, end);
  last.units = quorate::add(last.units, units).value();
}

void write(writer& w, const spend_window& v) {
  w.count(v.parts_.size());
  for (const auto& p : v.parts_) {
    w.u64(p.end_ms);
    write(w, p.units);
  }
}

void read(reader& r, spend_window& v) {
  v.parts_.resize(r.count(window_parts + 1, 8 + 16));
  for (std::size_t i = 0; i < v.parts_.size(); ++i) {
    v.parts_[i].end_ms = r.u64();
    read(r, v.parts_[i].units);
    if (i > 0 && v.parts_[i].end_ms <= v.parts_[i - 1].end_ms) r.fail(errc::not_canonical);
  }
}

} // namespace quorate::signer
