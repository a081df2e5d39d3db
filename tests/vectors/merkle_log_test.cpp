// RFC 9162's tree: the roots and proofs of Certificate Transparency's reference tests.
// Source: google/certificate-transparency, cpp/merkletree/merkle_tree_test.cc (the same in
// transparency-dev/merkle, testonly/constants.go).
#include "core/audit/merkle_log.hpp"

#include <boost/test/unit_test.hpp>

#include <map>

using namespace quorate;
using namespace quorate::audit;

namespace {

const std::vector<std::string> leaves{"",
                                      "00",
                                      "10",
                                      "2021",
                                      "3031",
                                      "40414243",
                                      "5051525354555657",
                                      "606162636465666768696a6b6c6d6e6f"};

const std::vector<std::string> roots{
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

digest hash(std::string_view hex) { return *fixed_from_hex<digest>(hex); }

std::vector<digest> hashes(const std::vector<std::string>& hex) {
  std::vector<digest> all;
  for (const auto& one : hex)
    all.push_back(hash(one));
  return all;
}

struct reference_log {
  log_frontier frontier;
  std::map<node_place, digest> nodes;

  reference_log() {
    for (const auto& leaf : leaves) {
      const auto made = *frontier.append(merkle_leaf(*from_hex(leaf)));
      for (const auto& node : made)
        BOOST_TEST(nodes.emplace(node.place, node.hash).second);
    }
  }
  expected<digest> operator()(node_place place) const {
    const auto found = nodes.find(place);
    if (found == nodes.end()) return errc::not_found;
    return found->second;
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(rfc_9162, reference_log)

BOOST_AUTO_TEST_CASE(root_of_each_size) {
  log_frontier growing;
  for (std::size_t size = 0; size <= leaves.size(); ++size) {
    BOOST_TEST((growing.head() == log_head{size, hash(roots[size])}));
    if (size < leaves.size())
      BOOST_TEST(growing.append(merkle_leaf(*from_hex(leaves[size]))).has_value());
  }
  BOOST_TEST(nodes.size() == 15U);
}

// paths[] of the source; entries from 1 there, from 0 here.
BOOST_AUTO_TEST_CASE(inclusion) {
  struct vector {
    std::uint64_t index;
    std::uint64_t size;
    std::vector<std::string> proof;
  };
  const std::vector<vector> vectors{
      {0, 1, {}},
      {0,
       8,
       {"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
      {5,
       8,
       {"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
      {2, 3, {"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"}},
      {1,
       5,
       {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}}};
  for (const auto& [index, size, proof] : vectors) {
    const auto made = prove_inclusion(index, size, *this);
    BOOST_REQUIRE(made);
    BOOST_TEST((*made == hashes(proof)), index << " of " << size);
    BOOST_TEST(verify_inclusion(nodes.at({0, index}), index, {size, hash(roots[size])}, *made)
                   .has_value());
  }
}

// proofs[] of the source.
BOOST_AUTO_TEST_CASE(consistency) {
  struct vector {
    std::uint64_t before;
    std::uint64_t after;
    std::vector<std::string> proof;
  };
  const std::vector<vector> vectors{
      {1, 1, {}},
      {1,
       8,
       {"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
      {6,
       8,
       {"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
      {2,
       5,
       {"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}}};
  for (const auto& [before, after, proof] : vectors) {
    const auto made = prove_consistency(before, after, *this);
    BOOST_REQUIRE(made);
    BOOST_TEST((*made == hashes(proof)), before << " to " << after);
    BOOST_TEST(verify_consistency({before, hash(roots[before])}, {after, hash(roots[after])}, *made)
                   .has_value());
  }
}

BOOST_AUTO_TEST_SUITE_END()
