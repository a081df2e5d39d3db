#include "core/ledger/range_proof.hpp"

#include "core/ledger/state_tree_hash.hpp"

#include <algorithm>

namespace quorate::ledger {

using namespace tree;

namespace {

// The bits of `key` from the returned depth on are all `value`.
std::size_t uniform_from(const digest& key, bool value) noexcept {
  std::size_t depth = depth_max;
  while (depth > 0 && bit(key, depth - 1) == value)
    --depth;
  return depth;
}

// Where a subtree lies relative to the range. Prover and verifier take the same steps.
class position {
public:
  explicit position(const key_range& range)
      : range_(&range), low_end_(uniform_from(range.from, false)),
        high_end_(uniform_from(range.through, true)) {}

  std::size_t depth() const noexcept { return depth_; }

  // Keys below `from` or above `through` are possible in this subtree.
  bool crosses() const noexcept {
    return (at_low_ && depth_ < low_end_) || (at_high_ && depth_ < high_end_);
  }

  // No key of that half of the subtree is in the range. @pre crosses().
  bool is_outside(bool right) const noexcept {
    return right ? at_high_ && !bit(range_->through, depth_) : at_low_ && bit(range_->from, depth_);
  }

  // @pre !is_outside(right).
  position child(bool right) const noexcept {
    position below = *this;
    below.at_low_ = at_low_ && bit(range_->from, depth_) == right;
    below.at_high_ = at_high_ && bit(range_->through, depth_) == right;
    ++below.depth_;
    return below;
  }

  // The key's bits lead into this subtree. @pre crosses(), so one end of the range does too.
  bool holds(const digest& key) const noexcept {
    return same_prefix(key, at_low_ ? range_->from : range_->through, depth_);
  }

private:
  const key_range* range_;
  std::size_t low_end_;
  std::size_t high_end_;
  std::size_t depth_ = 0;
  bool at_low_ = true;  // every bit so far is that of `from`
  bool at_high_ = true; // every bit so far is that of `through`
};

using leaves_view = std::span<const state_leaf>;

// Leaves with a 0 at `depth` come first, as keys rise.
std::pair<leaves_view, leaves_view> halves(leaves_view leaves, std::size_t depth) {
  const auto middle = std::partition_point(leaves.begin(), leaves.end(),
                                           [&](const auto& l) { return !bit(l.key, depth); });
  const auto left = static_cast<std::size_t>(middle - leaves.begin());
  return {leaves.first(left), leaves.subspan(left)};
}

// The hash of a subtree that has these leaves and no others.
digest hash_of(leaves_view leaves, std::size_t depth) {
  if (leaves.empty()) return {};
  if (leaves.size() == 1) return leaf_hash(leaves[0].key, leaves[0].value_hash);
  const auto [left, right] = halves(leaves, depth);
  return inner_hash(hash_of(left, depth + 1), hash_of(right, depth + 1));
}

class range_check {
public:
  range_check(const key_range& range, const range_proof& proof) : range_(range), proof_(proof) {}

  // The root that leaves and proof lead to.
  expected<digest> root(leaves_view leaves) {
    QUORATE_ASSIGN(const digest result, walk(position{range_}, leaves));
    if (edge_ != proof_.edges.size() || hidden_ != proof_.hidden.size() ||
        neighbour_ != proof_.neighbours.size())
      return errc::bad_proof;
    return result;
  }

private:
  expected<digest> walk(const position& at, leaves_view leaves) {
    if (!at.crosses()) return hash_of(leaves, at.depth());
    if (edge_ == proof_.edges.size()) return errc::bad_proof;
    switch (proof_.edges[edge_++]) {
    case edge::inner:
      return walk_inner(at, leaves);
    case edge::empty:
      if (!leaves.empty()) return errc::bad_proof;
      return digest{};
    case edge::inside:
      if (leaves.size() != 1) return errc::bad_proof;
      return hash_of(leaves, at.depth());
    case edge::outside:
      return walk_neighbour(at, leaves);
    }
    return errc::bad_proof;
  }

