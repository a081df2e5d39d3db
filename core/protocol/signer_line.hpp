// What a node says of its signer: what it heard of it last, and how long ago.
#pragma once

#include "core/signer/status.hpp"

#include <optional>

namespace quorate::protocol {

/// Not proven: for operators.
struct signer_line {
  bool reachable = false;      ///< it answers: `said` is of now, give or take a second
  std::uint16_t failure = 0;   ///< how the last question ended: 0, or the number of an errc
  std::uint64_t silent_ms = 0; ///< since its last answer; since the node began, without one
  std::optional<signer::status_answer> said; ///< its last status; none: it never gave one
  friend bool operator==(const signer_line&, const signer_line&) = default;
};

/// Reachable u8, failure u16, silence u64, whether there is a status u8, the status.
void write(writer& w, const signer_line& v);
/// Errors: bad_enum for an error that is not defined; those of signer::status_answer.
void read(reader& r, signer_line& v);

} // namespace quorate::protocol
