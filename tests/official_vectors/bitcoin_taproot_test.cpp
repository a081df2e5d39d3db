// BIP-341's wallet vectors: every case of the official file.
#include "core/chain/bitcoin/address.hpp"
#include "core/chain/bitcoin/sighash.hpp"
#include "core/chain/bitcoin/taproot.hpp"
#include "core/crypto/hash.hpp"
#include "tests/vectors/vector_file.hpp"

using namespace quorate;
using namespace quorate::bitcoin;
using nlohmann::json;

namespace {

template <class Fixed>
Fixed fixed(const json& hex) {
  return *fixed_from_hex<Fixed>(hex.get<std::string>());
}

bytes raw(const json& hex) { return *from_hex(hex.get<std::string>()); }

script_root root_of(const json& hex) {
  return hex.is_null() ? script_root{} : script_root{fixed<digest>(hex)};
}

struct leaf {
  digest hash;
  bytes script;
  std::uint8_t version = 0;
  std::vector<digest> path;
};

/// Hash of the subtree; its leaves, in order, with the hashes beside their way up to it.
digest walk(const json& tree, std::vector<leaf>& leaves) {
  if (tree.is_object()) {
    leaf found{{}, raw(tree.at("script")), tree.at("leafVersion").get<std::uint8_t>(), {}};
    found.hash = taproot_leaf(found.version, found.script);
    leaves.push_back(found);
    return found.hash;
  }
  std::vector<leaf> left;
  std::vector<leaf> right;
  const digest a = walk(tree.at(0), left);
  const digest b = walk(tree.at(1), right);
  for (auto& each : left)
    each.path.push_back(b), leaves.push_back(each);
  for (auto& each : right)
    each.path.push_back(a), leaves.push_back(each);
  return taproot_branch(a, b);
}

std::string control_block(const leaf& each, const tweaked_x_only_key& output,
                          const x_only_key& internal) {
  bytes block{static_cast<std::uint8_t>(each.version | (output.has_odd_y ? 1 : 0))};
  block.insert(block.end(), internal.data.begin(), internal.data.end());
  for (const auto& hash : each.path)
    block.insert(block.end(), hash.data.begin(), hash.data.end());
  return to_hex(block);
}

void check_output(const json& test) {
  const auto internal = fixed<x_only_key>(test.at("given").at("internalPubkey"));
  const auto& tree = test.at("given").at("scriptTree");
  std::vector<leaf> leaves;
  const script_root root = tree.is_null() ? script_root{} : script_root{walk(tree, leaves)};
  const auto& expected = test.at("expected");
  const auto& between = test.at("intermediary");
  BOOST_TEST((root == root_of(between.at("merkleRoot"))));
  BOOST_TEST(to_hex(taproot_tweak(internal, root)) == between.at("tweak").get<std::string>());
  const auto output = taproot_output_key(internal, root).value();
  BOOST_TEST(to_hex(output.key) == between.at("tweakedPubkey").get<std::string>());
  const bytes script = p2tr_script(internal, root).value();
  BOOST_TEST(to_hex(script) == expected.at("scriptPubKey").get<std::string>());
  const auto address = expected.at("bip350Address").get<std::string>();
  BOOST_TEST(to_address(script, network::mainnet).value() == address);
  BOOST_TEST((from_address(address, network::mainnet).value() == script));
  if (tree.is_null()) return;
  BOOST_REQUIRE(leaves.size() == between.at("leafHashes").size());
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    BOOST_TEST(to_hex(leaves[i].hash) == between.at("leafHashes").at(i).get<std::string>());
    BOOST_TEST(control_block(leaves[i], output, internal) ==
               expected.at("scriptPathControlBlocks").at(i).get<std::string>());
  }
}

void check_input(const json& test, const signature_hasher& hasher, transaction& signed_tx) {
  const auto& given = test.at("given");
  const auto& between = test.at("intermediary");
  const auto index = given.at("txinIndex").get<std::size_t>();
  const auto type = taproot_sighash_type(given.at("hashType").get<std::uint32_t>()).value();
  const auto secret_hex = fixed<digest>(given.at("internalPrivkey"));
  const ec_secret_key secret{secret_hex.data};
  const auto internal = x_only_of(secret).value();
  BOOST_TEST(to_hex(internal) == between.at("internalPubkey").get<std::string>());

  const digest tweak = taproot_tweak(internal, root_of(given.at("merkleRoot")));
  BOOST_TEST(to_hex(tweak) == between.at("tweak").get<std::string>());
  const ec_secret_key tweaked = taproot_tweak_add(secret, tweak.data).value();
  BOOST_TEST(to_hex(tweaked.view()) == between.at("tweakedPrivkey").get<std::string>());

  const digest message = hasher.taproot_key_path(index, type).value();
  BOOST_TEST(to_hex(message) == between.at("sigHash").get<std::string>());
  const hash_tag tag{"TapSighash"};
  BOOST_TEST((message == tag(raw(between.at("sigMsg")))));

  bytes witness;
  const auto signature = sign_taproot(tweaked, message, {}).value();
  const auto key = taproot_signing_key::tweaked(secret, tweak.data).value();
  BOOST_TEST((key.sign(message, {}) == signature));
  witness.assign(signature.data.begin(), signature.data.end());
  if (type != sighash_type::taproot_default) witness.push_back(static_cast<std::uint8_t>(type));
  BOOST_TEST(to_hex(witness) == test.at("expected").at("witness").at(0).get<std::string>());
  signed_tx.inputs[index].witness = {witness};
}

void check_spending(const json& test, std::size_t& cases) {
  const auto tx = decode_transaction(raw(test.at("given").at("rawUnsignedTx"))).value();
  std::vector<transaction_output> spent;
  for (const auto& utxo : test.at("given").at("utxosSpent"))
    spent.push_back(
        {satoshi{utxo.at("amountSats").get<std::uint64_t>()}, raw(utxo.at("scriptPubKey"))});
  const signature_hasher hasher{tx, spent};
  transaction signed_tx = decode_transaction(raw(test.at("auxiliary").at("fullySignedTx"))).value();
  const transaction expected = signed_tx;
  for (const auto& input : test.at("inputSpending")) {
    check_input(input, hasher, signed_tx);
    ++cases;
  }
  BOOST_TEST((signed_tx == expected));
  BOOST_TEST((encode(signed_tx) == raw(test.at("auxiliary").at("fullySignedTx"))));
}

} // namespace

BOOST_AUTO_TEST_SUITE(bip341)

BOOST_AUTO_TEST_CASE(official_file) {
  const auto file = vector_file("bip341_wallet.json");
  std::size_t outputs = 0;
  for (const auto& test : file.at("scriptPubKey")) {
    BOOST_TEST_CONTEXT("scriptPubKey " << outputs) { check_output(test); }
    ++outputs;
  }
  std::size_t inputs = 0;
  for (const auto& test : file.at("keyPathSpending"))
    check_spending(test, inputs);
  BOOST_TEST(outputs == 7);
  BOOST_TEST(inputs == 7);
  BOOST_TEST_MESSAGE("bip341_wallet.json: " << outputs << " outputs and " << inputs << " inputs");
}

BOOST_AUTO_TEST_SUITE_END()
