#include "core/chain/evm/trie.hpp"

#include "core/chain/evm/rlp.hpp"
#include "core/chain/evm/trie_path.hpp"
#include "core/crypto/keccak.hpp"

#include <algorithm>

namespace quorate::evm {

namespace {

using entries = std::map<bytes, bytes>;
using place = entries::const_iterator;

// Makes the nodes over a range of the sorted map. All keys of a range agree in their first `depth`
// nibbles, and the first key is the shortest of those that it begins.
class node_builder {
public:
  /// With `proof`, the encoded nodes on the way to `key` are put there, the root's last.
  node_builder(byte_view key, std::vector<bytes>* proof) : key_(key), proof_(proof) {}

  /// @pre first != last
  bytes node(place first, place last, std::size_t depth, bool on_path) {
    bytes encoded;
    const auto common = common_nibbles(first->first, std::prev(last)->first, depth);
    if (std::next(first) == last)
      encoded = leaf(*first, depth);
    else if (common > 0)
      encoded = extension(first, last, depth, common, on_path);
    else
      encoded = branch(first, last, depth, on_path);
    const bool stands_alone = depth == 0 || encoded.size() >= digest::size;
    if (proof_ != nullptr && on_path && stands_alone) proof_->push_back(encoded);
    return encoded;
  }

private:
  static bytes leaf(const entries::value_type& entry, std::size_t depth) {
    rlp::writer out;
    out.list([&](rlp::writer& pair) {
      pair.string(hex_prefix(entry.first, depth, nibbles_of(entry.first), true));
      pair.string(entry.second);
    });
    return std::move(out).take();
  }

  bytes extension(place first, place last, std::size_t depth, std::size_t common, bool on_path) {
    const auto end = depth + common;
    on_path =
        on_path && nibbles_of(key_) >= end && common_nibbles(first->first, key_, depth) >= common;
    rlp::writer out;
    out.list([&](rlp::writer& pair) {
      pair.string(hex_prefix(first->first, depth, end, false));
      refer(pair, node(first, last, end, on_path));
    });
    return std::move(out).take();
  }

  bytes branch(place first, place last, std::size_t depth, bool on_path) {
    const bytes* value = nullptr;
    if (nibbles_of(first->first) == depth) value = &(first++)->second;
    rlp::writer out;
    out.list([&](rlp::writer& list) {
      for (std::uint8_t nibble = 0; nibble < 16; ++nibble) {
        const auto end = std::find_if(first, last, [&](const auto& entry) {
          return nibble_at(entry.first, depth) != nibble;
        });
        const bool here = on_path && nibbles_of(key_) > depth && nibble_at(key_, depth) == nibble;
        if (first == end)
          list.string({});
        else
          refer(list, node(first, end, depth + 1, here));
        first = end;
      }
      list.string(value != nullptr ? byte_view{*value} : byte_view{});
    });
    return std::move(out).take();
  }

  // A child within its parent when it is small, by its hash otherwise.
  static void refer(rlp::writer& out, const bytes& child) {
    if (child.size() < digest::size)
      out.raw(child);
    else
      out.fixed(keccak256(child));
  }

  byte_view key_;
  std::vector<bytes>* proof_;
};

} // namespace

const digest& empty_trie_root() noexcept {
  static const digest root = keccak256(bytes{0x80});
  return root;
}

void trie::put(bytes key, bytes value) {
  QUORATE_CHECK(key.size() <= trie_key_bytes_max);
  if (value.empty())
    entries_.erase(key);
  else
    entries_[std::move(key)] = std::move(value);
}

digest trie::root() const {
  if (entries_.empty()) return empty_trie_root();
  return keccak256(node_builder{{}, nullptr}.node(entries_.begin(), entries_.end(), 0, false));
}

std::vector<bytes> trie::prove(byte_view key) const {
  std::vector<bytes> nodes;
  if (entries_.empty()) return nodes;
  node_builder{key, &nodes}.node(entries_.begin(), entries_.end(), 0, true);
  std::reverse(nodes.begin(), nodes.end());
  return nodes;
}

const bytes* trie::next(const bytes& key) const {
  const auto found = entries_.upper_bound(key);
  return found == entries_.end() ? nullptr : &found->first;
}

const bytes* trie::previous(const bytes& key) const {
  const auto found = entries_.lower_bound(key);
  return found == entries_.begin() ? nullptr : &std::prev(found)->first;
}

expected<digest> list_root(const std::vector<bytes>& elements) {
  trie list;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    if (elements[i].empty()) return errc::bad_transaction;
    rlp::writer key;
    key.integer(i);
    list.put(std::move(key).take(), elements[i]);
  }
  return list.root();
}

} // namespace quorate::evm
