#include "actors/heartbeat/node_health.hpp"

#include <algorithm>

namespace quorate {

lease::standing node_health::standing(monotonic_ms now) const {
  const std::lock_guard lock{mutex_};
  if (!lease::serves(stands_.mode) || now < quorum_until_) return stands_;
  return {lease::node_mode::read_only, quorum_until_, "no quorum has answered since"};
}

std::optional<lease::held> node_health::lease_now(monotonic_ms now) const {
  const std::lock_guard lock{mutex_};
  if (!lease_ || now >= lease_->until) return std::nullopt;
  return lease_;
}

std::uint64_t node_health::quorum_age_ms(monotonic_ms now) const {
  const std::lock_guard lock{mutex_};
  const auto window = lease::quorum_window_ms(lease_ms_);
  const auto answered = quorum_until_.value - std::min(window, quorum_until_.value);
  return now.value - std::min(answered, now.value);
}

std::vector<lease::peer_health> node_health::peers() const {
  const std::lock_guard lock{mutex_};
  return peers_;
}

void node_health::set(lease::standing stands, monotonic_ms quorum_until,
                      std::vector<lease::peer_health> peers) {
  const std::lock_guard lock{mutex_};
  mode_changes_ += stands.mode != stands_.mode ? 1 : 0;
  stands_ = std::move(stands);
  quorum_until_ = std::max(quorum_until_, quorum_until);
  peers_ = std::move(peers);
}

std::uint64_t node_health::mode_changes() const {
  const std::lock_guard lock{mutex_};
  return mode_changes_;
}

void node_health::set_lease(std::optional<lease::held> held) {
  const std::lock_guard lock{mutex_};
  lease_ = held;
}

void node_health::set_replica(view_number view, sequence_number delivered, bool voter) {
  const std::lock_guard lock{mutex_};
  own_.view = view;
  own_.height = delivered;
  own_.voter = voter;
}

void node_health::halt(std::string reason) {
  const std::lock_guard lock{mutex_};
  own_.halted_because = std::move(reason);
  lease_.reset();
}

lease::own_state node_health::own() const {
  const std::lock_guard lock{mutex_};
  return own_;
}

void node_health::set_load(std::uint16_t permille) {
  const std::lock_guard lock{mutex_};
  own_.load_permille = permille;
}

} // namespace quorate
