// The modified Merkle-Patricia trie: one hash over a map from keys to values, with short proofs of
// what a key has, or that it has nothing.
//
// Source: Ethereum Yellow Paper, appendix D.
#pragma once

#include "core/base/bytes.hpp"

#include <map>

namespace quorate::evm {

/// Keys are hashes or the numbers of list elements.
inline constexpr std::size_t trie_key_bytes_max = 64;

/// The root of a trie without keys: Keccak-256 of 0x80.
const digest& empty_trie_root() noexcept;

/// A map, of which the trie is a function: nodes are made when the root or a proof is asked for.
class trie {
public:
  /// An empty value takes the key out. @pre key.size() <= trie_key_bytes_max.
  void put(bytes key, bytes value);

  digest root() const;

  /// The encoded nodes from the root towards `key`, without those that lie within their parent.
  /// They prove its value, or that it has none. Empty for the empty trie.
  std::vector<bytes> prove(byte_view key) const;

  /// The nearest key above or below `key`, whether or not `key` has a value; null when none.
  const bytes* next(const bytes& key) const;
  const bytes* previous(const bytes& key) const;

private:
  std::map<bytes, bytes> entries_; // values are not empty
};

/// The root over a list, as a block has it of its transactions and receipts: keys are the RLP of
/// the places from 0. No element may be empty: it would not be in the trie.
/// Errors: bad_transaction for an empty element.
expected<digest> list_root(const std::vector<bytes>& elements);

/// What the trie with this root has at `key`: its value, or nothing, and that is proven too.
/// @param nodes  as prove() gives them; for the empty trie none, or the one byte 0x80.
/// Errors: bad_proof for anything else: a node that does not hash to what its parent says, one too
/// many or too few, or one that no trie has.
expected<std::optional<bytes>> verify_trie_proof(const digest& root, byte_view key,
                                                 const std::vector<bytes>& nodes);

} // namespace quorate::evm
