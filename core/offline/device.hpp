// The counters of the offline channel, on both of its sides. Pure: the shell writes a new state to
// the disk, and only then does anything that follows from it leave the machine.
#pragma once

#include "core/offline/request.hpp"

#include <optional>

namespace quorate::offline {

/// What a device remembers for ever.
struct device_state {
  device_id device;
  std::uint64_t last_counter = 0; ///< of the last request that was answered; 0: none yet
  std::uint64_t clock_ms = 0;     ///< the latest time at which one was signed
  bytes last_answer;              ///< its bytes, to be handed out again; empty: none yet

  friend bool operator==(const device_state&, const device_state&) = default;
};

/// Whether the request is for this device and next in turn; only then is it answered at all.
/// Errors: offline_wrong_device; offline_replayed; offline_gap.
outcome in_turn(const device_state& state, const request& r);

/// Whether a request that is in turn may be signed now.
/// @param now_ms  this machine's clock, since 1970. Set back, it revives nothing: the time of the
///   last signature counts as well.
/// @param shown   the text that this device shows for the request.
/// Errors: offline_expired; offline_wrong_display.
outcome may_sign(const device_state& state, const request& r, std::uint64_t now_ms,
                 std::string_view shown);

/// An answer, and the state that must be durable before it leaves.
struct answered {
  answer what;
  device_state next;
};

/// Answers a request. @pre in_turn(state, r)
/// Only a signature raises the state's clock: it was made before the request expired, so another
/// machine's clock bounds it. A refusal proves nothing of the time, and a clock that was ahead once
/// would have every later request refused.
answered answer_request(const device_state& state, const request& r, std::uint64_t now_ms,
                        std::variant<signed_result, refused_result> result);

/// Goes by `now_ms` from now on, also when that is before the last signature: what an operator
/// does when the clock was ahead then. No counter goes back, so nothing is signed twice; but if it
/// is now that the clock is wrong, requests that have expired can be signed.
device_state set_clock(const device_state& state, std::uint64_t now_ms);

/// What the other side remembers for ever: one request is open at a time.
struct host_state {
  device_id device;
  std::uint64_t last_counter = 0; ///< of the last request that was made; 0: none yet
  std::optional<request> open;    ///< the one that has no answer yet; its counter is last_counter

  friend bool operator==(const host_state&, const host_state&) = default;
};

/// Makes the next request, and the state that must be durable before it leaves.
/// @param draft  device and counter are filled in.
/// Errors: busy while one is open; over_limit after 2^64 - 1 requests.
expected<host_state> make_request(const host_state& state, request draft);

/// Closes the open request with its answer; what the answer says is still to be verified.
/// Errors: offline_wrong_device; offline_unasked for an answer to anything but the open request.
expected<host_state> take_answer(const host_state& state, const answer& a);

/// Gives the open request up and goes on behind `last`, the number that the device says it answered
/// last: what an operator does when a request or an answer was lost or altered on the way. The
/// device signs no number twice, so the worst that a wrong `last` does is that it answers nothing.
host_state resume_after(const host_state& state, std::uint64_t last);

/// As kept on disk: maps of keys 1 to 5 and 1 to 4.
bytes encode(const device_state& state);
bytes encode(const host_state& state);
/// Errors: as cbor::reader; bad_version; not_canonical for a state that cannot have come about.
expected<device_state> decode_device_state(byte_view from);
expected<host_state> decode_host_state(byte_view from);

} // namespace quorate::offline
