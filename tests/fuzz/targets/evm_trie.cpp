// Merkle-Patricia tries: made of what the input describes, and proofs of any nodes.
#include "core/chain/evm/trie.hpp"
#include "core/chain/evm/trie_path.hpp"
#include "core/crypto/keccak.hpp"
#include "tests/fuzz/harness.hpp"

using namespace quorate;
using namespace quorate::evm;

namespace {

// Short keys that share much.
bytes key_from(fuzz::source& from) {
  bytes key(1 + from.u8() % 4, 0x11);
  key.front() = static_cast<std::uint8_t>(from.u8() & 0x33);
  key.back() = static_cast<std::uint8_t>(key.back() ^ (from.u8() & 0xf1));
  return key;
}

void check_trie(fuzz::source from) {
  trie made;
  std::map<bytes, bytes> content;
  for (auto n = from.u8() % 20; n > 0; --n) {
    const auto key = key_from(from);
    // Values of more than 31 bytes make nodes of their own, shorter ones lie in their parent.
    const bytes value(from.u8() % 40, static_cast<std::uint8_t>(0x40 + n));
    made.put(key, value);
    if (value.empty())
      content.erase(key);
    else
      content[key] = value;
  }
  const auto root = made.root();
  const auto asked = key_from(from);
  const auto found = content.find(asked);
  auto nodes = made.prove(asked);
  const auto proven = verify_trie_proof(root, asked, nodes);
  QUORATE_CHECK(proven.has_value());
  QUORATE_CHECK(found == content.end() ? !*proven : *proven && **proven == found->second);
  if (nodes.empty()) return;
  // A node that is altered or left out proves nothing.
  const auto at = from.u8() % nodes.size();
  nodes[at][from.u8() % nodes[at].size()] ^= 1;
  QUORATE_CHECK(!verify_trie_proof(root, asked, nodes));
  nodes.erase(nodes.begin() + static_cast<std::ptrdiff_t>(at));
  QUORATE_CHECK(!verify_trie_proof(root, asked, nodes));
}

// Nodes of any content: the first one is what the root stands for.
void check_nodes(fuzz::source from) {
  const auto key = from.raw(from.u8() % 8);
  std::vector<bytes> nodes;
  while (!from.empty() && nodes.size() < 16) {
    const auto node = from.raw(from.u16() % 600);
    nodes.emplace_back(node.begin(), node.end());
  }
  if (nodes.empty()) return;
  if (verify_trie_proof(keccak256(nodes[0]), key, nodes)) fuzz::accepted();
}

} // namespace

void fuzz::run(byte_view input) {
  if (const auto path = parse_hex_prefix(input)) {
    // One nibble a byte: put together again, they give the same bytes.
    bytes key;
    const auto odd = path->nibbles.size() % 2;
    bytes nibbles(odd, 0);
    nibbles.insert(nibbles.end(), path->nibbles.begin(), path->nibbles.end());
    for (std::size_t i = 0; i + 1 < nibbles.size(); i += 2)
      key.push_back(static_cast<std::uint8_t>(nibbles[i] << 4 | nibbles[i + 1]));
    QUORATE_CHECK(equal(hex_prefix(key, odd, nibbles.size(), path->is_leaf), input));
  }
  source from{input};
  if (from.u8() % 2 == 0)
    check_trie(from);
  else
    check_nodes(from);
}
