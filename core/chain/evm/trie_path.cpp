#include "core/chain/evm/trie_path.hpp"

#include <algorithm>

namespace quorate::evm {

namespace {

constexpr std::uint8_t odd_flag = 1;
constexpr std::uint8_t leaf_flag = 2;

} // namespace

std::size_t common_nibbles(byte_view a, byte_view b, std::size_t from) noexcept {
  const auto shorter = std::min(nibbles_of(a), nibbles_of(b));
  std::size_t at = from;
  while (at < shorter && nibble_at(a, at) == nibble_at(b, at))
    ++at;
  return at - from;
}

bytes hex_prefix(byte_view key, std::size_t first, std::size_t last, bool is_leaf) {
  const bool odd = (last - first) % 2 == 1;
  const int flags = (is_leaf ? leaf_flag : 0) + (odd ? odd_flag : 0);
  bytes out{static_cast<std::uint8_t>(flags << 4 | (odd ? nibble_at(key, first++) : 0))};
  for (; first < last; first += 2)
    out.push_back(
        static_cast<std::uint8_t>(nibble_at(key, first) << 4 | nibble_at(key, first + 1)));
  return out;
}

expected<node_path> parse_hex_prefix(byte_view in) {
  if (in.empty()) return errc::bad_proof;
  const auto flags = nibble_at(in, 0);
  const bool odd = (flags & odd_flag) != 0;
  if (flags > (odd_flag | leaf_flag) || (!odd && nibble_at(in, 1) != 0)) return errc::bad_proof;
  node_path path{(flags & leaf_flag) != 0, {}};
  for (std::size_t i = odd ? 1 : 2; i < nibbles_of(in); ++i)
    path.nibbles.push_back(nibble_at(in, i));
  return path;
}

} // namespace quorate::evm
