// Keys of a trie, half a byte at a time.
#pragma once

#include "core/base/bytes.hpp"

namespace quorate::evm {

inline std::size_t nibbles_of(byte_view key) noexcept { return key.size() * 2; }

/// @pre index < nibbles_of(key)
inline std::uint8_t nibble_at(byte_view key, std::size_t index) noexcept {
  return static_cast<std::uint8_t>(index % 2 == 0 ? key[index / 2] >> 4 : key[index / 2] & 15);
}

/// How many nibbles of a and b are the same from nibble `from` on.
std::size_t common_nibbles(byte_view a, byte_view b, std::size_t from) noexcept;

/// Nibbles [first, last) of `key` in whole bytes, with the kind of their node.
/// Source: Yellow Paper, appendix C, hex-prefix encoding.
bytes hex_prefix(byte_view key, std::size_t first, std::size_t last, bool is_leaf);

/// What hex_prefix() wrote, one nibble a byte.
struct node_path {
  bool is_leaf = false;
  bytes nibbles;
};

/// Errors: bad_proof for bytes that hex_prefix() does not write.
expected<node_path> parse_hex_prefix(byte_view in);

} // namespace quorate::evm
