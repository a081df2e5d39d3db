// Outputs that pay to a public key itself: recognised, spent and shown.
#include "core/chain/bitcoin/explain.hpp"
#include "tests/unit/bitcoin_wallet.hpp"

using namespace quorate;
using namespace quorate::bitcoin;

namespace {

/// The key of number 1 in both of its forms.
std::vector<bytes> forms() {
  const auto key = ec_public_key::of(secret_of(1)).value();
  const auto shorter = key.compressed();
  const auto longer = key.uncompressed();
  return {{shorter.data.begin(), shorter.data.end()}, {longer.data.begin(), longer.data.end()}};
}

/// Spends a coin of the script to a stranger.
psbt spend(const bytes& script, psbt_version version = psbt_version::v0) {
  const auto funded = funding(script, 100'000);
  transaction tx;
  tx.inputs.push_back({{id_of(funded), 1}, {}, sequence_replaceable, {}});
  tx.outputs = {{satoshi{99'000}, p2wpkh_script(hash_of(200))}};
  auto made = psbt::create(tx, version).value();
  BOOST_REQUIRE(made.put_previous(0, funded));
  return made;
}

signer_view view_of(std::span<const compressed_key> keys) {
  signer_view view;
  view.net = network::regtest;
  view.keys = keys;
  view.is_ours = [](byte_view script) {
    const auto own = own_scripts(ec_public_key::of(secret_of(1)).value());
    return std::ranges::any_of(own, [&](const bytes& s) { return std::ranges::equal(s, script); });
  };
  return view;
}

} // namespace

BOOST_AUTO_TEST_SUITE(bitcoin_public_key)

BOOST_AUTO_TEST_CASE(recognised_by_its_form) {
  for (const auto& key : forms()) {
    const auto script = p2pk_script(key);
    BOOST_TEST(script.size() == key.size() + 2);
    const auto [kind, program] = classify(script);
    BOOST_TEST((kind == script_kind::p2pk));
    BOOST_TEST(std::ranges::equal(program, key));
    BOOST_TEST((to_address(script, network::mainnet).error() == errc::unsupported_script));
    BOOST_TEST(destination(script, network::mainnet) == "public key " + to_hex(key));
    // Other prefixes, also the hybrid ones; a byte more or less; another opcode.
    for (const int prefix : {0x00, 0x01, 0x05, 0x06, 0x07}) {
      auto other = script;
      other[1] = static_cast<std::uint8_t>(prefix);
      BOOST_TEST((classify(other).kind == script_kind::other));
    }
    auto other = script;
    other.back() = 0xad;
    BOOST_TEST((classify(other).kind == script_kind::other));
    other = script;
    other.push_back(0xac);
    BOOST_TEST((classify(other).kind == script_kind::other));
    other = script;
    other.pop_back();
    BOOST_TEST((classify(other).kind == script_kind::other));
    other = script;
    other[0] ^= 1;
    BOOST_TEST((classify(other).kind == script_kind::other));
  }
  // The prefix of the one form with the length of the other.
  auto crossed = forms();
  std::swap(crossed[0][0], crossed[1][0]);
  for (const auto& key : crossed)
    BOOST_TEST((classify(p2pk_script(key)).kind == script_kind::other));
}

BOOST_AUTO_TEST_CASE(signed_and_finished) {
  for (const auto& key : forms())
    for (const auto version : {psbt_version::v0, psbt_version::v2}) {
      auto made = spend(p2pk_script(key), version);
      BOOST_TEST((sign(made, secret_of(2)).error() == errc::wrong_key));
      BOOST_TEST((finalise(made).at(0).why == errc::missing_signatures));
      BOOST_TEST(sign(made, secret_of(1)).value() == 1U);
      // Filed under the key as the script writes it, where others look for it.
      const auto signature = made.input(0).find(psbt_input::partial_signature, key);
      BOOST_REQUIRE(signature.has_value());
      const bytes pushed{signature->begin(), signature->end()};
      made = psbt::decode(made.encode()).value();
      BOOST_REQUIRE(finalise(made).empty());
      const auto tx = extract(made).value();
      bytes expected;
      append_push(expected, pushed);
      BOOST_TEST((tx.inputs[0].unlocking_script == expected));
      BOOST_TEST(tx.inputs[0].witness.empty());
    }
}

BOOST_AUTO_TEST_CASE(a_signature_of_another_digest_finishes_nothing) {
  const auto script = p2pk_script(forms()[0]);
  auto other = spend(script);
  auto changed = other.unsigned_transaction();
  changed.outputs[0].value = satoshi{98'000};
  auto made = psbt::create(changed, psbt_version::v0).value();
  BOOST_REQUIRE(made.put_previous(0, funding(script, 100'000)));
  BOOST_REQUIRE(sign(other, secret_of(1)));
  const auto signature = *other.input(0).find(psbt_input::partial_signature, forms()[0]);
  BOOST_REQUIRE(made.put_input(0, psbt_input::partial_signature, signature, forms()[0]));
  BOOST_TEST((finalise(made).at(0).why == errc::missing_signatures));
}

BOOST_AUTO_TEST_CASE(what_is_no_point_is_left_alone) {
  bytes key(33);
  key[0] = 2;
  key[32] = 5; // x = 5 is on no point of the curve
  auto made = spend(p2pk_script(key));
  BOOST_TEST((sign(made, secret_of(1)).error() == errc::wrong_key));
  BOOST_TEST((finalise(made).at(0).why == errc::unsupported_script));
}

BOOST_AUTO_TEST_CASE(shown) {
  const std::array keys{key_of(1)};
  for (const auto& key : forms()) {
    auto made = spend(p2pk_script(key));
    const auto proposal = propose_signing(made, view_of(keys)).value();
    BOOST_TEST(proposal.shown.cautions.empty());
    BOOST_TEST(proposal.shown.text.find("  0.00100000 BTC of public key " + to_hex(key) +
                                        " (ours, signed now)\n") != std::string::npos);
    // An estimate of the largest, which is a byte or two more than what comes.
    BOOST_REQUIRE(sign(made, secret_of(1)));
    BOOST_REQUIRE(finalise(made).empty());
    const auto weight = weight_of(extract(made).value());
    BOOST_TEST(weight <= proposal.shown.weight);
    BOOST_TEST(weight + 8 >= proposal.shown.weight);
  }
  auto paying = spend(p2wpkh_script(hash_of(1))).unsigned_transaction();
  paying.outputs[0].locking_script = p2pk_script(key_of(9).view());
  auto made = psbt::create(paying, psbt_version::v0).value();
  BOOST_REQUIRE(made.put_previous(0, funding(p2wpkh_script(hash_of(1)), 100'000)));
  const auto shown = propose_signing(made, view_of(keys)).value().shown;
  BOOST_TEST((shown.cautions == std::vector{caution::public_key}));
  BOOST_TEST(shown.text.find("  0.00099000 BTC to public key " + to_hex(key_of(9)) + "\n") !=
             std::string::npos);
  BOOST_TEST(shown.text.find("Caution: an output pays to a public key, which has no address\n") !=
             std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
