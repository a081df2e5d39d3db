// What the signer's screen shows, and that it is what is signed.
#include "core/chain/bitcoin/explain.hpp"
#include "tests/unit/bitcoin_wallet.hpp"

using namespace quorate;
using namespace quorate::bitcoin;

namespace {

const std::array our_keys{key_of(1), key_of(2), key_of(3), key_of(4)};

bool is_ours(byte_view script) {
  const bytes change = script_of(coin_kind::p2tr, 100);
  if (std::ranges::equal(script, change)) return true;
  for (std::size_t i = 0; i < coin_kinds.size(); ++i)
    if (std::ranges::equal(script, script_of(coin_kinds[i], static_cast<std::uint8_t>(i + 1))))
      return true;
  return false;
}

signer_view view() {
  signer_view result;
  result.net = network::regtest;
  result.keys = our_keys;
  result.is_ours = is_ours;
  return result;
}

psbt with_outputs(std::vector<transaction_output> outputs, std::uint32_t lock_time = 0) {
  const std::array kinds{coin_kind::p2wpkh};
  const spend_each each{kinds};
  auto tx = each.unsigned_psbt.unsigned_transaction();
  tx.outputs = std::move(outputs);
  tx.lock_time = lock_time;
  psbt result = psbt::create(tx, psbt_version::v0).value();
  BOOST_REQUIRE(result.put_previous(0, each.funded[0]));
  return result;
}

signing_proposal propose_one(const psbt& from) {
  auto ours = view();
  ours.is_ours = [](byte_view script) {
    return std::ranges::equal(script, script_of(coin_kind::p2wpkh, 1));
  };
  return propose_signing(from, ours).value();
}

} // namespace

BOOST_AUTO_TEST_SUITE(bitcoin_explain)

BOOST_AUTO_TEST_CASE(text) {
  const psbt spend = spend_each{coin_kinds}.unsigned_psbt;
  const auto proposal = propose_signing(spend, view()).value();
  const auto address = [](coin_kind kind, std::uint8_t n) {
    return to_address(script_of(kind, n), network::regtest).value();
  };
  BOOST_TEST(proposal.shown.text == "Bitcoin transaction on regtest\n"
                                    "Pays 0.00060000 BTC\n"
                                    "  0.00060000 BTC to " +
                                        address(coin_kind::p2wpkh, 200) +
                                        "\n"
                                        "Change 0.00339000 BTC\n"
                                        "  0.00339000 BTC to " +
                                        address(coin_kind::p2tr, 100) +
                                        "\n"
                                        "Fee 0.00001000 BTC, at least 2.222 sat/vB\n"
                                        "Spends\n"
                                        "  0.00100000 BTC of " +
                                        address(coin_kind::p2pkh, 1) +
                                        " (ours, signed now)\n"
                                        "  0.00100000 BTC of " +
                                        address(coin_kind::p2sh_p2wpkh, 2) +
                                        " (ours, signed now)\n"
                                        "  0.00100000 BTC of " +
                                        address(coin_kind::p2wpkh, 3) +
                                        " (ours, signed now)\n"
                                        "  0.00100000 BTC of " +
                                        address(coin_kind::p2tr, 4) +
                                        " (ours, signed now)\n"
                                        "Replaceable: yes\n"
                                        "Unsigned id: " +
                                        to_text(id_of(spend.unsigned_transaction())) + "\n");
}

