// What the signer keeps durably, and how it lies in the store.
//
// | table       | key                          | value                | written          |
// |-------------|------------------------------|----------------------|------------------|
// | decisions   | operation id, 32             | decision             | once, for ever   |
// | meta        | "signer.state"               | signer_state         | with every entry |
// | meta        | "signer.window.", key, asset | spend_window         | with a decision  |
// | meta        | "signer.epoch.", number      | ledger::epoch_proof  | once, for ever   |
// | meta        | "signer.key.", number        | key_record           | once, for ever   |
// | audit       | number of the entry, u64     | audit::entry         | once, for ever   |
// | audit_nodes | level u8, index u64          | hash of a subtree    | once, for ever   |
#pragma once

#include "core/audit/entry.hpp"
#include "core/audit/merkle_log.hpp"
#include "core/lease/terms.hpp"
#include "core/ledger/trust.hpp"
#include "core/signer/key_book.hpp"
#include "core/signer/spend_window.hpp"
#include "core/store/record.hpp"

#include <map>

namespace quorate::signer {

/// Keys of one signer. More: the configuration is refused.
inline constexpr std::size_t keys_max = 1024;

/// The one digest that a request has.
struct decision {
  digest signed_digest;    ///< reading::signed_digest()
  digest key;              ///< SHA-256 of the public key
  block_time_ms time;      ///< of the order's block
  std::uint64_t entry = 0; ///< its number in the audit log
  friend bool operator==(const decision&, const decision&) = default;
};

/// Everything else that must not go back.
/// Invariant: token.epoch <= epoch; roots are those of log_size entries.
struct signer_state {
  lease::fencing_token token;                ///< the highest seen; its counter is always 0
  configuration_epoch epoch = genesis_epoch; ///< the newest that was proven
  block_time_ms seen;                        ///< the latest that was proven
  std::uint64_t log_size = 0;
  std::vector<digest> log_roots;
  std::uint64_t key_steps = 0; ///< in the lives of its keys: the number of key_records
  friend bool operator==(const signer_state&, const signer_state&) = default;
};

/// By key, then asset.
using spend_windows = std::map<std::pair<digest, asset_id>, spend_window>;

void write(writer& w, const decision& v);
void read(reader& r, decision& v);
void write(writer& w, const signer_state& v);
/// Errors: over_limit.
void read(reader& r, signer_state& v);

record record_of(const ledger::operation_id& id, const decision& v);
record record_of(const signer_state& v);
record record_of(const digest& key, asset_id asset, const spend_window& v);
record record_of(const ledger::epoch_proof& v);
record record_of(const key_record& v);
record record_of(std::uint64_t number, const audit::entry& v);
record record_of(const audit::log_node& v);

bytes state_key();
bytes window_key(const digest& key, asset_id asset);
bytes epoch_key(configuration_epoch epoch);
/// @param number  from 1
bytes key_step_key(std::uint64_t number);
bytes entry_key(std::uint64_t number);
bytes node_key(audit::node_place place);

} // namespace quorate::signer
