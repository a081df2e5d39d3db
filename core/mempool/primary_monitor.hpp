// Does the primary order what it should? A backup's measurement of the one it depends on.
//
// Deliveries alone prove nothing: a primary that leaves one client out, or orders one operation
// at a time, delivers all the same. What an honest primary cannot do, however loaded it is:
//
//   left_out  order what came later and not what came before it in the same queue. Queues are first
//             come, first served, by turns of accounts, so only an account's next operation has a
//             place in one: it is due from the moment in which it is the next.
//   slow      leave an operation behind in a batch that had room: a batch ends when it is full, or
//             when there is nothing else. What was executed before, or cannot be, fills nothing.
//   idle      pause with a queue before it: while there is work it proposes with each delivery.
//
// Pure: times are arguments, of one monotonic clock. The shell asks judge() after each block and on
// each tick.
#pragma once

#include "core/ledger/operation.hpp"
#include "core/mempool/limits.hpp"

#include <map>
#include <optional>
#include <string_view>
#include <vector>

namespace quorate::mempool {

/// The queues in which an operation may be due: the accounts of each lane, and unsigned no-ops,
/// which come after all accounts of their lane.
inline constexpr std::size_t unsigned_noops_queue = lane_count;
inline constexpr std::size_t queue_count = lane_count + 1;

enum class unfairness : std::uint8_t { left_out, slow, idle };
std::string_view name(unfairness what) noexcept;

struct monitor_options {
  /// Must exceed the time from a proposal to its execution.
  std::uint64_t request_timeout_ms = 1000;
  /// The primary may learn of an operation so much later than this node: one that was lost on the
  /// way is forwarded again.
  std::uint64_t arrival_slack_ms = 1500;
  /// The longest time between two ticks. After more than twice that this node itself stood still.
  std::uint64_t tick_ms = 500;
  /// At half of either a batch counts as full.
  std::size_t batch_operations_max = 1000;
  std::size_t batch_bytes_max = limits::MiB;
  /// An operation that so many overtook was left out, whoever gave those: more than a primary can
  /// have before it.
  std::uint64_t overtaken_max = 900'000;
  /// Operations watched; further ones are not, until there is room. The oldest are what matters.
  std::size_t watched_max = 100'000;
};

/// What a block carried that counts: operations that used up their sequence, and unsigned no-ops.
struct block_load {
  std::size_t operations = 0;
  std::size_t bytes = 0;
};

/// Invariants: at most watched_max operations are held; nothing is reported within patience_ms() of
/// a change of view, nor of a stop of this node.
class primary_monitor {
public:
  explicit primary_monitor(monitor_options options) : options_(options) {}

  static constexpr std::uint64_t never = ~std::uint64_t{0};

  /// The operation is the next of its account, or an unsigned no-op. Known already: no change.
  /// @param queue       below queue_count
  /// @param expires_ms  from then on nobody need order it; the clocks of nodes differ, so this lies
  ///                    well before the operation's own end
  void became_due(const ledger::operation_id& id, std::size_t queue, std::uint64_t now_ms,
                  std::uint64_t expires_ms = never);
  /// It no longer waits: executed, replaced, expired. Unknown: no change.
  void gone(const ledger::operation_id& id);
  /// This node accepted a proposal of the primary.
  void proposed(std::uint64_t now_ms);
  /// A block was executed. What it finished is told with gone() before judge() is asked.
  void executed(const std::vector<ledger::operation_id>& ids, block_load load,
                std::uint64_t now_ms);
  /// The view changed, or nothing that was measured means anything any more: begins afresh.
  void restart(std::uint64_t now_ms);
  /// Mempools are filling up: the primary may have had no room for what this node holds, so what
  /// is due now has no place in its queues before anything that comes later.
  void crowded(std::uint64_t now_ms);

  /// Why the primary is unfair, if it is. Says so again while it stays so.
  std::optional<unfairness> judge(std::uint64_t now_ms);

  /// Operations that have been due for longer than the request time-out, the oldest of each queue
  /// first: the primary may not know of them. At most `count`.
  std::vector<ledger::operation_id> overdue(std::uint64_t now_ms, std::size_t count) const;

  /// How long an operation is due before anyone is blamed for it.
  std::uint64_t patience_ms() const noexcept {
    return 2 * options_.request_timeout_ms + options_.arrival_slack_ms;
  }
  std::size_t watched() const noexcept { return due_.size(); }

private:
  /// The operations of one queue by since_ms; of equal ones in order of arrival.
  using turn_list = std::multimap<std::uint64_t, ledger::operation_id>;
  struct due_operation {
    std::size_t queue = 0;
    std::uint64_t since_ms = 0;
    std::uint64_t expires_ms = never;
    std::uint64_t executed_before = 0; ///< of executed_
    turn_list::iterator turn{};
  };
  using watched_operations = std::map<ledger::operation_id, due_operation>;

  void note_time(std::uint64_t now_ms);
  /// Null when nothing waits in this queue.
  const due_operation* oldest(std::size_t queue, std::uint64_t now_ms);
  bool is_left_out(const due_operation& one, std::uint64_t now_ms) const noexcept;
  std::uint64_t since(const due_operation& one) const noexcept {
    return std::max(one.since_ms, began_ms_);
  }
  std::uint64_t in_line_since(const due_operation& one) const noexcept {
    return std::max(since(one), crowded_ms_);
  }

  monitor_options options_;
  watched_operations due_;
  std::array<turn_list, queue_count> turns_;
  /// The latest in_line_since() of what was executed from each queue.
  std::array<std::uint64_t, queue_count> served_up_to_{};
  std::uint64_t began_ms_ = 0;
  std::uint64_t crowded_ms_ = 0;
  std::uint64_t last_input_ms_ = 0;
  std::uint64_t executed_ = 0; ///< operations, together
  std::uint64_t executed_at_beginning_ = 0;
  std::uint64_t full_at_ms_ = 0;             ///< the last full block, or the beginning
  std::optional<std::uint64_t> block_at_ms_; ///< the last block since the beginning
  bool proposed_since_ = true;               ///< a proposal came after that block
  std::size_t pauses_ = 0;                   ///< in a row
};

} // namespace quorate::mempool
