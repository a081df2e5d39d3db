#include "core/audit/merkle_log.hpp"

#include "core/codec/reader.hpp"
#include "core/codec/writer.hpp"
#include "core/crypto/hash.hpp"

#include <bit>

namespace quorate::audit {

namespace {

// Entries [first, first + count): what the RFC writes as D[first:first+count].
struct range {
  std::uint64_t first = 0;
  std::uint64_t count = 0;
};

// The largest power of two below n. @pre n > 1
std::uint64_t split_of(std::uint64_t n) { return std::bit_floor(n - 1); }

// MTH of a range that begins at a multiple of the power of two at or above its count. The recursion
// is as deep as the levels of the tree, and goes one way only: left halves are stored.
expected<digest> hash_of(range r, const node_lookup& nodes) {
  if (std::has_single_bit(r.count)) {
    const auto level = static_cast<std::uint8_t>(std::countr_zero(r.count));
    return nodes({level, r.first >> level});
  }
  const auto left = split_of(r.count);
  QUORATE_ASSIGN(const auto a, hash_of({r.first, left}, nodes));
  QUORATE_ASSIGN(const auto b, hash_of({r.first + left, r.count - left}, nodes));
  return merkle_node(a, b);
}

// The part of a range that the left or the right half is.
struct halves {
  range left;
  range right;
  explicit halves(range r)
      : left{r.first, split_of(r.count)}, right{r.first + left.count, r.count - left.count} {}
};

// Both proofs walk from the root down to one place, noting the other half at each step, and list
// what they noted from the bottom up.
outcome list_upwards(std::vector<digest>& proof, const std::vector<range>& noted,
                     const node_lookup& nodes) {
  for (std::size_t i = noted.size(); i-- > 0;) {
    QUORATE_ASSIGN(const auto hash, hash_of(noted[i], nodes));
    proof.push_back(hash);
  }
  return {};
}

// Takes the hashes of a proof one after the other.
class proof_reader {
public:
  explicit proof_reader(const std::vector<digest>& proof) : proof_(proof) {}
  std::optional<digest> next() {
    if (used_ == proof_.size()) return std::nullopt;
    return proof_[used_++];
  }
  bool finished() const { return used_ == proof_.size(); }

private:
  const std::vector<digest>& proof_;
  std::size_t used_ = 0;
};

} // namespace

void write(writer& w, const log_head& head) {
  w.u64(head.size);
  write(w, head.root);
}

void read(reader& r, log_head& head) {
  head.size = r.u64();
  if (head.size > entries_max) r.fail(errc::over_limit);
  read(r, head.root);
}

// --- appending ---------------------------------------------------------------------------------

expected<log_frontier> log_frontier::restore(std::uint64_t size, std::vector<digest> roots) {
  if (size > entries_max) return errc::log_full;
  if (static_cast<std::size_t>(std::popcount(size)) != roots.size()) return errc::bad_proof;
  log_frontier made;
  made.size_ = size;
  made.roots_ = std::move(roots);
  return made;
}

log_head log_frontier::head() const {
  if (roots_.empty()) return {0, sha256({})};
  digest root = roots_.back();
  for (std::size_t i = roots_.size() - 1; i-- > 0;)
    root = merkle_node(roots_[i], root);
  return {size_, root};
}

expected<std::vector<log_node>> log_frontier::append(const digest& leaf_hash) {
  if (size_ == entries_max) return errc::log_full;
  std::vector<log_node> made{{{0, size_}, leaf_hash}};
  // As when adding one to a binary number: each set bit at the end carries into the next.
  for (std::uint64_t bits = size_; (bits & 1) != 0; bits >>= 1) {
    const auto& right = made.back();
    const node_place place{static_cast<std::uint8_t>(right.place.level + 1),
                           right.place.index >> 1};
    made.push_back({place, merkle_node(roots_.back(), right.hash)});
    roots_.pop_back();
  }
  roots_.push_back(made.back().hash);
  ++size_;
  return made;
}

// --- proofs ------------------------------------------------------------------------------------

expected<log_head> head_of(std::uint64_t size, const node_lookup& nodes) {
  if (size > entries_max) return errc::bad_proof;
  if (size == 0) return log_frontier{}.head();
  QUORATE_ASSIGN(const auto root, hash_of({0, size}, nodes));
  return log_head{size, root};
}

expected<std::vector<digest>> prove_inclusion(std::uint64_t index, std::uint64_t size,
                                              const node_lookup& nodes) {
  if (index >= size || size > entries_max) return errc::bad_proof;
  std::vector<range> noted;
  range r{0, size};
  while (r.count > 1) {
    const halves h{r};
    const bool goes_left = index < h.right.first;
    noted.push_back(goes_left ? h.right : h.left);
    r = goes_left ? h.left : h.right;
  }
  std::vector<digest> proof;
  QUORATE_TRY(list_upwards(proof, noted, nodes));
  return proof;
}

expected<std::vector<digest>> prove_consistency(std::uint64_t before, std::uint64_t after,
                                                const node_lookup& nodes) {
  if (before > after || after > entries_max) return errc::bad_proof;
  std::vector<digest> proof;
  if (before == 0 || before == after) return proof;
  std::vector<range> noted;
  range r{0, after};
  // Down to the subtree with which the earlier log ends.
  while (r.first + r.count != before) {
    const halves h{r};
    const bool goes_left = before <= h.right.first;
    noted.push_back(goes_left ? h.right : h.left);
    r = goes_left ? h.left : h.right;
  }
  // It is the earlier root itself when nothing stands before it; the verifier has that.
  if (r.first != 0) {
    QUORATE_ASSIGN(const auto hash, hash_of(r, nodes));
    proof.push_back(hash);
  }
  QUORATE_TRY(list_upwards(proof, noted, nodes));
  return proof;
}

outcome verify_inclusion(const digest& leaf_hash, std::uint64_t index, const log_head& head,
                         const std::vector<digest>& proof) {
  if (index >= head.size || head.size > entries_max) return errc::bad_proof;
  proof_reader hashes{proof};
  digest root = leaf_hash;
  std::uint64_t place = index;
  for (std::uint64_t last = head.size - 1; last != 0; last >>= 1, place >>= 1) {
    // The last node of a level that has no sibling moves up as it is.
    if (place == last && (place & 1) == 0) continue;
    const auto other = hashes.next();
    if (!other) return errc::bad_proof;
    root = (place & 1) != 0 ? merkle_node(*other, root) : merkle_node(root, *other);
  }
  if (!hashes.finished() || root != head.root) return errc::bad_proof;
  return {};
}

outcome verify_consistency(const log_head& before, const log_head& after,
                           const std::vector<digest>& proof) {
  if (before.size > after.size || after.size > entries_max) return errc::bad_proof;
  if (before.size == 0 || before.size == after.size) {
    const bool same = before.size == 0 ? before.root == sha256({}) : before == after;
    if (!proof.empty() || !same) return errc::bad_proof;
    return {};
  }
  proof_reader hashes{proof};
  // Up to the largest subtree with which the earlier log ends: the walk begins there.
  const int skipped = std::countr_zero(before.size);
  std::uint64_t place = (before.size - 1) >> skipped;
  std::uint64_t last = (after.size - 1) >> skipped;
  const auto start = place == 0 ? std::optional{before.root} : hashes.next();
  if (!start) return errc::bad_proof;
  digest old_root = *start;
  digest new_root = *start;
  for (; last != 0; last >>= 1, place >>= 1) {
    if (place == last && (place & 1) == 0) continue;
    const auto other = hashes.next();
    if (!other) return errc::bad_proof;
    if ((place & 1) != 0) {
      old_root = merkle_node(*other, old_root);
      new_root = merkle_node(*other, new_root);
    } else {
      new_root = merkle_node(new_root, *other);
    }
  }
  if (!hashes.finished() || old_root != before.root || new_root != after.root)
    return errc::bad_proof;
  return {};
}

} // namespace quorate::audit
