// What is shown to somebody who has a head of the log, and not the log.
#pragma once

#include "core/audit/entry.hpp"
#include "core/audit/merkle_log.hpp"

#include <variant>

namespace quorate::audit {

/// That an entry is in the log of a head.
struct inclusion {
  entry what;
  std::uint64_t index = 0;
  log_head head;
  std::vector<digest> path; ///< as prove_inclusion() gives
  friend bool operator==(const inclusion&, const inclusion&) = default;
};

/// That a log only went on from one head to the other.
struct consistency {
  log_head before;
  log_head after;
  std::vector<digest> path; ///< as prove_consistency() gives
  friend bool operator==(const consistency&, const consistency&) = default;
};

/// The kind in the encoding is the index plus one: append only.
using proof = std::variant<inclusion, consistency>;

/// Says nothing of where the heads come from. Errors: bad_proof.
outcome verify(const proof& p);

/// Canonical bytes: version u8, kind u8, the parts. Errors of reading: bad_version; bad_enum;
/// over_limit for more than proof_hashes_max hashes; those of an entry.
void write(writer& w, const proof& p);
void read(reader& r, proof& p);

} // namespace quorate::audit
