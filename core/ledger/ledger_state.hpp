// The replicated state machine: authorised operations in, results and an authenticated state out.
//
// Deterministic: the same batches give the same roots on every replica, in every build.
#pragma once

#include "core/ledger/account.hpp"
#include "core/ledger/authorise.hpp"
#include "core/ledger/genesis.hpp"
#include "core/ledger/membership.hpp"
#include "core/ledger/receipt.hpp"
#include "core/ledger/state_tree.hpp"

#include <map>
#include <memory>
#include <set>
#include <unordered_map>
#include <unordered_set>

namespace quorate::ledger {

/// An authorised operation is shared between mempool, consensus and ledger, never copied.
using operation_ptr = std::shared_ptr<const authorised_operation>;

/// A batch as consensus ordered it.
struct ordered_batch {
  sequence_number height;
  digest batch_digest;
  block_time_ms time; ///< as proposed; apply() raises it to the time of the block before
  std::vector<operation_ptr> operations;
};

/// What apply() gives.
struct applied_block {
  block_summary summary;
  std::vector<operation_result> results; ///< one an operation, in order
  std::vector<account_id> touched;       ///< signers whose sequence moved; may repeat
  bool orders_signatures = false;        ///< one of the results is of a signing order that was done
};

/// A state record for the disk: key of the state tree and encoded value; no value: removed.
struct state_record {
  digest key;
  std::optional<bytes> value;
};

class ledger_state {
public:
  /// The state at height 0. @pre validate(g) succeeded.
  explicit ledger_state(const genesis& g);

  /// The state as it was stored by take_dirty() up to `last`.
  /// Errors: those of decoding; bad_proof when the records do not give last.state_root.
  static expected<ledger_state> restore(const genesis& g, const block_summary& last,
                                        const std::vector<std::pair<digest, bytes>>& records);

  /// Applies the next batch. An operation that fails changes nothing but its account's sequence
  /// and stored reply; one that is out of sequence changes nothing at all.
  /// @pre batch.height is the current height plus one.
  applied_block apply(const ordered_batch& batch);

  const block_summary& last() const noexcept { return last_; }
  sequence_number height() const noexcept { return last_.height; }

  /// Null when there is no such account.
  const account* find(const account_id& id) const noexcept;

  /// Proof of presence or absence under last().state_root.
  state_proof prove(const account_id& id) const;

  /// As above, of the membership.
  state_proof prove_members() const { return tree_.prove(membership_key()); }

  /// The result stored for a sequence of an account, when it is among the last
  /// replies_per_account. The height in it tells the block that proves it.
  std::optional<stored_reply> reply(const account_id& id, account_sequence sequence) const;

  const ledger::membership& members() const noexcept { return membership_; }

  /// Every (account, last sequence), for admission after a restart.
  std::vector<std::pair<account_id, account_sequence>> sequences() const;

  /// Records changed since the last call, in key order; marks them clean.
  std::vector<state_record> take_dirty();

  /// Every record, rising by key: what restore() takes, and what a snapshot is made of.
  std::vector<std::pair<digest, bytes>> records() const;

  /// Recounts every asset. Errors: amount_overflow when balances and holds do not add up to the
  /// supply: an invariant is broken and the node must stop.
  outcome check_conservation() const;

private:
  struct empty {};
  ledger_state(const genesis& g, empty);

  // One operation each: everything is checked first, then changed. Errors: 4xx.
  outcome run(const open_account& body, account* signer, const account_id& signer_id);
  outcome run(const transfer& body, account& signer);
  outcome run(const transfer_batch& body, account& signer);
  outcome run(const credit& body);
  outcome run(const withdrawal_request& body, account& signer, const operation_id& id);
  outcome run(const withdrawal_release& body);
  outcome run(const set_frozen& body);
  outcome run(const change_membership& body);
  outcome run(const signing_order& body, account& signer);
  outcome run(const audit_head& body, account& signer);
  outcome run_body(const operation_body& body, account& signer, const operation_id& id);

  operation_result execute(const authorised_operation& op, sequence_number height,
                           block_time_ms time, std::vector<account_id>& touched);
  outcome check_receiver(const account& to, asset_id asset, amount units) const;
  outcome raise_supply(asset_id asset, amount units);
  void lower_supply(asset_id asset, amount units);
  account* find_mutable(const account_id& id) noexcept;
  account& create(const account_id& id);
  void touch(const account& changed);
  void hash_touched();

  void begin_epoch_if_due(sequence_number height);
  void touch_membership();

  std::vector<account_id> administrators_;
  ledger::membership membership_;
  bool membership_touched_ = false;
  bool self_open_ = false;
  crypto_suite suite_ = crypto_suite::standard; ///< of all keys
  block_summary last_;

  /// Keyed by the tagged hash of the account's key, so that clients cannot choose where they land.
  std::unordered_map<digest, account> accounts_;
  std::map<asset_id, amount> supply_;
  std::unordered_set<digest> credited_; ///< state keys of deposits that were credited
  state_tree tree_;

  std::unordered_set<digest> touched_; ///< accounts changed in the block under way
  std::set<asset_id> supply_touched_;
  std::set<digest> dirty_; ///< records changed since take_dirty()
};

/// The state tree's key of an account.
digest state_key(const account_id& id);
/// The hash under which an account stands in the state tree.
digest state_value_hash(const account& value);
digest state_value_hash(const membership& value);
/// As above, of any encoded state record.
digest state_record_hash(byte_view record);

} // namespace quorate::ledger
