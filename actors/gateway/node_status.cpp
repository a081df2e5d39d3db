#include "actors/gateway/node_status.hpp"

#include "actors/version.hpp"

#include <algorithm>

namespace quorate {

namespace {

void describe_health(protocol::node_status& s, const node_health& health, monotonic_ms now) {
  const auto stands = health.standing(now);
  s.mode = stands.mode;
  s.mode_age_ms = now.value - std::min(now.value, stands.since.value);
  s.mode_why = stands.why.substr(0, protocol::why_max);
  if (const auto held = health.lease_now(now)) {
    s.lease = held->token;
    s.lease_left_ms = held->until.value - now.value;
  }
  for (const auto& peer : health.peers())
    for (auto& line : s.peers)
      if (line.replica == peer.replica) {
        line.state = peer.state;
        line.loses = peer.loses;
        line.silent_ms = peer.silent_ms;
        line.round_trip_ms = peer.round_trip_ms;
        line.clock_offset_ms = peer.clock_offset_ms;
      }
}

} // namespace

protocol::node_status describe_node(const local::replica_description& d,
                                    const pbft::configuration& config, const node_health& health,
                                    const signer_view* signer, monotonic_ms now) {
  protocol::node_status s;
  s.epoch = config.epoch();
  s.view = d.what.view;
  s.primary = d.what.primary;
  s.view_changing = d.what.changing;
  s.voter = d.what.voter;
  s.stable_checkpoint = d.what.stable;
  s.view_changes = d.what.view_changes;
  for (const auto& line : d.culprits)
    s.evidence += line.kept + line.beyond_limit;
  s.version = version;
  s.peers = d.peers;
  describe_health(s, health, now);
  s.quorum_seen = lease::serves(s.mode);
  if (signer != nullptr) s.signer = signer->describe(now);
  return s;
}

} // namespace quorate
