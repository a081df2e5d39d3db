// Merkle-Patricia tries against the official files: every root, and a proof for every key and for
// keys beside it.
#include "core/chain/evm/trie.hpp"
#include "core/crypto/keccak.hpp"
#include "tests/vectors/evm_vectors.hpp"
#include "tests/vectors/vector_file.hpp"

using namespace quorate;
using namespace quorate::evm;
using nlohmann::json;

namespace {

bytes raw(const std::string& text) {
  if (text.starts_with("0x")) return unhex(text);
  const auto view = as_bytes(text);
  return {view.begin(), view.end()};
}

// The secure trie has the hashes of its keys.
bytes key_of(const std::string& text, bool secure) {
  const auto key = raw(text);
  if (!secure) return key;
  const auto hash = keccak256(key);
  return {hash.data.begin(), hash.data.end()};
}

void put(trie& to, std::map<bytes, bytes>& model, bool secure, const std::string& key,
         const json& in) {
  const auto value = in.is_null() ? bytes{} : raw(in.get<std::string>());
  to.put(key_of(key, secure), value);
  if (value.empty())
    model.erase(key_of(key, secure));
  else
    model[key_of(key, secure)] = value;
}

void check_proofs(const trie& of, const std::map<bytes, bytes>& model) {
  const auto root = of.root();
  for (const auto& [key, value] : model) {
    auto proof = of.prove(key);
    BOOST_TEST((verify_trie_proof(root, key, proof).value() == value));
    for (auto beside : {bytes{key.begin(), key.end() - 1},
                        [&] {
                          auto longer = key;
                          longer.push_back(0);
                          return longer;
                        }(),
                        [&] {
                          auto other = key;
                          other.back() ^= 1;
                          return other;
                        }()}) {
      if (beside.size() > trie_key_bytes_max) continue;
      const auto found = verify_trie_proof(root, beside, of.prove(beside));
      BOOST_REQUIRE(found.has_value());
      BOOST_TEST(found->has_value() == model.contains(beside));
    }
    proof.push_back(proof.back());
    BOOST_TEST(!verify_trie_proof(root, key, proof).has_value());
    proof.resize(proof.size() - 2);
    BOOST_TEST(!verify_trie_proof(root, key, proof).has_value());
  }
}

std::size_t check_file(const std::string& name, bool secure) {
  const auto file = vector_file(name);
  std::size_t cases = 0;
  for (const auto& [label, each] : file.items()) {
    BOOST_TEST_CONTEXT(name << " " << label) {
      trie made;
      std::map<bytes, bytes> model;
      if (each["in"].is_array())
        for (const auto& pair : each["in"])
          put(made, model, secure, pair[0].get<std::string>(), pair[1]);
      else
        for (const auto& [key, value] : each["in"].items())
          put(made, model, secure, key, value);
      BOOST_TEST("0x" + to_hex(made.root()) == each["root"].get<std::string>());
      check_proofs(made, model);
    }
    ++cases;
  }
  BOOST_TEST_MESSAGE(name << ": " << cases << " cases");
  return cases;
}

} // namespace

BOOST_AUTO_TEST_SUITE(evm_trie)

BOOST_AUTO_TEST_CASE(official_roots) {
  BOOST_TEST(check_file("trietest.json", false) == 5U);
  BOOST_TEST(check_file("trietest_secureTrie.json", true) == 3U);
  BOOST_TEST(check_file("trieanyorder.json", false) == 7U);
  BOOST_TEST(check_file("trieanyorder_secureTrie.json", true) == 7U);
  BOOST_TEST(check_file("hex_encoded_securetrie_test.json", true) == 3U);
}

BOOST_AUTO_TEST_CASE(official_neighbours) {
  const auto file = vector_file("trietestnextprev.json");
  std::size_t cases = 0;
  for (const auto& [label, each] : file.items()) {
    trie made;
    for (const auto& key : each["in"])
      made.put(raw(key.get<std::string>()), {1});
    for (const auto& row : each["tests"]) {
      const auto text = [](const bytes* key) {
        return key ? std::string{key->begin(), key->end()} : "";
      };
      const auto from = raw(row[0].get<std::string>());
      BOOST_TEST(text(made.previous(from)) == row[1].get<std::string>(), label << " " << row);
      BOOST_TEST(text(made.next(from)) == row[2].get<std::string>(), label << " " << row);
      ++cases;
    }
  }
  BOOST_TEST(cases == 12U);
}

BOOST_AUTO_TEST_SUITE_END()
