// What the signer keeps durably, and how it lies in the store.
//
// | table       | key                          | value                | written          |
// |-------------|------------------------------|----------------------|------------------|
// | decisions   | operation id, 32             | decision             | as it changes    |
// | meta        | "signer.state"               | signer_state         | with every entry |
// | meta        | "signer.spent.", key, unit   | spend_window         | with a decision  |
// | meta        | "signer.window.", key, asset | spend_window         | not any more     |
// | meta        | "signer.epoch.", number      | ledger::epoch_proof  | once, for ever   |
// | meta        | "signer.key.", number        | key_record           | once, for ever   |
// | audit       | number of the entry, u64     | audit::entry         | once, for ever   |
// | audit_nodes | level u8, index u64          | hash of a subtree    | once, for ever   |
#pragma once

#include "core/audit/entry.hpp"
#include "core/audit/merkle_log.hpp"
#include "core/chain/signature.hpp"
#include "core/lease/terms.hpp"
#include "core/ledger/trust.hpp"
#include "core/signer/key_book.hpp"
#include "core/signer/policy.hpp"
#include "core/store/record.hpp"

#include <functional>
#include <optional>

namespace quorate::signer {

/// Keys of one signer. More: the configuration is refused.
inline constexpr std::size_t keys_max = 1024;

using chain::chain_signature;
/// Of one request: a PSBT of signing_transaction_bytes_max has fewer inputs.
inline constexpr std::size_t signatures_max = 1024;

/// What became of a request that was proven. With it, one that is brought again and again is
/// neither signed nor logged again.
struct decision {
  /// reading::signed_digest() of what was to be signed: once it is there, for ever. None while the
  /// request was only refused.
  std::optional<digest> signed_digest;
  digest key;              ///< SHA-256 of the public key
  block_time_ms time;      ///< of the order's block
  std::uint64_t entry = 0; ///< the number of its newest entry in the audit log
  /// The number of the errc of the refusal in that entry; 0 when it is none.
  std::uint16_t refused = 0;
  std::vector<chain_signature> signatures; ///< none until they were made; signatures_max
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

/// Errors: over_limit; bad_enum for a recovery id that is none.
void write(writer& w, const std::vector<chain_signature>& v);
void read(reader& r, std::vector<chain_signature>& v);
void write(writer& w, const decision& v);
/// Errors: over_limit; bad_enum; not_canonical for signatures without a digest.
void read(reader& r, decision& v);
void write(writer& w, const signer_state& v);
/// Errors: over_limit.
void read(reader& r, signer_state& v);

record record_of(const ledger::operation_id& id, const decision& v);
record record_of(const signer_state& v);
record record_of(const digest& key, const std::string& unit, const spend_window& v);
record record_of(const ledger::epoch_proof& v);
record record_of(const key_record& v);
record record_of(std::uint64_t number, const audit::entry& v);
record record_of(const audit::log_node& v);

bytes state_key();
bytes window_key(const digest& key, const std::string& unit);
/// Where earlier versions had the window of an asset.
bytes window_key_before(const digest& key, asset_id asset);

/// Takes over the windows of all units that the policy limits; of an asset whose unit has none yet,
/// the one that an earlier version wrote.
/// @param find  what stands in table::meta under a key
void load_windows(const digest& key, const key_policy& policy,
                  const std::function<std::optional<spend_window>(const bytes&)>& find,
                  spend_windows& to);
bytes epoch_key(configuration_epoch epoch);
/// @param number  from 1
bytes key_step_key(std::uint64_t number);
bytes entry_key(std::uint64_t number);
bytes node_key(audit::node_place place);

} // namespace quorate::signer
