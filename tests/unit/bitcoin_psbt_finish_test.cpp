// The finaliser and the combiner among inputs that are complete and others that are not, and among
// signatures of which some are false.
#include "tests/unit/bitcoin_wallet.hpp"

using namespace quorate;
using namespace quorate::bitcoin;

namespace {

/// Signed by keys 1 to 4, one for each kind.
psbt signed_by(const psbt& start, std::initializer_list<std::uint8_t> keys) {
  psbt result = start;
  for (const auto key : keys)
    BOOST_REQUIRE(sign(result, secret_of(key)).value() == 1U);
  return result;
}

bytes field_of(const psbt& from, std::size_t input, psbt_type type, byte_view key = {}) {
  const auto value = from.input(input).find(type, key).value();
  return {value.begin(), value.end()};
}

/// 2 of the keys 21, 22 and 23.
bytes two_of_three() {
  bytes script{0x52};
  for (const auto key : std::array<std::uint8_t, 3>{21, 22, 23})
    append_push(script, key_of(key).view());
  script.insert(script.end(), {0x53, 0xae});
  return script;
}

/// Spends a coin of these keys, in a P2WSH or else a P2SH.
psbt spend_shared(bool witness) {
  const auto script = two_of_three();
  const auto funded =
      funding(witness ? p2wsh_script(script) : p2sh_script(hash160(script)), 50'000);
  transaction tx;
  tx.inputs = {{{id_of(funded), 1}, {}, sequence_final, {}}};
  tx.outputs = {{satoshi{49'000}, p2wpkh_script({})}};
  psbt spend = psbt::create(tx, psbt_version::v0).value();
  BOOST_REQUIRE(spend.put_previous(0, funded));
  const auto type = witness ? psbt_input::witness_script : psbt_input::redeem_script;
  BOOST_REQUIRE(spend.put_input(0, type, script));
  return spend;
}

} // namespace

BOOST_AUTO_TEST_SUITE(bitcoin_psbt_finish)

// Source: BIP-174, "Input Finalizer": "for each input".
BOOST_AUTO_TEST_CASE(inputs_do_not_wait_for_each_other) {
  for (const auto version : {psbt_version::v0, psbt_version::v2}) {
    const psbt start = spend_each{coin_kinds, version}.unsigned_psbt;
    psbt half = signed_by(start, {1, 3});
    const auto before = half;
    const std::vector<unfinished_input> open{{1, errc::missing_signatures},
                                             {3, errc::missing_signatures}};
    BOOST_TEST((finalise(half) == open));
    for (std::size_t i = 0; i < 4; ++i) {
      BOOST_TEST(half.is_final(i) == (i % 2 == 0));
      if (i % 2 == 1) BOOST_TEST((half.input(i) == before.input(i)));
    }
    BOOST_TEST((extract(half).error() == errc::missing_signatures));
    // The rest can come later, over bytes.
    half = signed_by(psbt::decode(half.encode()).value(), {2, 4});
    BOOST_TEST(finalise(half).empty());
    psbt at_once = signed_by(start, {1, 2, 3, 4});
    BOOST_TEST(finalise(at_once).empty());
    BOOST_TEST((half == at_once));
    BOOST_TEST(finalise(half).empty()); // once more changes nothing
    BOOST_TEST((half == at_once));
  }
}

BOOST_AUTO_TEST_CASE(each_input_has_its_own_reason) {
  psbt spend = signed_by(spend_each{coin_kinds}.unsigned_psbt, {1, 2, 3, 4});
  spend.erase_input(0, psbt_input::previous_transaction);
  spend.erase_input(1, psbt_input::redeem_script);
  const std::vector<unfinished_input> open{{0, errc::missing_previous},
                                           {1, errc::unsupported_script},
                                           {3, errc::missing_previous}}; // covers all amounts
  BOOST_TEST((finalise(spend) == open));
  BOOST_TEST(spend.is_final(2));
}

// A false signature of one key does not keep those of the others from being enough.
BOOST_AUTO_TEST_CASE(false_signatures_beside_enough_good_ones) {
  for (const bool witness : {false, true}) {
    psbt good = signed_by(spend_shared(witness), {22, 23});
    psbt spoilt = good;
    const auto other = field_of(good, 0, psbt_input::partial_signature, key_of(22).view());
    BOOST_REQUIRE(spoilt.put_input(0, psbt_input::partial_signature, other, key_of(21).view()));
    BOOST_TEST(finalise(spoilt).empty());
    BOOST_TEST(finalise(good).empty());
    BOOST_TEST((spoilt == good));

    psbt too_few = signed_by(spend_shared(witness), {22});
    BOOST_REQUIRE(too_few.put_input(0, psbt_input::partial_signature, other, key_of(21).view()));
    BOOST_TEST((why_unfinished(too_few) == errc::missing_signatures));
  }
}

BOOST_AUTO_TEST_SUITE_END()
