// A simulated disk: what is written is volatile until a sync, and a crash keeps a prefix of it.
#pragma once

#include "core/pbft/effect.hpp"
#include "tests/sim/ledger.hpp"

#include <deque>
#include <map>
#include <stdexcept>

namespace quorate::sim {

/// The replica votes again: it is a learner no more.
struct remembering_mark {};
/// How an epoch ended, for peers that are behind and for the next start.
struct epoch_end_record {
  pbft::checkpoint_certificate certificate;
};
/// The ledger's state after the last block written before.
struct ledger_flush {
  std::shared_ptr<const node_ledger> state;
};

using disk_write =
    std::variant<pbft::effect::persist_slot, pbft::effect::persist_view,
                 pbft::effect::persist_block, pbft::effect::persist_checkpoint,
                 pbft::effect::persist_promise, remembering_mark, ledger_flush, epoch_end_record>;

/// A stored record does not have the hash that was stored with it: fatal for a node.
struct damaged_record : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Keeps the records of core/pbft/durable.hpp as a node's store would.
/// Invariant: the durable part only ever holds a prefix of what was written, in order.
class disk {
public:
  void write(disk_write what);

  /// Counts writes from the beginning; a send that came after the k-th waits until durable() >= k.
  std::uint64_t written() const noexcept { return durable_ + cached_.size(); }
  std::uint64_t durable() const noexcept { return durable_; }

  /// Makes the first `upto` writes durable.
  void sync(std::uint64_t upto);

  /// Loses the cache but for its first `kept` writes, which happened to reach the platter.
  void crash(std::size_t kept);
  std::size_t cached() const noexcept { return cached_.size(); }

  /// The disk is replaced by an empty one, and the operator marks the node as a learner.
  void wipe();
  /// The disk is replaced by a copy that was made of it earlier; a learner as well.
  void roll_back_to(const disk& copy);
  /// What a copy made now holds: the durable part.
  disk copy() const;
  void mark_remembering() noexcept { remembers_ = true; }
  bool remembers() const noexcept { return remembers_; }

  /// One stored record changes by itself: a vote, or the block at a height.
  void rot(std::optional<sequence_number> block) { rotten_ = block.value_or(sequence_number{}); }
  bool is_rotten() const noexcept { return rotten_.has_value(); }

  /// All but delivered_state, which the ledger's replay of blocks gives.
  /// Throws damaged_record.
  pbft::restored_state restore() const;
  /// The ledger as last flushed; null when it never was.
  std::shared_ptr<const node_ledger> ledger() const noexcept { return ledger_; }

  // What is durable.
  const pbft::slot_record* slot(sequence_number n) const;
  const pbft::view_record& view() const noexcept { return view_; }
  const pbft::checkpoint_certificate& stable() const noexcept { return stable_; }
  /// Null when it is not stored.
  const pbft::checkpoint_certificate* epoch_end(configuration_epoch epoch) const;
  /// Blocks lie without gaps from 1 to this.
  sequence_number last_block() const noexcept;
  /// The final block at `n`, if it is durable; its body is then durable too.
  /// Throws damaged_record.
  std::optional<pbft::committed_block> block(sequence_number n) const;
  std::size_t slots() const noexcept { return slots_.size(); }

private:
  void apply(const pbft::effect::persist_slot& what);
  void apply(const pbft::effect::persist_view& what);
  void apply(const pbft::effect::persist_block& what);
  void apply(const pbft::effect::persist_checkpoint& what);
  void apply(const pbft::effect::persist_promise& what) { promised_ = what.record; }
  void apply(const remembering_mark&) { remembers_ = true; }
  void apply(const ledger_flush& what) { ledger_ = what.state; }
  void apply(const epoch_end_record& what) {
    epoch_ends_.insert_or_assign(what.certificate.epoch, what.certificate);
  }
  void prune();
  pbft::body_ptr body(sequence_number n, const digest& batch) const;

  std::deque<disk_write> cached_;
  std::uint64_t durable_ = 0;

  pbft::view_record view_;
  pbft::checkpoint_certificate stable_;
  std::optional<lease::promise> promised_;
  std::map<sequence_number, pbft::slot_record> slots_;
  std::map<sequence_number, pbft::commit_certificate> blocks_;
  std::map<std::pair<sequence_number, digest>, pbft::body_ptr> bodies_;
  std::map<configuration_epoch, pbft::checkpoint_certificate> epoch_ends_;
  sequence_number pruned_; ///< no body lies at or below but those of blocks
  std::shared_ptr<const node_ledger> ledger_;
  bool remembers_ = true;
  std::optional<sequence_number> rotten_; ///< 0: a vote
};

} // namespace quorate::sim