  expected<digest> walk_inner(const position& at, leaves_view leaves) {
    const auto [left, right] = halves(leaves, at.depth());
    QUORATE_ASSIGN(const digest left_hash, walk_half(at, false, left));
    QUORATE_ASSIGN(const digest right_hash, walk_half(at, true, right));
    return inner_hash(left_hash, right_hash);
  }

  expected<digest> walk_half(const position& at, bool right, leaves_view leaves) {
    if (!at.is_outside(right)) return walk(at.child(right), leaves);
    if (!leaves.empty() || hidden_ == proof_.hidden.size()) return errc::bad_proof;
    return proof_.hidden[hidden_++];
  }

  expected<digest> walk_neighbour(const position& at, leaves_view leaves) {
    if (!leaves.empty() || neighbour_ == proof_.neighbours.size()) return errc::bad_proof;
    const auto& other = proof_.neighbours[neighbour_++];
    if (range_.contains(other.key) || !at.holds(other.key)) return errc::bad_proof;
    return leaf_hash(other.key, other.value_hash);
  }

  const key_range& range_;
  const range_proof& proof_;
  std::size_t edge_ = 0;
  std::size_t hidden_ = 0;
  std::size_t neighbour_ = 0;
};

} // namespace

void write(writer& w, const range_proof& v) {
  w.count(v.edges.size());
  for (const auto one : v.edges)
    w.u8(static_cast<std::uint8_t>(one));
  w.count(v.hidden.size());
  for (const auto& one : v.hidden)
    write(w, one);
  w.count(v.neighbours.size());
  for (const auto& one : v.neighbours) {
    write(w, one.key);
    write(w, one.value_hash);
  }
}

void read(reader& r, range_proof& v) {
  v.edges.resize(r.count(range_edges_max, 1));
  for (auto& one : v.edges) {
    const auto kind = r.u8();
    if (kind > static_cast<std::uint8_t>(edge::outside)) return r.fail(errc::bad_enum);
    one = static_cast<edge>(kind);
  }
  v.hidden.resize(r.count(range_edges_max, digest::size));
  for (auto& one : v.hidden)
    read(r, one);
  v.neighbours.resize(r.count(2, 2 * digest::size));
  for (auto& one : v.neighbours) {
    read(r, one.key);
    read(r, one.value_hash);
  }
}

outcome verify(const digest& root, const key_range& range, std::span<const state_leaf> leaves,
               const range_proof& proof) {
  if (range.through < range.from) return errc::bad_proof;
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    if (!range.contains(leaves[i].key)) return errc::bad_proof;
    if (i > 0 && leaves[i].key <= leaves[i - 1].key) return errc::bad_proof;
  }
  QUORATE_ASSIGN(const digest found, (range_check{range, proof}.root(leaves)));
  if (found != root) return errc::bad_proof;
  return {};
}

// The walk of range_check, on the tree itself.
class range_prover {
public:
  range_prover(const state_tree& tree, const key_range& range) : tree_(tree), range_(range) {}

  range_proof prove() {
    walk(position{range_}, tree_.root_);
    return std::move(proof_);
  }

private:
  void walk(const position& at, state_tree::index where) {
    if (!at.crosses()) return;
    if (where == state_tree::none) {
      proof_.edges.push_back(edge::empty);
      return;
    }
    const auto& node = tree_.nodes_[where];
    if (node.leaf) {
      const bool inside = range_.contains(node.key);
      proof_.edges.push_back(inside ? edge::inside : edge::outside);
      if (!inside) proof_.neighbours.push_back({node.key, node.value_hash});
      return;
    }
    proof_.edges.push_back(edge::inner);
    for (const bool right : {false, true}) {
      const auto below = right ? node.right : node.left;
      if (at.is_outside(right))
        proof_.hidden.push_back(tree_.clean_hash(below));
      else
        walk(at.child(right), below);
    }
  }

  const state_tree& tree_;
  const key_range& range_;
  range_proof proof_;
};

range_proof state_tree::prove_range(const digest& from, const digest& through) const {
  QUORATE_CHECK(from <= through);
  const key_range range{from, through};
  return range_prover{*this, range}.prove();
}

} // namespace quorate::ledger
