// Range proofs: exactly the leaves of a range are accepted, and nothing else.
#include "core/crypto/hash.hpp"
#include "core/ledger/range_proof.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <map>
#include <random>

using namespace quorate;
using namespace quorate::ledger;

namespace {

struct fixture {
  std::uint64_t seed = [] {
    const char* given = std::getenv("QUORATE_SEED");
    return given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  }();
  std::mt19937_64 random{seed};
  std::map<digest, digest> model;
  state_tree grown;

  fixture() { BOOST_TEST_MESSAGE("replay with QUORATE_SEED=" << seed); }

  digest any() { return sha256(as_bytes(std::to_string(random()))); }

  /// Keys anywhere, or a few bits of difference from one that is there.
  digest near_key() {
    if (model.empty() || random() % 2 == 0) return any();
    auto key =
        std::next(model.begin(), static_cast<std::ptrdiff_t>(random() % model.size()))->first;
    if (random() % 3 == 0) return key;
    key.data[random() % 32] ^= static_cast<std::uint8_t>(1U << (random() % 8));
    return key;
  }

  void fill(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const auto key = near_key();
      model[key] = any();
      grown.set(key, model[key]);
    }
    grown.root();
  }

  key_range some_range() {
    static constexpr auto top = [] {
      digest d;
      d.data.fill(0xff);
      return d;
    }();
    auto a = random() % 8 == 0 ? digest{} : near_key();
    auto b = random() % 8 == 0 ? top : near_key();
    if (b < a) std::swap(a, b);
    return {a, b};
  }

  std::vector<state_leaf> leaves_of(const key_range& range) const {
    std::vector<state_leaf> leaves;
    for (auto at = model.lower_bound(range.from); at != model.end() && at->first <= range.through;
         ++at)
      leaves.push_back({at->first, at->second});
    return leaves;
  }

  bool accepts(const key_range& range, const std::vector<state_leaf>& leaves,
               const range_proof& proof) {
    const auto checked = verify(grown.root(), range, leaves, proof);
    if (!checked) BOOST_TEST((checked.error() == errc::bad_proof));
    return checked.has_value();
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(range_proof, fixture)

BOOST_AUTO_TEST_CASE(any_range_of_any_tree_is_proven) {
  for (int round = 0; round < 60; ++round) {
    fill(round < 8 ? 1 : random() % 40);
    for (int i = 0; i < 20; ++i) {
      const auto range = some_range();
      const auto proof = grown.prove_range(range.from, range.through);
      BOOST_TEST(accepts(range, leaves_of(range), proof));
      const auto again = decode<ledger::range_proof>(encode(proof));
      BOOST_REQUIRE(again);
      BOOST_TEST((*again == proof));
    }
  }
}

BOOST_AUTO_TEST_CASE(the_empty_tree_has_an_empty_range) {
  const auto range = some_range();
  const auto proof = grown.prove_range(range.from, range.through);
  BOOST_TEST(accepts(range, {}, proof));
  BOOST_TEST(!accepts(range, {{range.from, any()}}, proof));
}

BOOST_AUTO_TEST_CASE(a_leaf_left_out_added_or_changed_is_found) {
  fill(300);
  for (int i = 0; i < 300; ++i) {
    const auto range = some_range();
    const auto proof = grown.prove_range(range.from, range.through);
    const auto leaves = leaves_of(range);
    if (leaves.empty()) continue;
    const auto place = static_cast<std::ptrdiff_t>(random() % leaves.size());
    auto fewer = leaves;
    fewer.erase(fewer.begin() + place);
    BOOST_TEST(!accepts(range, fewer, proof));
    auto changed = leaves;
    changed[place].value_hash = any();
    BOOST_TEST(!accepts(range, changed, proof));
    auto moved = leaves;
    moved[place].key.data[31] ^= 1;
    BOOST_TEST(!accepts(range, moved, proof));
    auto repeated = leaves;
    repeated.insert(repeated.begin() + place, leaves[place]);
    BOOST_TEST(!accepts(range, repeated, proof));
    auto more = leaves;
    more.push_back({any(), any()});
    std::sort(more.begin(), more.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
    BOOST_TEST(!accepts(range, more, proof));
    if (leaves.size() > 1) {
      auto swapped = leaves;
      std::swap(swapped.front(), swapped.back());
      BOOST_TEST(!accepts(range, swapped, proof));
    }
  }
}

// The attack that a range proof is for: leave out a leaf and adjust the proof to hide it.
BOOST_AUTO_TEST_CASE(a_leaf_is_not_hidden_by_the_proof_of_another_range) {
  fill(200);
  for (int i = 0; i < 500; ++i) {
    const auto range = some_range();
    const auto other = some_range();
    if (leaves_of(range) == leaves_of(other)) continue;
    const auto proof = grown.prove_range(other.from, other.through);
    BOOST_TEST(!accepts(range, leaves_of(other), proof));
  }
}

// A neighbour inside the range would be a leaf that was withheld.
BOOST_AUTO_TEST_CASE(a_leaf_of_the_range_is_not_passed_off_as_a_neighbour) {
  fill(50);
  int tried = 0;
  for (int i = 0; i < 2000; ++i) {
    const auto range = some_range();
    auto proof = grown.prove_range(range.from, range.through);
    const auto inside = std::find(proof.edges.begin(), proof.edges.end(), edge::inside);
    const auto leaves = leaves_of(range);
    if (inside == proof.edges.end() || leaves.size() != 1 || !proof.neighbours.empty()) continue;
    *inside = edge::outside;
    proof.neighbours = {leaves[0]};
    BOOST_TEST(!accepts(range, {}, proof));
    ++tried;
  }
  BOOST_TEST(tried > 0);
}

// A leaf that stands elsewhere in the tree must not stand in for an empty place.
BOOST_AUTO_TEST_CASE(every_part_of_a_proof_counts) {
  fill(200);
  for (int i = 0; i < 100; ++i) {
    const auto range = some_range();
    const auto leaves = leaves_of(range);
    const auto proof = grown.prove_range(range.from, range.through);
    for (std::size_t k = 0; k < proof.edges.size(); ++k)
      for (int kind = 0; kind < 4; ++kind) {
        auto bent = proof;
        bent.edges[k] = static_cast<edge>(kind);
        BOOST_TEST(accepts(range, leaves, bent) == (bent == proof));
      }
    for (std::size_t k = 0; k < proof.hidden.size(); ++k) {
      auto bent = proof;
      bent.hidden[k].data[random() % 32] ^= 1;
      BOOST_TEST(!accepts(range, leaves, bent));
      bent = proof;
      bent.hidden.erase(bent.hidden.begin() + static_cast<std::ptrdiff_t>(k));
      BOOST_TEST(!accepts(range, leaves, bent));
    }
    auto longer = proof;
    longer.edges.push_back(edge::empty);
    BOOST_TEST(!accepts(range, leaves, longer));
    longer = proof;
    longer.hidden.emplace_back();
    BOOST_TEST(!accepts(range, leaves, longer));
    longer = proof;
    longer.neighbours.push_back({any(), any()});
    BOOST_TEST(!accepts(range, leaves, longer));
  }
}

BOOST_AUTO_TEST_SUITE_END()
