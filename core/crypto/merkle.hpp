// Merkle trees over a list, with the hashing of RFC 9162 section 2.1: a leaf is hashed behind 0x00
// and an inner node behind 0x01, so that neither can be shown as the other.
#pragma once

#include "core/base/bytes.hpp"

namespace quorate {

/// A leaf's place and the siblings from the leaf up. At most 32 siblings.
struct merkle_path {
  std::uint32_t index = 0;      ///< from 0
  std::uint32_t leaf_count = 0; ///< of the whole list
  std::vector<digest> siblings;

  friend bool operator==(const merkle_path&, const merkle_path&) = default;
};

inline constexpr std::size_t merkle_siblings_max = 32;

/// SHA-256(0x00 || leaf).
digest merkle_leaf(byte_view leaf) noexcept;

/// SHA-256(0x01 || left || right).
digest merkle_node(const digest& left, const digest& right) noexcept;

/// All levels of one list, kept so that many paths can be cut from it.
class merkle_tree {
public:
  /// @param leaf_hashes  outputs of merkle_leaf, in order; may be empty.
  explicit merkle_tree(std::vector<digest> leaf_hashes);

  /// SHA-256 of nothing for an empty list, as RFC 9162 has it.
  const digest& root() const noexcept { return root_; }

  /// @pre index < number of leaves.
  merkle_path path(std::uint32_t index) const;

private:
  std::vector<std::vector<digest>> levels_; // [0] is the leaves
  digest root_;
};

/// The root that `path` leads to from `leaf_hash`.
/// Errors: bad_proof when the path has not the length that its index and count demand.
expected<digest> merkle_root_of(const digest& leaf_hash, const merkle_path& path);

class writer;
class reader;
void write(writer& w, const merkle_path& path);
void read(reader& r, merkle_path& path);

} // namespace quorate
