// Signing: every kind of coin, and every lie that a signer must not believe.
#include "core/chain/bitcoin/psbt_spending.hpp"
#include "tests/unit/bitcoin_wallet.hpp"

#include <random>

using namespace quorate;
using namespace quorate::bitcoin;

namespace {

void put_sighash(psbt& to, std::size_t input, std::uint32_t type) {
  wire_writer w;
  w.u32(type);
  BOOST_REQUIRE(to.put_input(input, psbt_input::sighash, w.view()));
}

errc error_of(const psbt& from, std::uint8_t key, signing_policy policy = {}) {
  auto copy = from;
  const auto result = sign(copy, secret_of(key), policy);
  BOOST_REQUIRE(!result.has_value());
  BOOST_TEST((copy == from));
  return result.error();
}

bytes witness_utxo(const bytes& script, std::uint64_t value) {
  wire_writer w;
  write(w, transaction_output{satoshi{value}, script});
  return std::move(w).take();
}

} // namespace

BOOST_AUTO_TEST_SUITE(bitcoin_psbt)

BOOST_AUTO_TEST_CASE(all_kinds_in_both_versions) {
  std::vector<transaction> results;
  for (const auto version : {psbt_version::v0, psbt_version::v2}) {
    psbt spend = spend_each{coin_kinds, version}.unsigned_psbt;
    for (std::uint8_t key = 1; key <= 4; ++key) {
      BOOST_TEST((why_unfinished(spend) == errc::missing_signatures));
      BOOST_TEST(sign(spend, secret_of(key)).value() == 1);
      spend = psbt::decode(spend.encode()).value();
    }
    BOOST_REQUIRE(finalise(spend).empty());
    for (std::size_t i = 0; i < 4; ++i)
      BOOST_TEST(spend.is_final(i));
    BOOST_TEST((error_of(spend, 1) == errc::wrong_key)); // nothing more is asked for
    results.push_back(extract(psbt::decode(spend.encode()).value()).value());
  }
  BOOST_TEST((results[0] == results[1]));
  const auto& tx = results[0];
  BOOST_TEST(tx.inputs[0].witness.empty());
  BOOST_TEST(to_hex(tx.inputs[1].unlocking_script) == "16" + to_hex(p2wpkh_script(hash_of(2))));
  BOOST_TEST(tx.inputs[2].unlocking_script.empty());
  BOOST_TEST(tx.inputs[3].witness.at(0).size() == 64U); // a type of 0 is not named
  // What was estimated is enough, and not much more: signatures differ by a byte or two.
  std::size_t estimated = frame_weight(4, 2);
  for (const auto kind : coin_kinds)
    estimated += input_weight(kind);
  for (const auto& output : tx.outputs)
    estimated += output_weight(output.locking_script);
  BOOST_TEST(weight_of(tx) <= estimated);
  BOOST_TEST(weight_of(tx) + 20 >= estimated);
}

BOOST_AUTO_TEST_CASE(signers_in_any_order_combine) {
  const psbt start = spend_each{coin_kinds, psbt_version::v2}.unsigned_psbt;
  psbt forward = start;
  psbt backward = start;
  for (std::uint8_t key = 1; key <= 4; ++key) {
    psbt one = start;
    BOOST_REQUIRE(sign(one, secret_of(key)));
    forward = combine(forward, one).value();
    backward = combine(one, backward).value();
  }
  BOOST_TEST((forward == backward));
  BOOST_TEST(finalise(forward).empty());
}

