#include "core/crypto/merkle.hpp"

#include "core/codec/reader.hpp"
#include "core/codec/writer.hpp"
#include "core/crypto/hash.hpp"

namespace quorate {

namespace {

constexpr std::array<std::uint8_t, 1> leaf_prefix{0x00};
constexpr std::array<std::uint8_t, 1> node_prefix{0x01};

} // namespace

digest merkle_leaf(byte_view leaf) noexcept { return sha256({leaf_prefix, leaf}); }

digest merkle_node(const digest& left, const digest& right) noexcept {
  return sha256({node_prefix, left.view(), right.view()});
}

merkle_tree::merkle_tree(std::vector<digest> leaf_hashes) {
  if (leaf_hashes.empty()) {
    root_ = sha256({});
    return;
  }
  levels_.push_back(std::move(leaf_hashes));
  // A node without a sibling moves up unchanged: the same tree as RFC 9162's split at the largest
  // power of two below the count.
  while (levels_.back().size() > 1) {
    const auto& below = levels_.back();
    std::vector<digest> level;
    level.reserve((below.size() + 1) / 2);
    for (std::size_t i = 0; i + 1 < below.size(); i += 2)
      level.push_back(merkle_node(below[i], below[i + 1]));
    if (below.size() % 2 == 1) level.push_back(below.back());
    levels_.push_back(std::move(level));
  }
  root_ = levels_.back().front();
}

merkle_path merkle_tree::path(std::uint32_t index) const {
  QUORATE_CHECK(!levels_.empty() && index < levels_.front().size());
  merkle_path result{index, static_cast<std::uint32_t>(levels_.front().size()), {}};
  std::size_t position = index;
  for (std::size_t level = 0; level + 1 < levels_.size(); ++level, position /= 2) {
    const std::size_t sibling = position ^ 1U;
    if (sibling < levels_[level].size()) result.siblings.push_back(levels_[level][sibling]);
  }
  return result;
}

expected<digest> merkle_root_of(const digest& leaf_hash, const merkle_path& path) {
  if (path.index >= path.leaf_count) return errc::bad_proof;
  digest hash = leaf_hash;
  std::size_t used = 0;
  std::uint32_t position = path.index;
  for (std::uint32_t width = path.leaf_count; width > 1; width = width / 2 + width % 2) {
    const bool alone = position == width - 1 && width % 2 == 1;
    if (!alone) {
      if (used == path.siblings.size()) return errc::bad_proof;
      const digest& sibling = path.siblings[used++];
      hash = position % 2 == 0 ? merkle_node(hash, sibling) : merkle_node(sibling, hash);
    }
    position /= 2;
  }
  if (used != path.siblings.size()) return errc::bad_proof;
  return hash;
}

void write(writer& w, const merkle_path& path) {
  w.u32(path.index);
  w.u32(path.leaf_count);
  w.count(path.siblings.size());
  for (const auto& sibling : path.siblings)
    write(w, sibling);
}

void read(reader& r, merkle_path& path) {
  path.index = r.u32();
  path.leaf_count = r.u32();
  path.siblings.resize(r.count(merkle_siblings_max, digest::size));
  for (auto& sibling : path.siblings)
    read(r, sibling);
}

} // namespace quorate
