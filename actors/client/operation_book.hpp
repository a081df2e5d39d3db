// The operations that a client has under way, from submission to result.
#pragma once

#include "actors/client/client_actor.hpp"

#include <deque>
#include <map>
#include <unordered_map>

namespace quorate {

/// Of each caller, what was finished.
using finished_operations = std::map<std::shared_ptr<const on_submitted>, std::vector<submitted>>;

/// Invariant: each operation is here once, in the order of submission; it waits to be sent, was
/// sent, or waits for a busy node.
class operation_book {
public:
  struct bundle {
    protocol::submit_request what;
    std::vector<ledger::operation_id> ids; ///< in the same order; empty: nothing is to be sent
  };

  std::size_t size() const noexcept { return operations_.size(); }
  bool empty() const noexcept { return operations_.empty(); }

  /// False when it is here already.
  bool add(prepared_operation operation, std::shared_ptr<const on_submitted> done,
           std::uint64_t now_ms);

  /// What waits, up to `operations_max` or some 2 MiB; it counts as sent.
  bundle next(std::size_t operations_max);
  /// The one that has been here the longest, whether it was sent or not.
  bundle oldest() const;

  /// Everything is to be sent again, in the order of submission.
  void send_all_again();
  /// It is to be sent again, not before that moment. Unknown: no change.
  void defer(const ledger::operation_id& id, std::uint64_t until_ms);
  void end_deferments(std::uint64_t now_ms);

  /// Takes the operation out into `all`, as finished in this way. Unknown: no change.
  void finish(submitted how, finished_operations& all);
  /// Those submitted before that moment, as timed out.
  finished_operations expire(std::uint64_t before_ms);

private:
  struct entry {
    bytes encoded;
    std::shared_ptr<const on_submitted> done;
    std::uint64_t since_ms = 0;
    std::uint64_t not_before_ms = 0;
    bool queued = true;
  };

  void forget_finished();

  std::unordered_map<ledger::operation_id, entry> operations_;
  std::deque<ledger::operation_id> order_;    ///< by submission; may hold finished ones, not first
  std::deque<ledger::operation_id> queue_;    ///< to be sent; may hold others
  std::deque<ledger::operation_id> deferred_; ///< later
};

} // namespace quorate
