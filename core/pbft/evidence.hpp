// Proof that a replica is faulty: two statements under its signature that exclude each other.
#pragma once

#include "core/pbft/message.hpp"

namespace quorate::pbft {

/// Anyone with the configuration can check both signatures and see the contradiction.
struct evidence {
  enum class kind : std::uint8_t {
    two_pre_prepares, ///< for one view and sequence
    two_prepares,
    two_commits,
    two_checkpoints, ///< for one sequence
  };
  kind what = kind::two_pre_prepares;
  replica_id culprit;
  ballot first; ///< for checkpoints: view 0, batch is the state digest
  signature first_sig;
  ballot second;
  signature second_sig;
  friend bool operator==(const evidence&, const evidence&) = default;
};

std::string_view name(evidence::kind what) noexcept;

} // namespace quorate::pbft
