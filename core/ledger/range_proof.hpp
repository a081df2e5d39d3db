// Proof that these are all leaves of the state tree with keys in a range, and none was left out.
//
// The verifier walks the tree from the root. A subtree wholly inside the range it hashes from the
// leaves it was given; of one wholly outside it is told the hash; where a subtree reaches across an
// end of the range it is told what stands there. As the walk must end in the signed root, and no
// two trees have the same root, every leaf inside the range must be among those given.
//
// There is one proof for a tree and a range: nothing unused, nothing in another order.
#pragma once

#include "core/ledger/state_tree.hpp"

#include <span>

namespace quorate::ledger {

/// Keys from `from` up to and with `through`. Invariant: from <= through.
struct key_range {
  digest from;
  digest through;

  bool contains(const digest& key) const noexcept { return from <= key && key <= through; }
  friend bool operator==(const key_range&, const key_range&) = default;
};

/// A leaf as the tree has it.
struct state_leaf {
  digest key;
  digest value_hash;
  friend bool operator==(const state_leaf&, const state_leaf&) = default;
};

/// What stands where a subtree reaches across an end of the range.
enum class edge : std::uint8_t {
  inner = 0, ///< two subtrees, seen next
  empty = 1,
  inside = 2,  ///< a single leaf, which is one of those given
  outside = 3, ///< a single leaf that is not in the range
};

/// Everything in the order of a walk from the root, left before right.
struct range_proof {
  std::vector<edge> edges;            ///< at most edges_max
  std::vector<digest> hidden;         ///< hashes of subtrees outside; zero: empty
  std::vector<state_leaf> neighbours; ///< one for each edge::outside: at most two
  friend bool operator==(const range_proof&, const range_proof&) = default;
};

/// Two paths of at most 256 inner nodes, and what each ends in.
inline constexpr std::size_t range_edges_max = 2 * (256 + 1);

/// Errors of reading: truncated, over_limit, bad_enum.
void write(writer& w, const range_proof& v);
void read(reader& r, range_proof& v);

/// Whether `leaves` are exactly those of the tree with this root whose keys are in `range`.
/// Costs at most 256 hashes a leaf, about two where keys are hashes.
/// Errors: bad_proof, also when keys do not rise strictly or lie outside the range.
outcome verify(const digest& root, const key_range& range, std::span<const state_leaf> leaves,
               const range_proof& proof);

} // namespace quorate::ledger
