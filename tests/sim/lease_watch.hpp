// The judge of leases: looks at all machines at once, which no node can.
//
// Invariants, at every moment: never two valid leases of correct nodes; never one that fewer than
// 2f+1 replicas still keep their promise to, so none in a minority; tokens never go back.
#pragma once

#include "core/lease/terms.hpp"

namespace quorate::sim {

class cluster;
class node;

class lease_watch {
public:
  /// Throws safety_violation.
  void look(const cluster& world);

  /// Moments at which a lease was valid.
  std::uint64_t seen() const noexcept { return seen_; }

private:
  void judge(const cluster& world, const node& holder, const lease::held& lease);

  lease::fencing_token highest_;
  std::uint64_t seen_ = 0;
};

} // namespace quorate::sim
