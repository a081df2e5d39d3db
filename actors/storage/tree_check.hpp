// Walks the B+trees of an LMDB data file with plain reads: is every page that can be reached
// there, once, well formed and in order?
//
// LMDB trusts its pages. A damaged one can send it outside the map, hide records from a search, or
// make it write over pages in use. This finds all three before LMDB sees the file. What lies in
// values is not looked at: each has a hash (lmdb_value.hpp).
#pragma once

#include "core/base/bytes.hpp"

#include <string>

namespace quorate {

/// A tree as LMDB records it.
struct tree_root {
  std::uint16_t depth = 0;
  std::uint64_t page = 0; ///< all bits set: the tree is empty

  static constexpr std::size_t size = 48;
  /// @pre from.size() == size
  static tree_root from(byte_view from) noexcept;
};

struct data_file_shape {
  int descriptor = -1;
  std::uint64_t page_size = 0;  ///< a power of two, at most 32768
  std::uint64_t file_pages = 0; ///< whole pages in the file
  std::uint64_t last_page = 0;  ///< the highest page number in use or free
  tree_root free_pages;
  tree_root tables;
};

/// Returns what is wrong, as the end of a sentence; none when the trees are sound.
/// Reads every page of a tree and the head of every overflow run once: about 0.2 s a GiB when the
/// file is cached, as fast as the disk when not.
std::optional<std::string> find_tree_damage(const data_file_shape& file);

} // namespace quorate
