// Reads whose answer is there and whose block is not attested by enough replicas yet.
#pragma once

#include "actors/gateway/take_values.hpp"
#include "core/ledger/receipt.hpp"

#include <utility>
#include <vector>

namespace quorate {

/// Invariant: at most reads_max wait.
template <class Read>
class unattested_reads {
public:
  static constexpr std::size_t reads_max = 4096;
  using with_proof = std::pair<Read, ledger::account_proof>;

  /// False, and `read` is left as it is, when too many wait.
  bool add(sequence_number height, Read& read, ledger::account_proof proof) {
    if (waiting_.size() >= reads_max) return false;
    waiting_.emplace(height, with_proof{std::move(read), std::move(proof)});
    return true;
  }

  /// Those of this height, in the order in which they came.
  std::vector<with_proof> take(sequence_number height) { return take_values(waiting_, height); }

  /// Those of which the condition holds.
  template <class Condition>
  std::vector<Read> take_if(Condition holds) {
    std::vector<Read> taken;
    std::erase_if(waiting_, [&](auto& entry) {
      if (!holds(entry.second.first)) return false;
      taken.push_back(std::move(entry.second.first));
      return true;
    });
    return taken;
  }

private:
  std::multimap<sequence_number, with_proof> waiting_;
};

} // namespace quorate
