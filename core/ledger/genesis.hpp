// Where a ledger starts: who orders, who attests, who administers, which assets and accounts.
#pragma once

#include "core/ledger/operation.hpp"

#include <string>

namespace quorate::ledger {

/// Any `threshold` of `keys`, distinct.
struct quorum_policy {
  std::uint16_t threshold = 0;
  std::vector<public_key> keys; ///< at most approvals_max, distinct
};

struct asset_definition {
  asset_id id;
  std::string symbol;        ///< 1 to 16 characters of A-Z, 0-9, '.'
  std::uint8_t decimals = 0; ///< at most 30; for display only
};

struct initial_balance {
  account_id account;
  asset_id asset;
  amount units;
};

struct genesis {
  std::string name; ///< 1 to 64 printable ASCII characters
  /// Of all keys here, and of all that come later.
  crypto_suite identity_suite = crypto_suite::standard;
  std::vector<public_key> replicas;      ///< 4 to replicas_max, n = 3f+1, in order of node id
  std::vector<asset_definition> assets;  ///< in order of id
  std::vector<initial_balance> balances; ///< in order of (account, asset); opens the accounts
  quorum_policy attesters;
  quorum_policy administrators;
  bool self_open = false;
  bool unsigned_noops = false;
};

/// Errors: bad_enum (the suite), over_limit, not_canonical (order, repeats, characters),
/// bad_public_key, no_such_asset, amount_overflow (more of an asset than an amount can be).
outcome validate(const genesis& g);

void write(writer& w, const genesis& g);
void read(reader& r, genesis& g);

cluster_id id_of(const genesis& g);

} // namespace quorate::ledger