// The digests of the proposal are those that make the shown transaction valid.
BOOST_AUTO_TEST_CASE(what_is_shown_is_what_is_signed) {
  psbt spend = spend_each{coin_kinds}.unsigned_psbt;
  const auto proposal = propose_signing(spend, view()).value();
  BOOST_REQUIRE(proposal.requests.size() == 4U);
  for (const auto& request : proposal.requests) {
    const auto secret = secret_of(static_cast<std::uint8_t>(request.input + 1));
    if (request.taproot) {
      const digest tweak = taproot_tweak(request.taproot->internal, request.taproot->root);
      const auto tweaked = taproot_tweak_add(secret, tweak.data).value();
      BOOST_REQUIRE(add_signature(spend, request, *sign_taproot(tweaked, request.message, {})));
    } else {
      BOOST_REQUIRE(add_signature(spend, request, *sign_ecdsa(secret, request.message)));
    }
  }
  BOOST_REQUIRE(finalise(spend).empty());
  const auto tx = extract(spend).value();
  std::uint64_t out = 0;
  BOOST_REQUIRE(tx.outputs.size() == proposal.shown.outputs.size());
  for (std::size_t i = 0; i < tx.outputs.size(); ++i) {
    BOOST_TEST((proposal.shown.outputs[i].output == tx.outputs[i]));
    out += tx.outputs[i].value.value;
  }
  BOOST_TEST(proposal.shown.paid.value + proposal.shown.change.value == out);
  BOOST_TEST(proposal.shown.fee.value + out == 400'000U);
  BOOST_TEST(proposal.shown.weight >= weight_of(tx));
}

BOOST_AUTO_TEST_CASE(every_change_shows) {
  const auto text_of = [](std::uint64_t value, std::uint8_t key, network net) {
    auto ours = view();
    ours.net = net;
    return propose_signing(with_outputs({{satoshi{value}, script_of(coin_kind::p2pkh, key)}}), ours)
        .value()
        .shown;
  };
  const auto base = text_of(90'000, 50, network::regtest);
  for (const auto& other :
       {text_of(90'001, 50, network::regtest), text_of(90'000, 51, network::regtest),
        text_of(90'000, 50, network::testnet)}) {
    BOOST_TEST(other.text != base.text);
    BOOST_TEST((other.text_digest != base.text_digest));
  }
}

// An output that is only claimed proves nothing, unless a taproot signature covers it.
BOOST_AUTO_TEST_CASE(claimed_amounts_are_not_shown) {
  auto only_last = view();
  only_last.keys = std::span{our_keys}.last(1);
  for (const std::size_t i : {2, 3}) {
    psbt spend = spend_each{coin_kinds}.unsigned_psbt;
    spend.erase_input(i, psbt_input::previous_transaction);
    BOOST_TEST((spend.spent(i).knowledge == spent_knowledge::claimed));
    const auto proposal = propose_signing(spend, only_last);
    if (coin_kinds[i] == coin_kind::p2tr)
      BOOST_TEST(proposal.has_value());
    else
      BOOST_TEST((proposal.error() == errc::missing_previous));
  }
}

// A lone coin's BIP-143 digest covers its amount, and all inputs and outputs with type all only.
BOOST_AUTO_TEST_CASE(lone_claimed_amounts) {
  auto ours = view();
  ours.policy.any_sighash_type = true;
  for (const auto kind : coin_kinds) {
    const bool witness_v0 = kind == coin_kind::p2sh_p2wpkh || kind == coin_kind::p2wpkh;
    const std::array one{kind};
    spend_each each{one};
    psbt& spend = each.unsigned_psbt;
    wire_writer output;
    write(output, each.funded[0].outputs[1]);
    BOOST_REQUIRE(spend.put_input(0, psbt_input::spent_output, output.view()));
    spend.erase_input(0, psbt_input::previous_transaction);
    for (const std::uint8_t type : bytes{0x01, 0x02, 0x03, 0x81, 0x82, 0x83}) {
      BOOST_REQUIRE(spend.put_input(0, psbt_input::sighash, bytes{type, 0, 0, 0}));
      const auto proposal = propose_signing(spend, ours);
      if (kind == coin_kind::p2tr || (witness_v0 && type == 0x01))
        BOOST_TEST(proposal.has_value());
      else
        BOOST_TEST((proposal.error() == errc::missing_previous));
    }
  }
}

// Change is what the wallet derives, whatever the PSBT says.
BOOST_AUTO_TEST_CASE(claimed_change_is_a_payment) {
  psbt spend = with_outputs({{satoshi{90'000}, script_of(coin_kind::p2wpkh, 66)}});
  BOOST_REQUIRE(spend.put_output(0, psbt_output::derivation, bytes(4 + 5 * 4), key_of(1).view()));
  const auto proposal = propose_signing(spend, view()).value();
  BOOST_TEST(proposal.shown.change.value == 0U);
  BOOST_TEST(proposal.shown.paid.value == 90'000U);
}

BOOST_AUTO_TEST_CASE(nothing_is_shown_on_trust) {
  for (std::uint8_t i = 0; i < 4; ++i) {
    psbt spend = spend_each{coin_kinds}.unsigned_psbt;
    spend.erase_input(i, psbt_input::previous_transaction);
    spend.erase_input(i, psbt_input::spent_output);
    BOOST_TEST((propose_signing(spend, view()).error() == errc::missing_previous));
    // Also of inputs that others sign: the fee rests on their amounts.
    auto only_first = view();
    only_first.keys = std::span{our_keys}.first(1);
    if (i > 0) BOOST_TEST((propose_signing(spend, only_first).error() == errc::missing_previous));
  }
}

BOOST_AUTO_TEST_CASE(limits_and_refusals) {
  const psbt spend = spend_each{coin_kinds}.unsigned_psbt;
  auto ours = view();
  ours.fee_max = satoshi{999};
  BOOST_TEST((propose_signing(spend, ours).error() == errc::fee_too_high));
  ours = view();
  ours.rate_max = fee_rate{2'221};
  BOOST_TEST((propose_signing(spend, ours).error() == errc::fee_too_high));
  ours.rate_max = fee_rate{2'222};
  BOOST_TEST(propose_signing(spend, ours).has_value());
  const std::array foreign{key_of(250)};
  ours.keys = foreign;
  BOOST_TEST((propose_signing(spend, ours).error() == errc::wrong_key));
  BOOST_TEST(
      (propose_signing(with_outputs({{satoshi{100'001}, p2wpkh_script({})}}), view()).error() ==
       errc::bad_amount));
}

BOOST_AUTO_TEST_CASE(cautions) {
  const auto cautions_of = [](transaction_output output, std::uint32_t lock_time = 0) {
    return propose_one(with_outputs({std::move(output)}, lock_time)).shown.cautions;
  };
  const auto only = [](caution what) { return std::vector{what}; };
  const satoshi most{99'000};
  BOOST_TEST(cautions_of({most, p2wpkh_script({})}).empty());
  BOOST_TEST((cautions_of({satoshi{293}, p2wpkh_script({})}) == only(caution::dust_output)));
  BOOST_TEST((cautions_of({most, bytes{0x6a, 1, 7}}) == only(caution::unspendable_output)));
  BOOST_TEST(cautions_of({satoshi{0}, bytes{0x6a, 1, 7}}).empty());
  BOOST_TEST((cautions_of({most, witness_script(2, bytes(32))}) == only(caution::future_witness)));
  BOOST_TEST((cautions_of({most, bytes{0x51}}) == only(caution::unknown_script)));
  BOOST_TEST((cautions_of({most, p2wpkh_script({})}, 800'000) == only(caution::final_lock_time)));

  psbt open = with_outputs({{most, p2wpkh_script({})}});
  BOOST_REQUIRE(open.put_input(0, psbt_input::sighash, bytes{0x82, 0, 0, 0}));
  auto ours = view();
  ours.policy.any_sighash_type = true;
  const auto shown = propose_signing(open, ours).value().shown;
  BOOST_TEST((shown.cautions == std::vector{caution::foreign_inputs, caution::open_signature}));
  BOOST_TEST(shown.text.find("Caution: not all inputs are of this wallet\n"
                             "Caution: a signature leaves inputs or outputs to others\n") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(amounts_in_bitcoin) {
  BOOST_TEST(to_text(satoshi{0}) == "0.00000000 BTC");
  BOOST_TEST(to_text(satoshi{1}) == "0.00000001 BTC");
  BOOST_TEST(to_text(satoshi{123'456'789}) == "1.23456789 BTC");
  BOOST_TEST(to_text(money_max) == "21000000.00000000 BTC");
}

BOOST_AUTO_TEST_SUITE_END()
