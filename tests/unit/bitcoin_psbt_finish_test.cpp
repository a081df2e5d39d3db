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

/// Where the signature of a single-key input stands, and under which key.
struct place {
  psbt_type type{};
  bytes key;
};

place place_of(coin_kind kind, std::uint8_t key) {
  if (kind == coin_kind::p2tr) return {psbt_input::taproot_key_signature, {}};
  const auto raw = key_of(key);
  return {psbt_input::partial_signature, {raw.data.begin(), raw.data.end()}};
}

/// A signature of the same form over something else: one below `than`, one above.
std::array<bytes, 2> forged(coin_kind kind, byte_view than) {
  std::array<bytes, 2> result;
  for (std::uint8_t n = 0; result[0].empty() || result[1].empty(); ++n) {
    BOOST_REQUIRE(n < 200);
    digest other;
    other.data[0] = n;
    bytes value;
    if (kind == coin_kind::p2tr) {
      const auto made = sign_taproot(secret_of(9), other, {}).value();
      value.assign(made.data.begin(), made.data.end());
    } else {
      value = to_der(sign_ecdsa(secret_of(9), other).value());
      value.push_back(1);
    }
    const bool above = std::ranges::lexicographical_compare(than, value);
    result[above ? 1 : 0] = std::move(value);
  }
  return result;
}

bytes witness_field(std::initializer_list<bytes> items) {
  wire_writer w;
  w.compact_size(items.size());
  for (const auto& item : items)
    w.blob(item);
  return std::move(w).take();
}

psbt finished(psbt of) {
  BOOST_REQUIRE(finalise(of).empty());
  return of;
}

/// One stays, in either order.
void check_stays(const psbt& one, const psbt& other) {
  BOOST_TEST((combine(one, other).value() == one));
  BOOST_TEST((combine(other, one).value() == one));
}

void check_refused(const psbt& one, const psbt& other) {
  BOOST_TEST((combine(one, other).error() == errc::conflicting_fields));
  BOOST_TEST((combine(other, one).error() == errc::conflicting_fields));
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

// Whoever passes a PSBT on can put anything in the place of a signature.
BOOST_AUTO_TEST_CASE(false_signatures_replace_no_valid_ones) {
  const psbt good = signed_by(spend_each{coin_kinds}.unsigned_psbt, {1, 2, 3, 4});
  for (std::uint8_t i = 0; i < 4; ++i) {
    const auto at = place_of(coin_kinds[i], i + 1);
    const auto [below, above] = forged(coin_kinds[i], field_of(good, i, at.type, at.key));
    std::vector<psbt> bad;
    for (const auto& value : {below, above}) {
      BOOST_REQUIRE(bad.emplace_back(good).put_input(i, at.type, value, at.key));
      check_stays(good, bad.back());
    }
    check_refused(bad[0], bad[1]); // nothing tells which is the lesser evil
    // Without what is spent nothing can be checked, and nothing is thrown away.
    psbt blind = good;
    for (auto* one : {&blind, &bad[0]}) {
      one->erase_input(i, psbt_input::previous_transaction);
      one->erase_input(i, psbt_input::spent_output);
    }
    check_refused(blind, bad[0]);
    check_stays(good, bad[0]); // but the side that knows is enough
  }
}

BOOST_AUTO_TEST_CASE(false_signatures_among_many_keys) {
  for (const bool witness : {false, true}) {
    const psbt good = signed_by(spend_shared(witness), {21, 23});
    const auto key = key_of(23);
    const auto ours = field_of(good, 0, psbt_input::partial_signature, key.view());
    for (const auto& value : forged(coin_kind::p2wpkh, ours)) {
      psbt bad = good;
      BOOST_REQUIRE(bad.put_input(0, psbt_input::partial_signature, value, key.view()));
      check_stays(good, bad);
    }
  }
}

// Signers may choose their nonces anew: two valid signatures are both right.
BOOST_AUTO_TEST_CASE(of_two_valid_signatures_one_stays) {
  const psbt start = spend_each{coin_kinds}.unsigned_psbt;
  psbt first = start;
  psbt second = start;
  std::array<std::uint8_t, 32> auxiliary{};
  auxiliary[0] = 1;
  BOOST_REQUIRE(sign(first, secret_of(4)));
  BOOST_REQUIRE(sign(second, secret_of(4), {}, auxiliary));
  BOOST_REQUIRE((first != second));
  const auto both = combine(first, second).value();
  BOOST_TEST((both == combine(second, first).value()));
  BOOST_TEST((both == first || both == second));
}

// Taproot's scripts are not checked here: the lower bytes stay, whichever side they come from.
BOOST_AUTO_TEST_CASE(signatures_that_nothing_here_checks) {
  const psbt start = spend_each{coin_kinds}.unsigned_psbt;
  psbt lower = start;
  psbt higher = start;
  const bytes key(64, 2);
  constexpr auto type = psbt_input::taproot_script_signature;
  BOOST_REQUIRE(lower.put_input(3, type, bytes(64, 3), key));
  BOOST_REQUIRE(higher.put_input(3, type, bytes(64, 4), key));
  check_stays(lower, higher);
}

BOOST_AUTO_TEST_CASE(false_final_fields_replace_no_valid_ones) {
  const psbt each = signed_by(spend_each{coin_kinds}.unsigned_psbt, {1, 2, 3, 4});
  const psbt of_keys = signed_by(spend_shared(false), {21, 23});
  const psbt of_keys_in_witness = signed_by(spend_shared(true), {21, 23});
  for (const auto& open : {each, of_keys, of_keys_in_witness}) {
    const psbt good = finished(open);
    for (std::size_t i = 0; i < good.inputs(); ++i) {
      std::vector<psbt> bad;
      // Of nothing, of another kind, of bytes that are no script of pushes, and one byte off.
      for (const auto& script : {bytes{0}, bytes{1}, bytes{0x51}, bytes{0xff}}) {
        BOOST_REQUIRE(bad.emplace_back(good).put_input(i, psbt_input::final_script, script));
        bad.back().erase_input(i, psbt_input::final_witness);
      }
      for (const auto& witness :
           {witness_field({bytes{}}), witness_field({bytes{}, bytes(70, 0x30)}),
            witness_field({bytes(64, 1)})})
        BOOST_REQUIRE(bad.emplace_back(good).put_input(i, psbt_input::final_witness, witness));
      for (const auto type : {psbt_input::final_script, psbt_input::final_witness}) {
        const auto value = good.input(i).find(type);
        if (!value) continue;
        bytes off{value->begin(), value->end()};
        off[off.size() / 2] ^= 1;
        BOOST_REQUIRE(bad.emplace_back(good).put_input(i, type, off));
      }
      for (const auto& one : bad)
        BOOST_TEST_CONTEXT("input " << i << ", false one " << &one - bad.data()) {
          check_stays(good, one);
        }
      check_refused(bad[0], bad[1]);
      // Nor does a false one hide the signatures that the other side still has.
      for (const auto& one : bad) {
        auto both = combine(open, one).value();
        BOOST_TEST((both == combine(one, open).value()));
        BOOST_TEST(!both.is_final(i));
        BOOST_TEST((extract(finished(both)).value() == extract(good).value()));
      }
      BOOST_TEST((combine(open, good).value().is_final(i)));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
