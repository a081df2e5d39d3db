// The audit log: every proof of every size, and none that says something else.
#include "core/audit/entry.hpp"
#include "core/audit/merkle_log.hpp"
#include "core/crypto/hash.hpp"

#include <boost/test/unit_test.hpp>

#include <map>

using namespace quorate;
using namespace quorate::audit;

namespace {

constexpr std::uint64_t sizes = 40;

digest leaf(std::uint64_t i) { return merkle_leaf(as_bytes("entry " + std::to_string(i))); }

using node_map = std::map<node_place, digest>;

void append(log_frontier& frontier, node_map& nodes, const digest& leaf_hash) {
  const auto made = *frontier.append(leaf_hash);
  for (const auto& node : made)
    BOOST_REQUIRE(nodes.emplace(node.place, node.hash).second);
}

struct log {
  log_frontier frontier;
  node_map nodes;
  std::vector<log_head> heads{frontier.head()};

  log() {
    for (std::uint64_t i = 0; i < sizes; ++i) {
      append(frontier, nodes, leaf(i));
      heads.push_back(frontier.head());
    }
  }
  expected<digest> operator()(node_place place) const {
    const auto found = nodes.find(place);
    if (found == nodes.end()) return errc::not_found;
    return found->second;
  }
};

// Calls `check` with every proof that is one hash different, one shorter or one longer.
template <class Check>
void bend(const std::vector<digest>& proof, Check check) {
  for (std::size_t i = 0; i < proof.size(); ++i) {
    auto bent = proof;
    bent[i].data[31] ^= 1;
    check(bent);
    bent = proof;
    bent.erase(bent.begin() + static_cast<std::ptrdiff_t>(i));
    check(bent);
  }
  auto longer = proof;
  longer.push_back(leaf(0));
  check(longer);
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(audit_log, log)

// Two independent ways to the same root: the frontier, and the tree that the ledger uses.
BOOST_AUTO_TEST_CASE(same_tree_as_the_ledgers) {
  std::vector<digest> leaves;
  for (std::uint64_t size = 0; size <= sizes; ++size) {
    BOOST_TEST((merkle_tree{leaves}.root() == heads[size].root));
    leaves.push_back(leaf(size));
  }
}

BOOST_AUTO_TEST_CASE(inclusion_of_every_entry_in_every_size) {
  for (std::uint64_t size = 1; size <= sizes; ++size) {
    for (std::uint64_t index = 0; index < size; ++index) {
      const auto proof = *prove_inclusion(index, size, *this);
      BOOST_TEST(proof.size() <= 6U);
      BOOST_TEST(verify_inclusion(leaf(index), index, heads[size], proof).has_value());
      BOOST_TEST(!verify_inclusion(leaf(index + 1), index, heads[size], proof));
      for (std::uint64_t other = 0; other <= size; ++other)
        if (other != index) BOOST_TEST(!verify_inclusion(leaf(index), other, heads[size], proof));
      bend(proof, [&](const auto& bent) {
        BOOST_TEST(!verify_inclusion(leaf(index), index, heads[size], bent));
      });
    }
  }
  BOOST_TEST((prove_inclusion(3, 3, *this).error() == errc::bad_proof));
  BOOST_TEST((prove_inclusion(0, sizes + 1, *this).error() == errc::not_found));
  BOOST_TEST((prove_inclusion(0, entries_max + 1, *this).error() == errc::bad_proof));
}

BOOST_AUTO_TEST_CASE(consistency_of_every_pair_of_sizes) {
  for (std::uint64_t after = 0; after <= sizes; ++after) {
    for (std::uint64_t before = 0; before <= after; ++before) {
      const auto proof = *prove_consistency(before, after, *this);
      BOOST_TEST(verify_consistency(heads[before], heads[after], proof).has_value());
      bend(proof, [&](const auto& bent) {
        BOOST_TEST(!verify_consistency(heads[before], heads[after], bent));
      });
      auto rewritten = heads[before];
      rewritten.root.data[0] ^= 1;
      BOOST_TEST(!verify_consistency(rewritten, heads[after], proof));
      // A head of another size never passes with this proof.
      for (const auto& other : heads)
        if (other.size != before && before != 0 && before != after)
          BOOST_TEST(!verify_consistency(other, heads[after], proof));
    }
  }
  BOOST_TEST(!verify_consistency(heads[3], heads[2], {}));
  BOOST_TEST((prove_consistency(3, 2, *this).error() == errc::bad_proof));
}

// A log in which one old entry was changed has no proof from the head before.
BOOST_AUTO_TEST_CASE(history_cannot_be_rewritten) {
  log_frontier forged;
  node_map forged_nodes;
  for (std::uint64_t i = 0; i < sizes; ++i)
    append(forged, forged_nodes, leaf(i == 5 ? 99 : i));
  const auto proof = *prove_consistency(
      17, sizes, [&](node_place p) -> expected<digest> { return forged_nodes[p]; });
  BOOST_TEST(!verify_consistency(heads[17], forged.head(), proof));
}

BOOST_AUTO_TEST_CASE(frontier_survives_a_restart) {
  auto again = log_frontier::restore(frontier.size(), frontier.roots());
  BOOST_REQUIRE(again);
  BOOST_TEST((again->head() == frontier.head()));
  BOOST_TEST((*again->append(leaf(7)) == *frontier.append(leaf(7))));
  BOOST_TEST((again->head() == frontier.head()));
  BOOST_TEST((log_frontier::restore(3, {leaf(0)}).error() == errc::bad_proof));
  BOOST_TEST((log_frontier::restore(entries_max + 1, {}).error() == errc::log_full));
  auto full = *log_frontier::restore(entries_max, {leaf(0)});
  BOOST_TEST((full.append(leaf(1)).error() == errc::log_full));
}

BOOST_AUTO_TEST_CASE(entries) {
  entry e{event::signature_refused,
          {5},
          sha256(as_bytes("key")),
          sha256(as_bytes("digest")),
          {},
          static_cast<std::uint16_t>(errc::wrong_epoch),
          "old epoch"};
  const auto good = encode(e);
  BOOST_TEST((*decode<entry>(good) == e));
  BOOST_TEST(describe(e).find("because wrong_epoch") != std::string::npos);
  for (std::size_t n = 0; n < good.size(); ++n)
    BOOST_TEST(!decode<entry>(byte_view{good}.first(n)));
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    auto bent = good;
    bent[bit / 8] = static_cast<std::uint8_t>(bent[bit / 8] ^ (1U << bit % 8));
    if (const auto other = decode<entry>(bent)) {
      BOOST_TEST((encode(*other) == bent));
      BOOST_TEST((leaf_of(*other) != leaf_of(e)));
    }
  }
  const auto why = [&](auto change) {
    auto other = e;
    change(other);
    return decode<entry>(encode(other)).error();
  };
  BOOST_TEST((why([](auto& x) { x.reason = 0; }) == errc::not_canonical));
  BOOST_TEST((why([](auto& x) { x.what = event::signature_made; }) == errc::not_canonical));
  BOOST_TEST((why([](auto& x) { x.what = static_cast<event>(9); }) == errc::bad_enum));
  BOOST_TEST((why([](auto& x) { x.reason = 1; }) == errc::bad_enum));
  BOOST_TEST((why([](auto& x) { x.note = "\xff"; }) == errc::bad_utf8));
  BOOST_TEST((why([](auto& x) { x.note.assign(note_bytes_max + 1, 'x'); }) == errc::over_limit));
}

BOOST_AUTO_TEST_SUITE_END()