BOOST_AUTO_TEST_CASE(multisig_needs_its_number) {
  bytes script{0x52};
  for (const auto key : std::array<std::uint8_t, 3>{21, 22, 23})
    append_push(script, key_of(key).view());
  script.insert(script.end(), {0x53, 0xae});
  for (const bool witness : {false, true}) {
    const auto funded =
        funding(witness ? p2wsh_script(script) : p2sh_script(hash160(script)), 50'000);
    transaction tx;
    tx.inputs = {{{id_of(funded), 1}, {}, sequence_final, {}}};
    tx.outputs = {{satoshi{49'000}, p2wpkh_script({})}};
    psbt spend = psbt::create(tx, psbt_version::v0).value();
    BOOST_REQUIRE(spend.put_previous(0, funded));
    BOOST_TEST((error_of(spend, 21) == errc::wrong_key)); // without its script it is foreign
    BOOST_REQUIRE(spend.put_input(
        0, witness ? psbt_input::witness_script : psbt_input::redeem_script, script));
    BOOST_TEST(sign(spend, secret_of(23)).value() == 1);
    BOOST_TEST((why_unfinished(spend) == errc::missing_signatures));
    BOOST_TEST(sign(spend, secret_of(21)).value() == 1);
    BOOST_TEST(sign(spend, secret_of(22)).value() == 1);
    BOOST_REQUIRE(finalise(spend).empty());
    const auto input = extract(spend).value().inputs[0];
    if (witness) {
      BOOST_TEST(input.witness.size() == 4U); // two are enough, behind the empty item
      BOOST_TEST((input.witness.back() == script));
    } else {
      BOOST_TEST(input.unlocking_script.front() == 0);
      BOOST_TEST(input.unlocking_script.size() > script.size());
    }
  }
}

// RULES: an amount that nothing proves is not signed for, whatever the PSBT claims.
BOOST_AUTO_TEST_CASE(amounts_are_proven) {
  for (std::uint8_t i = 0; i < 4; ++i) {
    psbt spend = spend_each{coin_kinds}.unsigned_psbt;
    spend.erase_input(i, psbt_input::previous_transaction);
    const auto key = static_cast<std::uint8_t>(i + 1);
    const auto script = script_of(coin_kinds[i], key);
    BOOST_REQUIRE(spend.put_input(i, psbt_input::spent_output, witness_utxo(script, 100'000)));
    const bool taproot = coin_kinds[i] == coin_kind::p2tr;
    if (taproot)
      BOOST_TEST(sign(spend, secret_of(i + 1)).value() == 1);
    else
      BOOST_TEST((error_of(spend, i + 1) == errc::missing_previous));
  }
}

// A taproot signature covers every amount: with a wrong one it is a signature of something else.
BOOST_AUTO_TEST_CASE(taproot_covers_amounts) {
  const std::array two{coin_kind::p2tr, coin_kind::p2tr};
  const psbt honest = spend_each{two}.unsigned_psbt;
  psbt lie = honest;
  lie.erase_input(1, psbt_input::previous_transaction);
  BOOST_REQUIRE(lie.put_input(1, psbt_input::spent_output,
                              witness_utxo(script_of(coin_kind::p2tr, 2), 90'000)));
  BOOST_REQUIRE(sign(lie, secret_of(1)));
  psbt told = honest;
  BOOST_REQUIRE(told.put_input(0, psbt_input::taproot_key_signature,
                               *lie.input(0).find(psbt_input::taproot_key_signature)));
  BOOST_REQUIRE(sign(told, secret_of(2)));
  BOOST_TEST((why_unfinished(told) == errc::missing_signatures));

  psbt unknown = honest;
  unknown.erase_input(1, psbt_input::previous_transaction);
  unknown.erase_input(1, psbt_input::spent_output);
  BOOST_TEST((error_of(unknown, 1) == errc::missing_previous));
}

BOOST_AUTO_TEST_CASE(previous_transactions_are_the_ones_named) {
  const spend_each each{coin_kinds};
  psbt spend = each.unsigned_psbt;
  auto other = each.funded[2];
  other.outputs[1].value = satoshi{900'000}; // another id
  BOOST_TEST((spend.put_previous(2, other).error() == errc::wrong_previous));
  // For a legacy coin there is no second field that would contradict.
  auto legacy = each.funded[0];
  legacy.outputs[1].value = satoshi{900'000};
  BOOST_TEST((spend.put_previous(0, legacy).error() == errc::wrong_previous));
  legacy.outputs.resize(1);
  BOOST_TEST((spend.put_previous(0, legacy).error() == errc::wrong_previous));
  BOOST_TEST((spend
                  .put_input(2, psbt_input::spent_output,
                             witness_utxo(script_of(coin_kind::p2wpkh, 3), 900'000))
                  .error() == errc::wrong_previous));
  BOOST_TEST((spend.put_input(2, psbt_input::previous_id, digest{}.view()).error() ==
              errc::bad_psbt_field));
  BOOST_TEST((spend == each.unsigned_psbt));
  // The same in bytes that come from outside.
  psbt without = each.unsigned_psbt;
  without.erase_input(2, psbt_input::previous_transaction);
  std::string hex = to_hex(without.encode());
  const auto amount = to_hex(witness_utxo(script_of(coin_kind::p2wpkh, 3), 100'000));
  const auto claimed = to_hex(witness_utxo(script_of(coin_kind::p2wpkh, 3), 900'000));
  hex = to_hex(each.unsigned_psbt.encode());
  const auto at = hex.find("01011f" + amount);
  BOOST_REQUIRE(at != std::string::npos);
  hex.replace(at + 6, amount.size(), claimed);
  BOOST_TEST((psbt::decode(*from_hex(hex)).error() == errc::wrong_previous));
}

BOOST_AUTO_TEST_CASE(coins_are_spent_once) {
  transaction tx;
  tx.inputs.resize(2);
  tx.outputs.resize(1);
  BOOST_TEST((psbt::create(tx, psbt_version::v0).error() == errc::input_repeated));
  tx.inputs[1].previous.index = 1;
  tx.outputs = {{money_max, {}}, {satoshi{1}, {}}};
  BOOST_TEST((psbt::create(tx, psbt_version::v2).error() == errc::bad_amount));
}

BOOST_AUTO_TEST_CASE(sighash_types) {
  const psbt start = spend_each{coin_kinds}.unsigned_psbt;
  for (std::uint8_t i = 0; i < 4; ++i) {
    const bool taproot = coin_kinds[i] == coin_kind::p2tr;
    for (const std::uint32_t type : {0x00U, 0x01U, 0x02U, 0x03U, 0x81U, 0x82U, 0x83U})
      BOOST_TEST_CONTEXT("kind " << int{i} << ", type " << type) {
        psbt spend = start;
        put_sighash(spend, i, type);
        const auto key = static_cast<std::uint8_t>(i + 1);
        if (type == 0 && !taproot) {
          BOOST_TEST((error_of(spend, key, {true}) == errc::bad_sighash_type));
          continue;
        }
        if (type > 1) BOOST_TEST((error_of(spend, key) == errc::sighash_not_allowed));
        if ((type & 3) == 3 && i > 1) { // there are two outputs
          BOOST_TEST((error_of(spend, key, {true}) == errc::no_matching_output));
          continue;
        }
        for (std::uint8_t other = 1; other <= 4; ++other)
          BOOST_TEST(sign(spend, secret_of(other), {true}).value() == 1);
        BOOST_TEST(finalise(spend).empty());
      }
    for (const std::uint32_t type : {0x04U, 0x80U, 0x84U, 0x101U, 0xffffffffU}) {
      psbt spend = start;
      put_sighash(spend, i, type);
      BOOST_TEST((error_of(spend, i + 1, {true}) == errc::bad_sighash_type));
    }
  }
}

// The finaliser believes no signature.
BOOST_AUTO_TEST_CASE(finaliser_checks) {
  psbt all = spend_each{coin_kinds}.unsigned_psbt;
  for (std::uint8_t key = 1; key <= 4; ++key)
    BOOST_REQUIRE(sign(all, secret_of(key)));

  // Of another input: valid DER, but over another digest.
  psbt swapped = all;
  const auto stolen = *all.input(2).find(psbt_input::partial_signature, key_of(3).view());
  BOOST_REQUIRE(swapped.put_input(0, psbt_input::partial_signature, stolen, key_of(1).view()));
  BOOST_TEST((why_unfinished(swapped) == errc::missing_signatures));

  // Another type than the one that was asked for afterwards.
  psbt retyped = all;
  put_sighash(retyped, 0, 0x81);
  BOOST_TEST((why_unfinished(retyped) == errc::sighash_not_allowed));

  // BIP-341: a 65th byte of zero makes a signature invalid.
  psbt named = all;
  bytes zero{0};
  const auto own = *all.input(3).find(psbt_input::taproot_key_signature);
  zero.insert(zero.begin(), own.begin(), own.end());
  BOOST_REQUIRE(named.put_input(3, psbt_input::taproot_key_signature, zero));
  BOOST_TEST((why_unfinished(named) == errc::bad_sighash_type));

  // ECDSA with an undefined type.
  psbt undefined = all;
  const auto first = *all.input(0).find(psbt_input::partial_signature, key_of(1).view());
  bytes odd{first.begin(), first.end()};
  odd.back() = 0x41;
  BOOST_REQUIRE(undefined.put_input(0, psbt_input::partial_signature, odd, key_of(1).view()));
  BOOST_TEST((why_unfinished(undefined) == errc::bad_sighash_type));
}

BOOST_AUTO_TEST_CASE(requests_are_answered_with_valid_signatures_only) {
  psbt spend = spend_each{coin_kinds}.unsigned_psbt;
  const std::array keys{key_of(1), key_of(3), key_of(4), key_of(77)};
  const auto requests = signature_requests(spend, keys).value();
  BOOST_REQUIRE(requests.size() == 3U);
  BOOST_TEST(requests[0].input == 0U);
  BOOST_TEST((requests[1].key == key_of(3)));
  BOOST_REQUIRE(requests[2].taproot.has_value());

  const auto wrong = sign_ecdsa(secret_of(1), digest{}).value();
  BOOST_TEST((add_signature(spend, requests[0], wrong).error() == errc::bad_signature));
  const auto by_other = sign_ecdsa(secret_of(2), requests[0].message).value();
  BOOST_TEST((add_signature(spend, requests[0], by_other).error() == errc::bad_signature));
  // The key as it is, and not tweaked.
  const auto untweaked = sign_taproot(secret_of(4), requests[2].message, {}).value();
  BOOST_TEST((add_signature(spend, requests[2], untweaked).error() == errc::bad_signature));
  BOOST_TEST((spend == spend_each{coin_kinds}.unsigned_psbt));
  const auto right = sign_ecdsa(secret_of(1), requests[0].message).value();
  BOOST_TEST(add_signature(spend, requests[0], right).has_value());
}

// One secret and three outputs of two trees: each is signed by its own tweaked key.
BOOST_AUTO_TEST_CASE(one_secret_signs_for_every_tree_of_scripts) {
  const auto internal = x_only_of(secret_of(1)).value();
  const std::array roots{script_root{}, script_root{taproot_leaf(0xc0, bytes{0x51})},
                         script_root{}};
  transaction tx;
  std::vector<transaction> funded;
  for (const auto& root : roots) {
    funded.push_back(funding(p2tr_script(internal, root).value(), 50'000 + funded.size()));
    tx.inputs.push_back({{id_of(funded.back()), 1}, {}, sequence_replaceable, {}});
  }
  tx.outputs = {{satoshi{149'000}, p2wpkh_script(hash_of(200))}};
  auto spend = psbt::create(tx, psbt_version::v2).value();
  for (std::size_t i = 0; i < roots.size(); ++i) {
    BOOST_REQUIRE(spend.put_previous(i, funded[i]));
    BOOST_REQUIRE(spend.put_input(i, psbt_input::taproot_internal_key, internal.view()));
    if (roots[i]) BOOST_REQUIRE(spend.put_input(i, psbt_input::taproot_root, roots[i]->view()));
  }
  BOOST_TEST(sign(spend, secret_of(1)).value() == 3U);
  BOOST_TEST(finalise(spend).empty());
}

// BIP-371 does not ask for the root of the scripts beside the internal key.
BOOST_AUTO_TEST_CASE(taproot_inputs_of_others_are_left_alone) {
  const auto internal = x_only_of(secret_of(50)).value();
  const digest root = taproot_leaf(0xc0, bytes{0x51});
  const auto foreign = funding(p2tr_script(internal, root).value(), 50'000);
  const auto ours = funding(script_of(coin_kind::p2wpkh, 1), 50'000);
  transaction tx;
  for (const auto* each : {&foreign, &ours})
    tx.inputs.push_back({{id_of(*each), 1}, {}, sequence_replaceable, {}});
  tx.outputs = {{satoshi{99'000}, p2wpkh_script(hash_of(200))}};
  psbt spend = psbt::create(tx, psbt_version::v0).value();
  BOOST_REQUIRE(spend.put_previous(0, foreign));
  BOOST_REQUIRE(spend.put_previous(1, ours));
  BOOST_REQUIRE(spend.put_input(0, psbt_input::taproot_internal_key, internal.view()));
  BOOST_TEST((error_of(spend, 50) == errc::wrong_key)); // without the root, nobody's
  psbt copy = spend;
  BOOST_TEST(sign(copy, secret_of(1)).value() == 1U);
  // No point of the curve has this x: what is not ours is not judged either.
  BOOST_REQUIRE(copy.put_input(0, psbt_input::taproot_internal_key, bytes(32, 0xff)));
  BOOST_TEST(sign(copy, secret_of(1)).value() == 1U);

  BOOST_REQUIRE(spend.put_input(0, psbt_input::taproot_root, root.view()));
  BOOST_TEST(sign(spend, secret_of(50)).value() == 1U);
  BOOST_TEST(sign(spend, secret_of(1)).value() == 1U);
  // A root that does not lead to the output contradicts it.
  BOOST_REQUIRE(spend.put_input(0, psbt_input::taproot_root, digest{}.view()));
  BOOST_TEST((error_of(spend, 1) == errc::conflicting_fields));
}

BOOST_AUTO_TEST_CASE(combining_refuses_contradictions) {
  const psbt start = spend_each{coin_kinds}.unsigned_psbt;
  BOOST_TEST((combine(start, spend_each{coin_kinds, psbt_version::v2}.unsigned_psbt).error() ==
              errc::bad_version));
  const std::array one{coin_kind::p2wpkh};
  BOOST_TEST(
      (combine(start, spend_each{one}.unsigned_psbt).error() == errc::different_transactions));
  psbt all = start;
  psbt none = start;
  put_sighash(all, 0, 1);
  put_sighash(none, 0, 2);
  BOOST_TEST((combine(all, none).error() == errc::conflicting_fields));
  // Two sound halves, of which one proves that the other lies.
  psbt claims = start;
  claims.erase_input(2, psbt_input::previous_transaction);
  BOOST_REQUIRE(claims.put_input(2, psbt_input::spent_output,
                                 witness_utxo(script_of(coin_kind::p2wpkh, 3), 1)));
  psbt proves = start;
  proves.erase_input(2, psbt_input::spent_output);
  BOOST_TEST((combine(claims, proves).error() == errc::wrong_previous));
}

// Source: BIP-370, "Signer".
BOOST_AUTO_TEST_CASE(signing_closes_version_2) {
  psbt spend = spend_each{coin_kinds, psbt_version::v2}.unsigned_psbt;
  BOOST_TEST(!spend.modifiable().has_value());
  // Flags come from a creator that leaves the transaction open.
  std::string hex = to_hex(spend.encode());
  hex.insert(hex.find("01fb04"), "01060103");
  const psbt open = psbt::decode(*from_hex(hex)).value();
  struct row {
    std::uint32_t type;
    std::uint8_t flags;
  };
  for (const auto& [type, flags] :
       std::initializer_list<row>{{1, 0}, {2, 2}, {3, 4}, {0x81, 1}, {0x82, 3}, {0x83, 5}}) {
    psbt one = open;
    put_sighash(one, 1, type);
    BOOST_REQUIRE(sign(one, secret_of(2), {true}));
    BOOST_TEST(one.modifiable().value() == flags);
  }
}

// Bytes from outside: damaged and random ones are refused, or mean what they are written as again.
BOOST_AUTO_TEST_CASE(damage) {
  const auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937_64 random{seed};
  for (const auto version : {psbt_version::v0, psbt_version::v2}) {
    psbt spend = spend_each{coin_kinds, version}.unsigned_psbt;
    BOOST_REQUIRE(sign(spend, secret_of(3)));
    const bytes raw = spend.encode();
    for (std::size_t size = 0; size < raw.size(); ++size)
      BOOST_TEST(!psbt::decode(byte_view{raw}.first(size)).has_value());
    for (int round = 0; round < 3'000; ++round) {
      bytes damaged = raw;
      for (std::uint64_t i = 0; i <= random() % 3; ++i)
        damaged[random() % damaged.size()] = static_cast<std::uint8_t>(random());
      const auto decoded = psbt::decode(damaged);
      if (!decoded) continue;
      BOOST_TEST((psbt::decode(decoded->encode()).value() == *decoded));
      auto copy = *decoded;
      (void)finalise(copy);
      (void)signature_requests(*decoded, std::array{key_of(1), key_of(2), key_of(3), key_of(4)});
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
