// Proofs about the audit log: of anything, and of a log of the length that the input says.
#include "core/audit/merkle_log.hpp"
#include "core/crypto/hash.hpp"
#include "core/crypto/merkle.hpp"
#include "tests/fuzz/harness.hpp"

#include <map>

using namespace quorate;
using namespace quorate::audit;

namespace {

struct kept_log {
  std::map<node_place, digest> nodes;
  std::vector<log_head> heads{log_head{}};

  explicit kept_log(std::size_t entries) {
    log_frontier frontier;
    heads[0] = frontier.head();
    for (std::size_t i = 0; i < entries; ++i) {
      const auto made = frontier.append(leaf(i)).value();
      for (const auto& node : made)
        nodes[node.place] = node.hash;
      heads.push_back(frontier.head());
    }
  }
  static digest leaf(std::uint64_t i) {
    const auto low = static_cast<std::uint8_t>(i);
    return merkle_leaf(byte_view{&low, 1});
  }
  node_lookup lookup() const {
    return [this](node_place at) -> expected<digest> {
      const auto found = nodes.find(at);
      if (found == nodes.end()) return errc::not_found;
      return found->second;
    };
  }
};

std::vector<digest> digests_from(fuzz::source& from) {
  std::vector<digest> made;
  for (auto n = from.u8() % 128; n > 0; --n)
    made.push_back(from.fixed<digest>());
  return made;
}

void check_log(fuzz::source from) {
  static const kept_log log{200};
  const std::uint64_t size = from.u8() % log.heads.size();
  const std::uint64_t before = from.u8() % (size + 1);
  auto consistent = prove_consistency(before, size, log.lookup()).value();
  QUORATE_CHECK(verify_consistency(log.heads[before], log.heads[size], consistent));
  const auto bend = [&from](std::vector<digest>& proof) {
    if (proof.empty()) return false;
    proof[from.u8() % proof.size()].data[from.u8() % 32] ^= 1;
    return true;
  };
  if (bend(consistent))
    QUORATE_CHECK(!verify_consistency(log.heads[before], log.heads[size], consistent));
  if (size == 0) return;
  const std::uint64_t index = from.u8() % size;
  auto included = prove_inclusion(index, size, log.lookup()).value();
  QUORATE_CHECK(verify_inclusion(kept_log::leaf(index), index, log.heads[size], included));
  if (bend(included))
    QUORATE_CHECK(!verify_inclusion(kept_log::leaf(index), index, log.heads[size], included));
}

} // namespace

void fuzz::run(byte_view input) {
  source from{input};
  if (from.u8() % 2 == 0) {
    accepted();
    return check_log(from);
  }
  const log_head first{from.u64(), from.fixed<digest>()};
  const log_head second{from.u64(), from.fixed<digest>()};
  const auto proof = digests_from(from);
  (void)verify_inclusion(first.root, from.u64(), second, proof);
  if (verify_consistency(first, second, proof)) QUORATE_CHECK(first.size <= second.size);
  const auto size = from.u64();
  auto restored = log_frontier::restore(size, digests_from(from));
  if (!restored) return;
  QUORATE_CHECK(restored->size() == size);
  if (size == entries_max)
    QUORATE_CHECK(!restored->append(first.root));
  else
    QUORATE_CHECK(restored->append(first.root).has_value());
}
