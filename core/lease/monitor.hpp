// The heartbeat monitor of one node: who is there, in which directions, and what that leaves this
// node allowed to do.
#pragma once

#include "core/lease/failure_detector.hpp"
#include "core/lease/heartbeat.hpp"
#include "core/lease/terms.hpp"

#include <map>
#include <optional>

namespace quorate::lease {

enum class liveness : std::uint8_t { alive = 0, suspect = 1, unreachable = 2 };

/// Which direction of a link loses messages. Over TCP one direction takes the other with it before
/// long; what is told is what was seen.
enum class loss : std::uint8_t { none = 0, incoming = 1, outgoing = 2, both = 3 };

std::string_view name(liveness l) noexcept;
std::string_view name(loss l) noexcept;

struct peer_health {
  replica_id replica;
  liveness state = liveness::unreachable;
  loss loses = loss::both;
  std::uint64_t silent_ms = 0;
  std::optional<std::uint64_t> round_trip_ms;  ///< of the last heartbeat that was answered
  std::optional<std::int64_t> clock_offset_ms; ///< its monotonic clock less ours, as seen then
  std::optional<heartbeat> last;               ///< what it said last
};

struct monitor_options {
  detector_options detector;
  std::uint64_t lease_ms = 600;
  std::uint64_t disk_stall_ms = 3000;
};

/// Who is to be heard of.
struct circle {
  replica_id self;
  std::vector<replica_id> members; ///< rising, self among them or not
  std::vector<replica_id> voters;  ///< rising
  std::size_t quorum = 0;          ///< 2f+1 of the voters
  configuration_epoch epoch;
};

/// What this node knows of itself.
struct own_state {
  view_number view;
  sequence_number height;
  std::uint32_t durable_age_ms = 0;
  std::uint16_t load_permille = 0;
  bool voter = true;
  std::string halted_because; ///< empty: it is not
};

/// Invariants: a quorum is in reach only while 2f+1 voters, this one counted if it is one, have
/// answered heartbeats that were sent within the last quorum_window_ms(); memory is bounded by the
/// members.
class monitor {
public:
  monitor(monitor_options options, circle who, monotonic_ms now);

  /// The next heartbeat, to be signed and sent to all.
  heartbeat beat(const own_state& own, monotonic_ms now);

  /// A peer's, with a valid signature. @returns the answer, to be signed; none for a stranger.
  std::optional<heartbeat_ack> take(const heartbeat& from, monotonic_ms now);

  /// An answer, with a valid signature. One to a heartbeat that was not sent changes nothing.
  void take(const heartbeat_ack& answer, monotonic_ms now);

  /// What this node may do now. @returns the standing before when it changed.
  std::optional<standing> assess(const own_state& own, monotonic_ms now);
  const standing& stands() const noexcept { return stands_; }

  /// From this moment on, without further answers, no quorum is in reach.
  monotonic_ms quorum_until() const;

  /// Of all members but this one, rising.
  std::vector<peer_health> peers(monotonic_ms now) const;

private:
  struct peer {
    failure_detector detector;
    std::optional<heartbeat> last;
    std::optional<monotonic_ms> answered; ///< when the newest heartbeat that it answered was sent
    std::optional<std::uint64_t> round_trip_ms;
    std::optional<std::int64_t> clock_offset_ms;
  };

  bool hears(const peer& p, monotonic_ms now) const { return !p.detector.suspects(now); }
  bool is_heard_by(replica_id id, const peer& p, monotonic_ms now) const;
  std::optional<std::size_t> place_of(replica_id id) const noexcept;
  peer_health health_of(replica_id id, const peer& p, monotonic_ms now) const;
  standing judge(const own_state& own, monotonic_ms now) const;
  std::string without_quorum(monotonic_ms now) const;

  monitor_options options_;
  circle who_;
  std::map<replica_id, peer> peers_;
  std::uint64_t counter_;
  std::map<std::uint64_t, monotonic_ms> sent_; ///< by counter, the last few
  standing stands_;
};

} // namespace quorate::lease
