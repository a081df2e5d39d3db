#include "core/state_transfer/snapshot_progress.hpp"

namespace quorate::state_transfer {

namespace {
constexpr std::size_t bytes_per_lane = 256 / limits::snapshot_lanes;
}

ledger::key_range lane_range(std::size_t lane) noexcept {
  QUORATE_CHECK(lane < limits::snapshot_lanes);
  ledger::key_range range;
  range.from.data[0] = static_cast<std::uint8_t>(lane * bytes_per_lane);
  range.through.data.fill(0xff);
  range.through.data[0] = static_cast<std::uint8_t>((lane + 1) * bytes_per_lane - 1);
  return range;
}

std::size_t lane_of(const digest& key) noexcept { return key.data[0] / bytes_per_lane; }

std::optional<digest> successor(digest key) noexcept {
  for (std::size_t i = digest::size; i-- > 0;)
    if (++key.data[i] != 0) return key;
  return std::nullopt;
}

lane_cursors all_lanes() noexcept {
  lane_cursors cursors;
  for (std::size_t lane = 0; lane < cursors.size(); ++lane)
    cursors[lane] = lane_range(lane).from;
  return cursors;
}

void write(writer& w, const snapshot_progress& v) {
  write(w, v.target);
  for (const auto& next : v.next) {
    w.u8(next ? 1 : 0);
    if (next) write(w, *next);
  }
}

void read(reader& r, snapshot_progress& v) {
  read(r, v.target);
  for (std::size_t lane = 0; lane < v.next.size(); ++lane) {
    v.next[lane].reset();
    if (!r.boolean()) continue;
    read(r, v.next[lane].emplace());
    if (lane_of(*v.next[lane]) != lane) r.fail(errc::not_canonical);
  }
}

} // namespace quorate::state_transfer
