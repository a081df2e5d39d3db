// What a node keeps durably: tables, records and the keys they lie under.
//
// Pure: the disk itself is in actors/storage. A record says what shall be true after the next
// commit of the store; a list of records becomes true at once or not at all.
#pragma once

#include "core/base/bytes.hpp"
#include "core/base/limits.hpp"
#include "core/base/strong.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace quorate {

/// The tables of a node. The numbers are hashed into every stored value: append only.
enum class table : std::uint8_t {
  /// Format version, cluster id, node id, the current view's record. In every environment.
  meta = 0,
  /// What the replica accepted and sent for a sequence number: pre-prepare, prepare, commit,
  /// view change. Must be durable before the vote leaves.
  slots = 1,
  /// Batch bytes by (sequence number, digest).
  bodies = 2,
  /// Commit certificate by height.
  blocks = 3,
  /// Encoded results of a block by height.
  results = 4,
  /// Attested block summary by height.
  attested = 5,
  /// Ledger records, flushed at checkpoints. In an environment of its own, so that a long flush
  /// never holds up a vote: LMDB has one writer an environment.
  state = 6,
  /// Contradictions of replicas by pbft::evidence_id: for people, no vote depends on it.
  evidence = 7,
  /// A signer's: what it decided to sign, for ever, by operation id (core/signer/record.hpp).
  decisions = 8,
  /// A signer's audit log: entries by number, and complete subtrees by level and index.
  audit = 9,
  audit_nodes = 10,
};

inline constexpr std::array all_tables{table::meta,   table::slots,      table::bodies,
                                       table::blocks, table::results,    table::attested,
                                       table::state,  table::evidence,   table::decisions,
                                       table::audit,  table::audit_nodes};

/// The stable lower-case name, e.g. "slots"; also the name of the LMDB database.
std::string_view name(table t) noexcept;

/// Whether keys of this table mostly rise, because they start with the height. A hint only: the
/// store appends where it can, and inserts where it cannot.
bool mostly_rising(table t) noexcept;

/// One change of one key.
/// Invariant: 1 <= key.size() <= record_key_bytes_max; value at most record_value_bytes_max.
struct record {
  table where{};
  bytes key;
  std::optional<bytes> value; ///< none: erase the key, whether it is there or not
};

/// Records that become durable together. Shared and immutable, so that it passes between actors
/// without being copied.
using record_list = std::shared_ptr<const std::vector<record>>;

namespace limits {
/// LMDB's own limit of a key in Debian's build. Longer: our bug, CHECK.
inline constexpr std::size_t record_key_bytes_max = 511;
/// Larger: our bug, CHECK. Everything kept came in a bounded message or was derived from one.
inline constexpr std::size_t record_value_bytes_max = 16 * MiB;
static_assert(peer_message_bytes_max <= record_value_bytes_max, "what was received can be kept");
} // namespace limits

/// Bytes of keys and values, for the limits of a group.
std::size_t size_of(const std::vector<record>& records) noexcept;

/// Big-endian 8 bytes, so that the order of keys is the order of numbers.
bytes key_of(sequence_number n);

/// Sequence number, then the 32 bytes of the digest: 40 bytes.
bytes key_of(sequence_number n, const digest& d);

/// Sequence number, then one byte that tells records of one slot apart: 9 bytes.
bytes key_of(sequence_number n, std::uint8_t part);

/// Text as a key, for the records of table::meta.
bytes key_of(std::string_view text);

/// The number a key starts with. Errors: truncated for fewer than 8 bytes.
expected<sequence_number> sequence_of(byte_view key);

/// The digest of a 40-byte key. Errors: truncated or over_limit for another length.
expected<digest> digest_of(byte_view key);

} // namespace quorate
