// The contradictions that this node has found, over restarts: one record each, bounded.
#pragma once

#include "core/pbft/evidence.hpp"
#include "core/protocol/client.hpp"
#include "core/store/record.hpp"

#include <map>
#include <set>

namespace quorate {

class lmdb_store;

/// Invariant: at most evidence_per_replica_max contradictions of one replica are kept, and each is
/// kept once, whatever is found again after a restart.
class evidence_book {
public:
  /// Nothing here ends the process: what cannot be read is logged and left alone, because evidence
  /// is for people and no vote depends on it.
  static evidence_book load(const lmdb_store& store);

  /// Checks the evidence as a third party would, and gives the record to make durable; none when it
  /// is kept already, when the culprit's limit is reached (counted), or when it proves nothing.
  std::optional<record> add(const pbft::evidence& found, const pbft::configuration& in);

  /// One line for each replica with a contradiction, rising.
  std::vector<protocol::culprit_line> culprits() const;

private:
  struct entries {
    std::set<pbft::evidence_id> kept;
    std::uint64_t beyond_limit = 0; ///< since start
  };
  std::map<replica_id, entries> of_;
};

/// A page of the stored evidence behind `after`, in the order of its ids: at least one piece if
/// there is one, and then no more than fit into an answer. Damaged records are left out.
/// `culprits` of the page is empty.
/// Errors: not_found when the table cannot be read.
expected<protocol::evidence_answer> load_evidence(const lmdb_store& store,
                                                  const std::optional<pbft::evidence_id>& after);

} // namespace quorate
