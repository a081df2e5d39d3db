#include "core/chain/evm/rlp.hpp"
#include "core/chain/evm/trie.hpp"
#include "core/chain/evm/trie_path.hpp"
#include "core/crypto/keccak.hpp"

#include <algorithm>

namespace quorate::evm {

namespace {

constexpr std::size_t branch_items = 17;
constexpr std::size_t path_items = 2;

// Follows a key down through the nodes that were handed over.
class walk {
public:
  walk(byte_view key, const std::vector<bytes>& nodes) : key_(key), nodes_(nodes) {}

  expected<std::optional<bytes>> from(const digest& root) {
    QUORATE_ASSIGN(auto node, hashed(root));
    while (!ended_) {
      QUORATE_ASSIGN(const auto items, items_of(node));
      const auto child = items.size() == branch_items ? branch(items) : path(items);
      QUORATE_TRY(child);
      if (ended_) break;
      QUORATE_ASSIGN(node, descend(*child));
    }
    if (used_ != nodes_.size()) return errc::bad_proof;
    return std::move(value_);
  }

private:
  // The next node of the proof, whose hash the parent holds. One that is shorter than its hash
  // stands in the parent itself, except the root.
  expected<byte_view> hashed(const digest& hash) {
    if (used_ == nodes_.size()) return errc::bad_proof;
    const auto& node = nodes_[used_++];
    if (keccak256(node) != hash) return errc::bad_proof;
    if (used_ > 1 && node.size() < digest::size) return errc::bad_proof;
    return byte_view{node};
  }

  static expected<std::vector<rlp::item>> items_of(byte_view node) {
    rlp::reader whole{node};
    QUORATE_ASSIGN(auto list, whole.list());
    QUORATE_TRY(whole.finish());
    std::vector<rlp::item> items;
    while (!list.at_end() && items.size() <= branch_items) {
      QUORATE_ASSIGN(const auto item, list.next());
      items.push_back(item);
    }
    if (items.size() != branch_items && items.size() != path_items) return errc::bad_proof;
    return items;
  }

  // Where to go on; when the key ends, or has no child here, that is the answer.
  expected<rlp::item> branch(const std::vector<rlp::item>& items) {
    if (depth_ == nibbles_of(key_)) return ends_with(items.back());
    const auto& child = items[nibble_at(key_, depth_++)];
    if (!child.is_list && child.payload.empty()) ended_ = true;
    return child;
  }

  expected<rlp::item> path(const std::vector<rlp::item>& items) {
    if (items[0].is_list) return errc::bad_proof;
    QUORATE_ASSIGN(const auto path, parse_hex_prefix(items[0].payload));
    const auto left = nibbles_of(key_) - depth_;
    const bool begins =
        path.nibbles.size() <= left && std::all_of(path.nibbles.begin(), path.nibbles.end(),
                                                   [&, at = depth_](auto nibble) mutable {
                                                     return nibble == nibble_at(key_, at++);
                                                   });
    if (path.is_leaf && begins && path.nibbles.size() == left) {
      if (items[1].payload.empty()) return errc::bad_proof;
      return ends_with(items[1]);
    }
    if (!path.is_leaf && path.nibbles.empty()) return errc::bad_proof;
    if (path.is_leaf || !begins) { // another key is here, so ours is not
      ended_ = true;
      return items[1];
    }
    depth_ += path.nibbles.size();
    return items[1];
  }

  expected<rlp::item> ends_with(const rlp::item& value) {
    if (value.is_list) return errc::bad_proof;
    ended_ = true;
    if (!value.payload.empty()) value_ = bytes{value.payload.begin(), value.payload.end()};
    return value;
  }

  expected<byte_view> descend(const rlp::item& child) {
    if (child.is_list) {
      if (child.encoded.size() >= digest::size) return errc::bad_proof;
      return child.encoded;
    }
    const auto hash = digest::from_bytes(child.payload);
    if (!hash) return errc::bad_proof;
    return hashed(*hash);
  }

  byte_view key_;
  const std::vector<bytes>& nodes_;
  std::size_t used_ = 0;
  std::size_t depth_ = 0; // nibbles of the key that lie behind
  bool ended_ = false;
  std::optional<bytes> value_;
};

} // namespace

expected<std::optional<bytes>> verify_trie_proof(const digest& root, byte_view key,
                                                 const std::vector<bytes>& nodes) {
  if (key.size() > trie_key_bytes_max) return errc::bad_proof;
  if (root == empty_trie_root()) {
    if (!nodes.empty() && nodes != std::vector<bytes>{{0x80}}) return errc::bad_proof;
    return std::optional<bytes>{};
  }
  auto found = walk{key, nodes}.from(root);
  if (!found) return errc::bad_proof; // also where a node was no RLP
  return found;
}

} // namespace quorate::evm
