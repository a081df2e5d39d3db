// Proofs of single keys and of ranges: decoded from anything, and made of a tree that the input
// describes. What a tree proves holds, and holds for nothing else.
#include "core/crypto/hash.hpp"
#include "core/ledger/range_proof.hpp"
#include "tests/fuzz/canonical.hpp"

#include <map>

using namespace quorate;

namespace {

// Few different keys, some with a long common prefix.
digest key_from(fuzz::source& from) {
  digest key;
  key.data.fill(from.u8() % 3 == 0 ? 0x00 : 0xff);
  key.data[0] = from.u8();
  key.data[31] = from.u8();
  return key;
}

void check_tree(fuzz::source from) {
  std::map<digest, digest> content;
  for (auto n = from.u8() % 24; n > 0; --n) {
    const auto key = key_from(from);
    content[key] = sha256(key.view());
  }
  ledger::state_tree tree;
  for (const auto& [key, value] : content)
    tree.set(key, value);
  const auto root = tree.root();

  const auto asked = key_from(from);
  const auto found = content.find(asked);
  const auto value = found == content.end() ? std::nullopt : std::optional{found->second};
  const auto proof = tree.prove(asked);
  QUORATE_CHECK(fuzz::canonical<ledger::state_proof>(encode(proof)));
  QUORATE_CHECK(ledger::verify(root, asked, value, proof));
  QUORATE_CHECK(
      !ledger::verify(root, asked, value ? std::nullopt : std::optional{digest{}}, proof));

  ledger::key_range range{key_from(from), key_from(from)};
  if (range.through < range.from) std::swap(range.from, range.through);
  std::vector<ledger::state_leaf> leaves;
  for (const auto& [key, hash] : content)
    if (range.contains(key)) leaves.push_back({key, hash});
  const auto of_range = tree.prove_range(range.from, range.through);
  QUORATE_CHECK(fuzz::canonical<ledger::range_proof>(encode(of_range)));
  QUORATE_CHECK(ledger::verify(root, range, leaves, of_range));
  if (leaves.empty()) return;
  // A leaf that is left out or altered is missed.
  const auto at = from.u8() % leaves.size();
  leaves[at].value_hash.data[0] ^= 1;
  QUORATE_CHECK(!ledger::verify(root, range, leaves, of_range));
  leaves.erase(leaves.begin() + static_cast<std::ptrdiff_t>(at));
  QUORATE_CHECK(!ledger::verify(root, range, leaves, of_range));
}

} // namespace

void fuzz::run(byte_view input) {
  source from{input};
  switch (from.u8() % 2) {
  case 0:
    check_tree(from);
    break;
  default: {
    const auto rest = from.rest();
    digest all;
    all.data.fill(0xff);
    if (const auto proof = canonical<ledger::state_proof>(rest)) {
      QUORATE_CHECK(!ledger::verify(digest{}, all, digest{}, *proof));
    }
    if (const auto proof = canonical<ledger::range_proof>(rest)) {
      QUORATE_CHECK(proof->edges.size() <= ledger::range_edges_max);
      (void)ledger::verify(digest{}, {digest{}, all}, {}, *proof);
    }
  }
  }
}
