// An append-only log as a Merkle tree (RFC 9162 section 2.1): whoever holds two of its heads can
// check that the later one only added to the earlier, and that an entry is in it, with O(log n)
// hashes and without trusting who hands them over.
//
// Of the tree only complete subtrees are ever stored: they never change. The frontier, one of them
// for each bit of the size, is all that appending needs; the rest is the shell's to keep.
#pragma once

#include "core/crypto/merkle.hpp"

#include <functional>
#include <optional>

namespace quorate::audit {

/// Entries of a log: far more than there will be, and 64-bit sums cannot overflow. More: log_full.
inline constexpr std::uint64_t entries_max = std::uint64_t{1} << 48;
/// Hashes of one proof: two for each level. More: bad_proof.
inline constexpr std::size_t proof_hashes_max = 2 * 48;

/// What stands for all entries up to a size.
struct log_head {
  std::uint64_t size = 0;
  digest root; ///< SHA-256 of nothing for size 0

  friend bool operator==(const log_head&, const log_head&) = default;
};
void write(writer& w, const log_head& head);
void read(reader& r, log_head& head);

/// A complete subtree: 2^level entries from index * 2^level on.
struct node_place {
  std::uint8_t level = 0; ///< 0: an entry
  std::uint64_t index = 0;
  friend auto operator<=>(const node_place&, const node_place&) = default;
};

/// A complete subtree that an append made.
struct log_node {
  node_place place;
  digest hash;
  friend bool operator==(const log_node&, const log_node&) = default;
};

/// What appending needs of a log: bounded by the bits of its size.
class log_frontier {
public:
  log_frontier() = default;
  /// From what a shell kept. @param roots  of the complete subtrees, largest first, one for each
  ///   bit of `size`. Errors: bad_proof for another number of them; log_full.
  static expected<log_frontier> restore(std::uint64_t size, std::vector<digest> roots);

  std::uint64_t size() const noexcept { return size_; }
  const std::vector<digest>& roots() const noexcept { return roots_; }
  log_head head() const;

  /// Appends an entry. @param leaf_hash  merkle_leaf of the entry.
  /// Returns the subtrees that became complete with it, the entry first: to be stored before the
  /// head is shown to anyone. Errors (state unchanged): log_full.
  expected<std::vector<log_node>> append(const digest& leaf_hash);

private:
  std::uint64_t size_ = 0;
  std::vector<digest> roots_;
};

/// Looks up a complete subtree that was stored. Errors: what the store has, e.g. not_found.
using node_lookup = std::function<expected<digest>(node_place)>;

/// The head of the first `size` entries. Errors: bad_proof for size > entries_max; as `nodes`.
expected<log_head> head_of(std::uint64_t size, const node_lookup& nodes);

/// The hashes that lead from entry `index` to the root of the first `size` entries.
/// Errors: bad_proof unless index < size <= entries_max; as `nodes`.
/// Source: RFC 9162 section 2.1.3.1.
expected<std::vector<digest>> prove_inclusion(std::uint64_t index, std::uint64_t size,
                                              const node_lookup& nodes);

/// The hashes that lead from the root of `before` entries to that of `after`; none when before is 0
/// or both are equal. Errors: bad_proof unless before <= after <= entries_max; as `nodes`.
/// Source: RFC 9162 section 2.1.4.1.
expected<std::vector<digest>> prove_consistency(std::uint64_t before, std::uint64_t after,
                                                const node_lookup& nodes);

/// Whether the entry with this leaf hash is number `index` of the log. Errors: bad_proof.
/// Source: RFC 9162 section 2.1.3.2.
outcome verify_inclusion(const digest& leaf_hash, std::uint64_t index, const log_head& head,
                         const std::vector<digest>& proof);

/// Whether `after` begins with all entries of `before`. Errors: bad_proof.
/// Source: RFC 9162 section 2.1.4.2.
outcome verify_consistency(const log_head& before, const log_head& after,
                           const std::vector<digest>& proof);

} // namespace quorate::audit
