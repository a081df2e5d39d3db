// What a node does at the moment, and why it refuses what it refuses.
#pragma once

#include "core/base/errc.hpp"
#include "core/base/strong.hpp"

#include <string>
#include <string_view>

namespace quorate::lease {

/// The numbers go over the wire: append only.
enum class node_mode : std::uint8_t {
  normal = 0,
  degraded = 1,  ///< a quorum is in reach, but not everyone
  read_only = 2, ///< no quorum was in reach for a lease: only what is labelled as stale is served
  halted = 3,    ///< the own disk does not answer, or the own state contradicts the others'
};

constexpr std::string_view name(node_mode m) noexcept {
  switch (m) {
  case node_mode::normal:
    return "normal";
  case node_mode::degraded:
    return "degraded";
  case node_mode::read_only:
    return "read_only";
  case node_mode::halted:
    return "halted";
  }
  return "unknown";
}

/// A mode with its history.
struct standing {
  node_mode mode = node_mode::read_only;
  monotonic_ms since;
  std::string why; ///< one sentence
  friend bool operator==(const standing&, const standing&) = default;
};

/// Whether new operations, signatures and reads that must be current are served.
constexpr bool serves(node_mode m) noexcept {
  return m == node_mode::normal || m == node_mode::degraded;
}

/// What a refusal says. @pre !serves(m)
constexpr errc refusal_of(node_mode m) noexcept {
  return m == node_mode::halted ? errc::halted : errc::read_only;
}

/// "read_only for 1.2 s: why"
std::string explain(const standing& s, monotonic_ms now);

} // namespace quorate::lease
