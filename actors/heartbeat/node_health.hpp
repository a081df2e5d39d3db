// What a node may do at this moment, for every actor that has to know before it answers.
#pragma once

#include "core/lease/monitor.hpp"
#include "core/lease/terms.hpp"

#include <mutex>

namespace quorate {

/// Shared by the actors of a node; each call is a look or a change of a moment. What has run out
/// since it was written does not hold any more, however late its writer is.
class node_health {
public:
  node_health(monotonic_ms now, std::uint64_t lease_ms)
      : lease_ms_(lease_ms), stands_{lease::node_mode::read_only, now, "the node is starting"},
        quorum_until_(now) {}

  /// What the node may do now, with since when and why.
  lease::standing standing(monotonic_ms now) const;
  /// One line for a refusal: mode, since when, and why.
  std::string explain(monotonic_ms now) const { return lease::explain(standing(now), now); }
  bool serves(monotonic_ms now) const { return lease::serves(standing(now).mode); }

  /// The lease that this node holds now, if it does. Look after the state was read, not before.
  std::optional<lease::held> lease_now(monotonic_ms now) const;

  /// Since a quorum was last known to be in reach: how old the view of a stale read may be.
  std::uint64_t quorum_age_ms(monotonic_ms now) const;

  std::vector<lease::peer_health> peers() const;

  // Written by the heartbeat actor.
  void set(lease::standing stands, monotonic_ms quorum_until,
           std::vector<lease::peer_health> peers);
  std::uint64_t mode_changes() const;

  // Written by the replica.
  void set_lease(std::optional<lease::held> held);
  void set_replica(view_number view, sequence_number delivered, bool voter);
  void halt(std::string reason);
  lease::own_state own() const;

  // Written by the mempool's owner.
  void set_load(std::uint16_t permille);

private:
  mutable std::mutex mutex_;
  std::uint64_t lease_ms_;
  lease::standing stands_;
  monotonic_ms quorum_until_;
  std::vector<lease::peer_health> peers_;
  std::optional<lease::held> lease_;
  lease::own_state own_;
  std::uint64_t mode_changes_ = 0;
};

} // namespace quorate
