// How the state tree reads keys and hashes nodes; shared by the tree and by its proofs.
#pragma once

#include "core/crypto/hash.hpp"

namespace quorate::ledger::tree {

/// Bits of a key, and so the deepest level a leaf can be at.
inline constexpr std::size_t depth_max = 256;

/// The bit that chooses the side at `depth`: 0 is left. @pre depth < depth_max.
inline bool bit(const digest& key, std::size_t depth) noexcept {
  return (key.data[depth / 8] >> (7 - depth % 8) & 1) != 0;
}

/// SHA-256(0x00 || key || value hash).
inline digest leaf_hash(const digest& key, const digest& value_hash) noexcept {
  constexpr std::array<std::uint8_t, 1> prefix{0x00};
  return sha256({prefix, key.view(), value_hash.view()});
}

/// SHA-256(0x01 || left || right).
inline digest inner_hash(const digest& left, const digest& right) noexcept {
  constexpr std::array<std::uint8_t, 1> prefix{0x01};
  return sha256({prefix, left.view(), right.view()});
}

/// Whether the first `depth` bits are equal.
inline bool same_prefix(const digest& a, const digest& b, std::size_t depth) noexcept {
  for (std::size_t i = 0; i < depth; ++i)
    if (bit(a, i) != bit(b, i)) return false;
  return true;
}

} // namespace quorate::ledger::tree
