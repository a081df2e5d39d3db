#include "core/ledger/state_tree.hpp"

#include "core/ledger/state_tree_hash.hpp"

namespace quorate::ledger {

using namespace tree;

void write(writer& w, const state_proof& v) {
  w.count(v.siblings.size());
  for (const auto& sibling : v.siblings)
    write(w, sibling);
  w.u8(v.other ? 1 : 0);
  if (v.other) {
    write(w, v.other->key);
    write(w, v.other->value_hash);
  }
}

void read(reader& r, state_proof& v) {
  v.siblings.resize(r.count(depth_max, digest::size));
  for (auto& sibling : v.siblings)
    read(r, sibling);
  if (r.boolean()) {
    auto& other = v.other.emplace();
    read(r, other.key);
    read(r, other.value_hash);
  }
}

outcome verify(const digest& root, const digest& key, const std::optional<digest>& value_hash,
               const state_proof& proof) {
  const std::size_t depth = proof.siblings.size();
  if (depth > depth_max) return errc::bad_proof;
  digest hash;
  if (value_hash) {
    if (proof.other) return errc::bad_proof;
    hash = leaf_hash(key, *value_hash);
  } else if (proof.other) {
    // Another leaf proves absence only where it stands in the way: on the same path.
    if (proof.other->key == key || !same_prefix(proof.other->key, key, depth))
      return errc::bad_proof;
    hash = leaf_hash(proof.other->key, proof.other->value_hash);
  }
  for (std::size_t i = depth; i-- > 0;)
    hash = bit(key, i) ? inner_hash(proof.siblings[i], hash) : inner_hash(hash, proof.siblings[i]);
  if (hash != root) return errc::bad_proof;
  return {};
}

state_tree::index state_tree::make(node n) {
  QUORATE_CHECK(nodes_.size() < none);
  nodes_.push_back(n);
  return static_cast<index>(nodes_.size() - 1);
}

// Inner nodes down to the first bit in which two leaves differ; one side of the others is empty.
state_tree::index state_tree::split(index existing, index added, std::size_t depth) {
  std::size_t differs = depth;
  while (bit(nodes_[existing].key, differs) == bit(nodes_[added].key, differs))
    ++differs;
  node inner;
  inner.leaf = false;
  const bool added_right = bit(nodes_[added].key, differs);
  inner.left = added_right ? existing : added;
  inner.right = added_right ? added : existing;
  index top = make(inner);
  for (std::size_t i = differs; i-- > depth;) {
    node above;
    above.leaf = false;
    (bit(nodes_[added].key, i) ? above.right : above.left) = top;
    top = make(above);
  }
  return top;
}

void state_tree::set(const digest& key, const digest& value_hash) {
  index parent = none;
  index at = root_;
  std::size_t depth = 0;
  while (at != none && !nodes_[at].leaf) {
    nodes_[at].dirty = true;
    parent = at;
    at = bit(key, depth) ? nodes_[at].right : nodes_[at].left;
    ++depth;
  }
  index placed;
  if (at != none && nodes_[at].key == key) {
    nodes_[at].value_hash = value_hash;
    nodes_[at].dirty = true;
    return;
  }
  node leaf;
  leaf.key = key;
  leaf.value_hash = value_hash;
  const index added = make(leaf);
  ++leaves_;
  placed = at == none ? added : split(at, added, depth);
  if (parent == none)
    root_ = placed;
  else
    (bit(key, depth - 1) ? nodes_[parent].right : nodes_[parent].left) = placed;
}

const digest& state_tree::hash_of(index at) {
  node& n = nodes_[at];
  if (!n.dirty) return n.hash;
  if (n.leaf) {
    n.hash = leaf_hash(n.key, n.value_hash);
  } else {
    const digest left = n.left == none ? digest{} : hash_of(n.left);
    const digest right = n.right == none ? digest{} : hash_of(n.right);
    n.hash = inner_hash(left, right);
  }
  n.dirty = false;
  return n.hash;
}

const digest& state_tree::root() {
  root_hash_ = root_ == none ? digest{} : hash_of(root_);
  return root_hash_;
}

digest state_tree::clean_hash(index at) const noexcept {
  if (at == none) return {};
  QUORATE_CHECK(!nodes_[at].dirty);
  return nodes_[at].hash;
}

state_proof state_tree::prove(const digest& key) const {
  state_proof proof;
  index at = root_;
  for (std::size_t depth = 0; at != none && !nodes_[at].leaf; ++depth) {
    const bool right = bit(key, depth);
    proof.siblings.push_back(clean_hash(right ? nodes_[at].left : nodes_[at].right));
    at = right ? nodes_[at].right : nodes_[at].left;
  }
  if (at != none && nodes_[at].key != key) proof.other = {nodes_[at].key, nodes_[at].value_hash};
  return proof;
}

} // namespace quorate::ledger
