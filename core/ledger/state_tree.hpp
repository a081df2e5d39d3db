// The authenticated state: a compact sparse Merkle tree over 256-bit keys.
//
// An empty subtree is 32 zero bytes; a subtree with one leaf is that leaf, so the depth grows with
// the logarithm of the count and not with 256. Leaf: SHA-256(0x00 || key || value hash). Inner
// node: SHA-256(0x01 || left || right). The key's bits, from the highest, choose the side.
#pragma once

#include "core/base/bytes.hpp"
#include "core/codec/reader.hpp"
#include "core/codec/writer.hpp"

#include <optional>

namespace quorate::ledger {

struct range_proof;

/// A way from the root down to where a key is, or would be.
struct state_proof {
  /// From the root down; at most 256.
  std::vector<digest> siblings;
  /// In a proof of absence: the other leaf that stands where the key would be, if one does.
  struct other_leaf {
    digest key;
    digest value_hash;
    friend bool operator==(const other_leaf&, const other_leaf&) = default;
  };
  std::optional<other_leaf> other;

  friend bool operator==(const state_proof&, const state_proof&) = default;
};

void write(writer& w, const state_proof& v);
void read(reader& r, state_proof& v);

/// Whether `key` has the value with this hash under `root`, or, with none, is not there at all.
/// Errors: bad_proof.
outcome verify(const digest& root, const digest& key, const std::optional<digest>& value_hash,
               const state_proof& proof);

/// Invariant: root() depends on the set of (key, value hash) alone, not on how it came about.
class state_tree {
public:
  state_tree() = default;

  /// Inserts or replaces; nothing of the ledger ever leaves the tree.
  /// @pre key and value_hash are outputs of a hash.
  void set(const digest& key, const digest& value_hash);

  /// Hashes what changed since the last call.
  const digest& root();

  /// @pre nothing changed since the last root().
  state_proof prove(const digest& key) const;

  /// What verify(const digest&, const key_range&, …) of range_proof.hpp needs.
  /// @pre nothing changed since the last root(); from <= through.
  range_proof prove_range(const digest& from, const digest& through) const;

  std::size_t size() const noexcept { return leaves_; }

private:
  using index = std::uint32_t;
  static constexpr index none = ~index{0};
  friend class range_prover;

  /// A leaf (left == none and right == none) or an inner node with at least two leaves below.
  struct node {
    digest hash;
    digest key;        ///< of a leaf
    digest value_hash; ///< of a leaf
    index left = none;
    index right = none;
    bool leaf = true;
    bool dirty = true;
  };

  index make(node n);
  index split(index existing, index added, std::size_t depth);
  const digest& hash_of(index at);
  digest clean_hash(index at) const noexcept;

  std::vector<node> nodes_;
  index root_ = none;
  std::size_t leaves_ = 0;
  digest root_hash_;
};

} // namespace quorate::ledger
