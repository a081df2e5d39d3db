// One account as the ledger keeps it: a leaf of the state tree.
#pragma once

#include "core/ledger/operation.hpp"

namespace quorate::ledger {

struct balance {
  asset_id asset;
  amount available;
  amount held; ///< in open withdrawals
  friend bool operator==(const balance&, const balance&) = default;
};

/// An open withdrawal.
struct hold {
  operation_id id;
  asset_id asset;
  amount units;
  std::uint32_t chain = 0;
  bytes destination;
  friend bool operator==(const hold&, const hold&) = default;
};

/// What an earlier operation of the account gave: the answer to a retry.
struct stored_reply {
  account_sequence sequence;
  operation_id id;
  std::uint16_t code = 0; ///< 0, or the number of an errc
  sequence_number height;
  friend bool operator==(const stored_reply&, const stored_reply&) = default;
};

/// Invariants: balances rise by asset; holds rise by id; replies rise by sequence, end with
/// last_sequence, and are at most replies_per_account; held of an asset is the sum of its holds;
/// each head of the log continues the one before it, and has at least one entry.
struct account {
  account_id id;
  account_sequence last_sequence;
  bool frozen = false;
  std::uint64_t freeze_counter = 0;
  std::vector<balance> balances;
  std::vector<hold> holds;
  std::vector<stored_reply> replies;
  std::optional<audit::log_head> log; ///< the newest of the audit log that this account keeps

  friend bool operator==(const account&, const account&) = default;

  /// Null when the account never held the asset.
  const balance* find(asset_id asset) const noexcept;
  /// The balance, made zero where there was none. @pre room for one more asset.
  balance& at(asset_id asset);
  std::vector<hold>::iterator find_hold(const operation_id& id) noexcept;
  const stored_reply* find_reply(account_sequence sequence) const noexcept;
  /// Keeps the newest replies_per_account.
  void remember(const stored_reply& reply);
};

/// Errors of reading: over_limit, not_canonical (order), truncated.
void write(writer& w, const account& v);
void read(reader& r, account& v);

} // namespace quorate::ledger
