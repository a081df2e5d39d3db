// The application of the simulator: batches are lists of operation numbers; the state is a hash
// chain over the delivered digests.
#pragma once

#include "core/pbft/batch.hpp"

#include <cstdint>
#include <set>
#include <vector>

namespace quorate::sim {

using operation = std::uint64_t;

pbft::body_ptr encode_operations(const std::vector<operation>& operations);
/// Throws std::logic_error for anything but an encoded list: nobody proposes such a body here.
std::vector<operation> decode_operations(byte_view body);

/// Executes every operation once, however often it was ordered.
class ledger {
public:
  void apply(byte_view body);

  const digest& state() const noexcept { return state_; }
  bool executed(operation op) const { return op < next_ || ahead_.contains(op); }
  /// Whether all operations below `end` were executed.
  bool executed_all(operation end) const noexcept { return next_ >= end; }
  /// The first that was not.
  operation first_open() const noexcept { return next_; }

private:
  digest state_;
  operation next_ = 0;        // all below are executed
  std::set<operation> ahead_; // executed above
};

} // namespace quorate::sim
