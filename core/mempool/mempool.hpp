// Operations that wait to be ordered: bounded, fair between accounts, in order within each.
//
// Pure: authorised operations in, batches out. Signatures were checked before; precheck() refuses
// cheaply what need not be checked at all.
#pragma once

#include "core/ledger/ledger_state.hpp"
#include "core/mempool/limits.hpp"

#include <deque>
#include <map>
#include <unordered_map>
#include <unordered_set>

namespace quorate::mempool {

/// What can be told of an encoded operation without decoding it.
struct peeked {
  std::uint8_t kind = 0; ///< as on the wire
  ledger::account_id account;
  account_sequence sequence;
  block_time_ms valid_until;
  std::size_t size = 0;
};

/// Errors: truncated, over_limit.
expected<peeked> peek(byte_view encoded_signed_operation);

lane lane_of(std::uint8_t kind) noexcept;

/// Keys that clients choose are hashed with a salt that they do not know.
struct salted_hash {
  std::uint64_t salt = 0;
  template <class Tag, std::size_t N>
  std::size_t operator()(const fixed_bytes<Tag, N>& v) const noexcept {
    static_assert(N >= 16);
    std::uint64_t words[2];
    std::memcpy(words, v.data.data(), sizeof words);
    __extension__ using u128 = unsigned __int128;
    const auto product = static_cast<u128>(words[0] ^ salt) *
                         (words[1] ^ 0x9e3779b97f4a7c15ULL ^ (salt << 32 | salt >> 32));
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  }
};

/// An operation that became the next of its account, or an unsigned no-op; or it is so no more.
struct due_change {
  ledger::operation_ptr op;
  lane in = lane::transfers;
  bool is_due = false;
};

/// Invariants: counts and bytes never exceed the limits; an operation is taken only after all
/// earlier sequences of its account were taken or applied; nothing is taken twice while in flight.
class mempool {
public:
  /// @param salt  unpredictable to clients; changes nothing that can be seen.
  mempool(mempool_limits limits, std::uint64_t salt);

  /// What the ledger knows of an account. Operations up to `last` are dropped.
  void set_applied(const ledger::account_id& account, account_sequence last);

  /// Cheap checks, before the signature's.
  /// Errors: duplicate, sequence_replayed, too_far_ahead, no_such_account, expired, busy.
  /// @param now  wall time; only ever refuses.
  outcome precheck(const peeked& op, const ledger::operation_id& id, block_time_ms now) const;

  /// Stores an operation. Another one with the same account and sequence stays: duplicate.
  /// Errors: as precheck; nothing is stored then.
  outcome admit(ledger::operation_ptr op, block_time_ms now);

  /// Null when it does not wait here.
  ledger::operation_ptr find(const ledger::operation_id& id) const;

  /// Up to so many operations, executable in this order, marked in flight. Lanes take weighted
  /// turns; within a lane accounts do.
  std::vector<ledger::operation_ptr> take(std::size_t operations_max, std::size_t bytes_max);

  /// Operations that a proposal of another replica carries.
  void mark_in_flight(const std::vector<ledger::operation_ptr>& operations);
  /// After a view change: whatever was in flight waits again.
  void return_in_flight();

  /// Removes what a block executed and what can no longer execute.
  /// @param noops  the unsigned ones of `ids`. No sequence tells that they were executed, so they
  ///               are remembered, also when they arrive only after their block.
  void on_applied(const std::vector<ledger::operation_id>& ids,
                  const std::vector<ledger::operation_id>& noops,
                  const std::vector<std::pair<ledger::account_id, account_sequence>>& sequences);
  /// Removes what expired before `now`. Returns how many.
  std::size_t drop_expired(block_time_ms now);

  /// All that wait, in flight or not.
  std::size_t size() const noexcept { return by_id_.size(); }
  std::size_t bytes_held() const noexcept { return bytes_; }
  /// Those that could be executed now: no earlier sequence of their account is missing. Includes
  /// those in flight. A primary that leaves these alone is late.
  std::size_t executable() const noexcept {
    return executable_ + noops_.size() + noops_in_flight_.size();
  }
  /// Those that take() could give.
  std::size_t takeable() const noexcept { return takeable_ + noops_.size(); }

  /// From here on changes of what is due are kept until they are taken: after each call, or they
  /// pile up.
  void note_due_changes() { notes_due_ = true; }
  std::vector<due_change> take_due_changes() { return std::exchange(due_changes_, {}); }

  /// How full it is, all lanes or the fullest one. 0 to 100.
  std::size_t fill_percent() const noexcept;
  /// How long to wait before trying again when busy; grows with the fill.
  std::uint32_t retry_after_ms() const noexcept;

private:
  struct waiting {
    ledger::operation_ptr op;
    lane in = lane::transfers;
    bool in_flight = false;
  };
  struct account_queue {
    account_sequence applied;
    std::map<account_sequence, waiting> operations; ///< at most replies_per_account
    bool known = false;                             ///< exists in the ledger
    bool listed = false;                            ///< in a lane's turn list
    ledger::operation_ptr due;                      ///< the next one, if it is here
    std::size_t executable = 0;
    std::size_t takeable = 0;
  };

  account_queue& queue_of(const ledger::account_id& account);
  void recount(const ledger::account_id& account, account_queue& queue);
  void list(const ledger::account_id& account, account_queue& queue);
  void note_due(account_queue& queue);
  waiting* next_of(account_queue& queue);
  void drop(account_queue& queue, std::map<account_sequence, waiting>::iterator at);
  void account_for(const ledger::operation_ptr& op, lane in, bool added);
  void take_from_lane(lane from, std::vector<ledger::operation_ptr>& out,
                      std::size_t operations_max, std::size_t& bytes_left);
  void remember_noop(const ledger::operation_id& id);
  outcome room_for(lane in, std::size_t size) const;

  mempool_limits limits_;
  salted_hash hash_;
  std::unordered_map<ledger::account_id, account_queue, salted_hash> accounts_;
  /// The account of each waiting operation, or zero for an unsigned no-op.
  std::unordered_map<ledger::operation_id, ledger::operation_ptr, salted_hash> by_id_;
  std::array<std::deque<ledger::account_id>, lane_count> turns_;
  std::deque<ledger::operation_ptr> noops_;
  std::unordered_map<ledger::operation_id, ledger::operation_ptr, salted_hash> noops_in_flight_;
  std::unordered_set<ledger::operation_id, salted_hash> recent_noops_;
  std::deque<ledger::operation_id> recent_noops_order_;
  std::array<std::size_t, lane_count> lane_operations_{};
  std::array<std::size_t, lane_count> lane_bytes_{};
  std::size_t bytes_ = 0;
  std::size_t executable_ = 0;
  std::size_t takeable_ = 0;
  bool notes_due_ = false;
  std::vector<due_change> due_changes_;
};

} // namespace quorate::mempool
