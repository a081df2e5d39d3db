// What a signer takes a transaction for: payments out of its own bytes, or nothing.
#include "core/chain/bech32.hpp"
#include "core/chain/cosmos/transaction.hpp"
#include "core/chain/evm/transaction.hpp"
#include "core/chain/proposal.hpp"
#include "core/crypto/hash.hpp"
#include "core/signer/message.hpp"
#include "core/signer/reading.hpp"
#include "tests/unit/bitcoin_wallet.hpp"

using namespace quorate;
using bitcoin::coin_kind;
using ledger::payment;
using signer::read_transaction;

namespace {

ec_public_key public_key_of(std::uint8_t n) { return *ec_public_key::of(bitcoin::secret_of(n)); }

template <class T>
std::string error(const expected<T>& e) {
  return e ? "none" : std::string{name(e.error())};
}

// --- Bitcoin ---

const signer::bitcoin_network mainnet{};

bytes spending(std::vector<coin_kind> kinds) {
  return bitcoin::spend_each{kinds}.unsigned_psbt.encode();
}

/// Pays 60,000 to key 200, and what is left less a fee of 1,000 back to key 1.
bytes with_change(coin_kind kind) {
  const auto funded = bitcoin::funding(bitcoin::script_of(kind, 1), 100'000);
  bitcoin::transaction tx;
  tx.inputs.push_back({{id_of(funded), 1}, {}, bitcoin::sequence_replaceable, {}});
  tx.outputs = {{bitcoin::satoshi{60'000}, bitcoin::script_of(coin_kind::p2wpkh, 200)},
                {bitcoin::satoshi{39'000}, bitcoin::script_of(kind, 1)}};
  auto made = *bitcoin::psbt::create(tx, bitcoin::psbt_version::v0);
  BOOST_REQUIRE(made.put_previous(0, funded));
  if (kind == coin_kind::p2sh_p2wpkh)
    BOOST_REQUIRE(made.put_input(0, bitcoin::psbt_input::redeem_script,
                                 bitcoin::p2wpkh_script(bitcoin::hash_of(1))));
  return made.encode();
}

// --- Cosmos ---

namespace cosmos = chain::cosmos;
const signer::cosmos_network hub{"cosmoshub-4", "cosmos"};

std::string account(std::uint8_t n) {
  return *cosmos::address_of("cosmos", cosmos::account_of(bitcoin::key_of(n)));
}

bytes document(std::vector<cosmos::message> messages, cosmos::tx_fee fee = {},
               const std::string& chain = "cosmoshub-4", const std::string& memo = "",
               cosmos::sign_mode mode = cosmos::sign_mode::direct) {
  cosmos::auth_info auth;
  auth.signers.push_back({bitcoin::key_of(1), mode, {}, 3});
  auth.fee = std::move(fee);
  auth.fee.gas_limit = 100'000;
  // Not by make_document(), which refuses what some of these are to show is refused.
  cosmos::sign_document made;
  made.body_bytes = cosmos::encode_body({std::move(messages), memo, 0});
  made.auth_info_bytes = encode_auth_info(auth);
  made.chain_id = chain;
  made.account_number = 7;
  return encode_document(made);
}

cosmos::msg_send send(std::uint8_t to, std::uint64_t units, const std::string& unit = "uatom") {
  return {account(1), account(to), {{unit, amount{units}}}};
}

} // namespace

BOOST_AUTO_TEST_SUITE(signer_reading)

BOOST_AUTO_TEST_CASE(bitcoin_change_is_no_payment) {
  for (const auto kind : bitcoin::coin_kinds) {
    const auto of = read_transaction(with_change(kind), mainnet, public_key_of(1));
    BOOST_REQUIRE(of.has_value());
    const auto to =
        *bitcoin::to_address(bitcoin::script_of(coin_kind::p2wpkh, 200), bitcoin::network::mainnet);
    BOOST_TEST((of->payments == std::vector<payment>{{to, amount{60'000}}}));
    BOOST_TEST((of->fee == amount{1'000}));
    BOOST_TEST(of->unit == "sat");
    BOOST_REQUIRE(of->wanted.size() == 1U);
    BOOST_TEST(of->wanted[0].taproot_tweak.has_value() == (kind == coin_kind::p2tr));
    BOOST_TEST(of->text.find(to) != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(bitcoin_change_to_another_key_is_a_payment) {
  const auto of = read_transaction(spending({coin_kind::p2wpkh}), mainnet, public_key_of(1));
  BOOST_REQUIRE(of.has_value());
  BOOST_TEST(of->payments.size() == 2U);
  BOOST_TEST((of->payments[1].units == amount{39'000}));
}

BOOST_AUTO_TEST_CASE(bitcoin_with_coins_of_others_is_unclear) {
  const auto both = spending({coin_kind::p2wpkh, coin_kind::p2tr});
  BOOST_TEST(error(read_transaction(both, mainnet, public_key_of(1))) == "unclear_transaction");
  BOOST_TEST(error(read_transaction(both, mainnet, public_key_of(3))) == "wrong_key");
  BOOST_TEST(error(read_transaction(bytes{1, 2, 3}, mainnet, public_key_of(1))) == "not_a_psbt");
}

// The tweak that is handed on is the one that makes the signature valid.
BOOST_AUTO_TEST_CASE(bitcoin_taproot_is_signed_by_the_tweaked_key) {
  const auto of = read_transaction(with_change(coin_kind::p2tr), mainnet, public_key_of(1));
  const auto& wanted = of->wanted.at(0);
  const auto tweaked = *taproot_tweak_add(bitcoin::secret_of(1), wanted.taproot_tweak->data);
  auto psbt = *bitcoin::psbt::decode(with_change(coin_kind::p2tr));
  const std::array keys{bitcoin::key_of(1)};
  const auto requests = *bitcoin::signature_requests(psbt, keys);
  BOOST_TEST(
      bitcoin::add_signature(psbt, requests.at(0), *sign_taproot(tweaked, wanted.message, {}))
          .has_value());
  BOOST_TEST((of->signed_digest() != wanted.message)); // the tweak is part of what is decided
}

// A key in a token makes no BIP-340 signatures: what is paid to its taproot address is paid away.
BOOST_AUTO_TEST_CASE(bitcoin_without_taproot) {
  const signer::bitcoin_network where{bitcoin::network::mainnet, false};
  BOOST_TEST(error(read_transaction(with_change(coin_kind::p2tr), where, public_key_of(1))) ==
             "taproot_not_allowed");
  bitcoin::transaction tx;
  const auto funded = bitcoin::funding(bitcoin::script_of(coin_kind::p2wpkh, 1), 100'000);
  tx.inputs.push_back({{id_of(funded), 1}, {}, bitcoin::sequence_replaceable, {}});
  tx.outputs = {{bitcoin::satoshi{60'000}, bitcoin::script_of(coin_kind::p2tr, 1)},
                {bitcoin::satoshi{39'000}, bitcoin::script_of(coin_kind::p2wpkh, 1)}};
  auto psbt = *bitcoin::psbt::create(tx, bitcoin::psbt_version::v0);
  BOOST_REQUIRE(psbt.put_previous(0, funded));
  const auto with = read_transaction(psbt.encode(), mainnet, public_key_of(1));
  const auto without = read_transaction(psbt.encode(), where, public_key_of(1));
  BOOST_REQUIRE((with && without));
  BOOST_TEST(with->payments.empty());
  BOOST_REQUIRE(without->payments.size() == 1U);
  BOOST_TEST((without->payments[0].units == amount{60'000}));
}

/// One coin of 100,000 that pays 60,000 to key 200, with the field that its script needs.
bytes spending_script(const bytes& script, bitcoin::psbt_type field, byte_view value) {
  const auto funded = bitcoin::funding(script, 100'000);
  bitcoin::transaction tx;
  tx.inputs.push_back({{id_of(funded), 1}, {}, bitcoin::sequence_replaceable, {}});
  tx.outputs = {{bitcoin::satoshi{60'000}, bitcoin::script_of(coin_kind::p2wpkh, 200)},
                {bitcoin::satoshi{39'000}, script}};
  auto made = *bitcoin::psbt::create(tx, bitcoin::psbt_version::v0);
  BOOST_REQUIRE(made.put_previous(0, funded));
  BOOST_REQUIRE(made.put_input(0, field, value));
  return made.encode();
}

/// The output, as the field of a PSBT that anyone can have made up.
bytes claimed(const bytes& script, std::uint8_t thousands) {
  const std::uint32_t value = 1000U * thousands;
  bytes made{static_cast<std::uint8_t>(value), static_cast<std::uint8_t>(value >> 8),
             static_cast<std::uint8_t>(value >> 16)};
  made.resize(8);
  made.push_back(static_cast<std::uint8_t>(script.size()));
  made.insert(made.end(), script.begin(), script.end());
  return made;
}

// Each of two requests would show a small fee and sign for one of the coins; with the signatures of
// both, all but 61,000 of 200,001 would go to the miners.
BOOST_AUTO_TEST_CASE(bitcoin_coins_that_are_called_taproot) {
  const auto own = bitcoin::script_of(coin_kind::p2wpkh, 1);
  const std::array coins{bitcoin::funding(own, 100'000), bitcoin::funding(own, 100'001)};
  bitcoin::transaction tx;
  for (const auto& coin : coins)
    tx.inputs.push_back({{id_of(coin), 1}, {}, bitcoin::sequence_replaceable, {}});
  tx.outputs = {{bitcoin::satoshi{61'000}, bitcoin::script_of(coin_kind::p2wpkh, 200)},
                {bitcoin::satoshi{39'000}, own}};
  for (const std::size_t lie : {0, 1}) {
    auto psbt = *bitcoin::psbt::create(tx, bitcoin::psbt_version::v0);
    BOOST_REQUIRE(psbt.put_previous(1 - lie, coins[1 - lie]));
    BOOST_REQUIRE(psbt.put_input(lie, bitcoin::psbt_input::spent_output,
                                 claimed(bitcoin::script_of(coin_kind::p2tr, 1), 1)));
    BOOST_TEST(error(read_transaction(psbt.encode(), mainnet, public_key_of(1))) ==
               "missing_previous");
  }
}

/// Spends coins of key 1, each with its output claimed in thousands and no proof of it.
bytes spending_claimed(coin_kind kind, std::initializer_list<std::uint8_t> thousands) {
  const auto own = bitcoin::script_of(kind, 1);
  bitcoin::transaction tx;
  for (std::uint32_t i = 0; i < thousands.size(); ++i)
    tx.inputs.push_back({{{}, i}, {}, bitcoin::sequence_replaceable, {}});
  tx.outputs = {{bitcoin::satoshi{60'000}, bitcoin::script_of(coin_kind::p2wpkh, 200)}};
  auto psbt = *bitcoin::psbt::create(tx, bitcoin::psbt_version::v0);
  for (std::size_t i = 0; i < thousands.size(); ++i) {
    BOOST_REQUIRE(psbt.put_input(i, bitcoin::psbt_input::spent_output,
                                 claimed(own, *(thousands.begin() + i))));
    if (kind == coin_kind::p2sh_p2wpkh)
      BOOST_REQUIRE(psbt.put_input(i, bitcoin::psbt_input::redeem_script,
                                   bitcoin::p2wpkh_script(bitcoin::hash_of(1))));
  }
  return psbt.encode();
}

// BIP-143 covers the amount of an input: where there is no other input, a lie about it makes
// the signature one of nothing.
BOOST_AUTO_TEST_CASE(bitcoin_lone_coins_prove_themselves) {
  for (const auto kind : {coin_kind::p2sh_p2wpkh, coin_kind::p2wpkh}) {
    const auto honest = read_transaction(spending_claimed(kind, {100}), mainnet, public_key_of(1));
    const auto lie = read_transaction(spending_claimed(kind, {61}), mainnet, public_key_of(1));
    BOOST_REQUIRE((honest && lie));
    BOOST_TEST((honest->fee == amount{40'000}));
    BOOST_TEST((lie->fee == amount{1'000}));
    BOOST_TEST((honest->wanted.at(0).message != lie->wanted.at(0).message));
    // With a second coin each of two signatures would leave the other's amount open.
    BOOST_TEST(error(read_transaction(spending_claimed(kind, {100, 1}), mainnet,
                                      public_key_of(1))) == "missing_previous");
  }
  BOOST_TEST(error(read_transaction(spending_claimed(coin_kind::p2pkh, {100}), mainnet,
                                    public_key_of(1))) == "missing_previous");
}

/// k of the keys 1 and 2.
bytes two_keys(std::uint8_t required) {
  bytes script{static_cast<std::uint8_t>(0x50 + required)};
  for (std::uint8_t n = 1; n <= 2; ++n)
    bitcoin::append_push(script, bitcoin::key_of(n).view());
  script.insert(script.end(), {0x52, 0xae});
  return script;
}

// A vault's key is asked for so that somebody looks; a signer that signs by itself looks at nothing
// but its policy, and the other keys may be in the hands of whoever asks.
BOOST_AUTO_TEST_CASE(bitcoin_scripts_of_more_than_the_key) {
  namespace psbt_input = bitcoin::psbt_input;
  std::vector<bytes> shared;
  for (std::uint8_t required = 1; required <= 2; ++required) {
    const auto script = two_keys(required);
    const auto hash = sha256(script);
    bytes witness_program{0x00, 0x20};
    witness_program.insert(witness_program.end(), hash.data.begin(), hash.data.end());
    shared.push_back(spending_script(witness_program, psbt_input::witness_script, script));
    shared.push_back(
        spending_script(bitcoin::p2sh_script(hash160(script)), psbt_input::redeem_script, script));
  }
  const auto root = bitcoin::taproot_leaf(0xc0, two_keys(1));
  shared.push_back(spending_script(*bitcoin::p2tr_script(x_only(public_key_of(1)), root),
                                   psbt_input::taproot_root, root.view()));
  const std::array keys{bitcoin::key_of(1)};
  for (const auto& psbt : shared) {
    BOOST_TEST(error(read_transaction(psbt, mainnet, public_key_of(1))) == "shared_script");
    // A person who has read it still signs it, with `quorate wallet sign`.
    const chain::document document{chain::payload::psbt, 1, psbt};
    const auto shown = chain::proposal::read(document, {keys, {}, nullptr});
    BOOST_REQUIRE(shown.has_value());
    BOOST_TEST(shown->asked().size() == 1U);
  }
}

BOOST_AUTO_TEST_CASE(payments_to_one_key) {
  const auto pays = [](const signer::network& where, std::vector<std::string> destinations,
                       std::uint8_t key) {
    signer::reading of;
    for (auto& one : destinations)
      of.payments.push_back({std::move(one), amount{1}});
    return signer::pays_only_to(of, where, public_key_of(key));
  };
  const auto address = [](coin_kind kind, std::uint8_t n) {
    return *bitcoin::to_address(bitcoin::script_of(kind, n), bitcoin::network::mainnet);
  };
  std::vector<std::string> all;
  for (const auto kind : bitcoin::coin_kinds)
    all.push_back(address(kind, 2));
  BOOST_TEST(pays(mainnet, all, 2));
  BOOST_TEST(!pays(mainnet, all, 3));
  BOOST_TEST(!pays(mainnet, {}, 2));
  BOOST_TEST(!pays(mainnet, {address(coin_kind::p2wpkh, 2), address(coin_kind::p2wpkh, 3)}, 2));
  const signer::bitcoin_network no_taproot{bitcoin::network::mainnet, false};
  BOOST_TEST(!pays(no_taproot, {address(coin_kind::p2tr, 2)}, 2));
  BOOST_TEST(pays(hub, {account(2), account(2)}, 2));
  BOOST_TEST(!pays(hub, {account(2), account(1)}, 2));
  const auto own = to_string(evm::address_of(public_key_of(2)));
  BOOST_TEST(pays(signer::evm_network{1}, {own}, 2));
  BOOST_TEST(!pays(signer::evm_network{1}, {own}, 1));
}

BOOST_AUTO_TEST_CASE(cosmos_payments) {
  const auto of = read_transaction(
      document({send(2, 5), cosmos::msg_multi_send{{{account(1), {{"uatom", amount{9}}}}},
                                                   {{account(3), {{"uatom", amount{4}}}},
                                                    {account(2), {{"uatom", amount{5}}}}}}},
               {{{"uatom", amount{77}}}, 0, {}, {}}),
      hub, public_key_of(1));
  BOOST_REQUIRE(of.has_value());
  BOOST_TEST((of->payments == std::vector<payment>{{account(2), amount{5}},
                                                   {account(3), amount{4}},
                                                   {account(2), amount{5}}}));
  BOOST_TEST(of->unit == "uatom");
  BOOST_TEST((of->fee == amount{77}));
  BOOST_TEST((of->signed_digest() == of->wanted.at(0).message));
}

// At an exchange the memo says whose the payment is, so it is part of where the payment goes.
BOOST_AUTO_TEST_CASE(cosmos_memo_is_part_of_the_destination) {
  for (const auto mode : {cosmos::sign_mode::direct, cosmos::sign_mode::legacy_amino_json}) {
    const auto of = [mode](const std::string& memo) {
      return read_transaction(
          document({send(2, 5), cosmos::msg_multi_send{{{account(1), {{"uatom", amount{4}}}}},
                                                       {{account(3), {{"uatom", amount{4}}}}}}},
                   {}, "cosmoshub-4", memo, mode),
          hub, public_key_of(1));
    };
    const auto with = of("12345");
    BOOST_REQUIRE(with.has_value());
    BOOST_TEST((with->payments == std::vector<payment>{{account(2) + "?memo=12345", amount{5}},
                                                       {account(3) + "?memo=12345", amount{4}}}));
    BOOST_TEST(with->text.find("Memo: \"12345\"") != std::string::npos);
    BOOST_TEST((of("")->payments[0].destination == account(2)));
    BOOST_TEST(!signer::pays_only_to(*with, hub, public_key_of(2)));
    const auto longest = limits::destination_bytes_max - account(2).size() - 6;
    BOOST_TEST(of(std::string(longest, 'm')).has_value());
    for (const auto& bad :
         {std::string(longest + 1, 'm'), std::string{"12345\n"}, std::string{"12345\x7f"},
          std::string{"1\xc3\xa9"}, std::string(1, '\0')})
      BOOST_TEST(error(of(bad)) == "bad_memo");
  }
}

// What a chain would not take as an address is none, so that no address has a memo in it.
BOOST_AUTO_TEST_CASE(cosmos_addresses_of_the_network) {
  const auto to = [](const std::string& address) {
    return error(
        read_transaction(document({cosmos::msg_send{account(1), address, {{"uatom", amount{1}}}}}),
                         hub, public_key_of(1)));
  };
  const auto raw = cosmos::account_of(bitcoin::key_of(2));
  const auto text = [&](const std::string& prefix, byte_view payload) {
    return *chain::encode_bech32_bytes(prefix, payload);
  };
  BOOST_TEST(to(text("cosmos", raw.view())) == "none");
  BOOST_TEST(to(text("cosmos", bytes(32, 7))) == "none"); // of a contract
  auto upper = account(2);
  std::ranges::transform(upper, upper.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  for (const auto& bad :
       {text("osmo", raw.view()), text("cosmos1q?memo=", raw.view()), text("cosmos", bytes(19, 7)),
        account(2) + "?memo=1", account(2) + " ", upper, std::string{"cosmos"}})
    BOOST_TEST(to(bad) == "cosmos_bad_address");
}

BOOST_AUTO_TEST_CASE(destinations_that_can_match) {
  const auto check = [](const signer::network& where, const std::string& text) {
    const auto fits = signer::check_destination(where, text);
    return fits ? "none" : std::string{name(fits.error())};
  };
  BOOST_TEST(check(hub, account(2)) == "none");
  BOOST_TEST(check(hub, account(2) + "?memo=12345") == "none");
  BOOST_TEST(check(hub, account(2) + "?memo=a ?memo=b") == "none"); // the memo is `a ?memo=b`
  BOOST_TEST(check(hub, account(2) + "?memo=") == "bad_memo");
  BOOST_TEST(check(hub, account(2) + "?memo=1\t") == "bad_memo");
  BOOST_TEST(check(hub, account(2) + "?memo=" + std::string(100, 'm')) == "bad_memo");
  BOOST_TEST(check(hub, account(2) + "?Memo=1") == "cosmos_bad_address");
  BOOST_TEST(check(hub, "?memo=1") == "cosmos_bad_address");
  BOOST_TEST(check(signer::cosmos_network{"osmosis-1", "osmo"}, account(2)) ==
             "cosmos_bad_address");
  BOOST_TEST(check(mainnet, account(2)) != "none");
  BOOST_TEST(check(signer::evm_network{1}, to_string(evm::address{})) == "none");
}

// Whatever else the bytes have that changes what a transaction does is refused, not left out.
BOOST_AUTO_TEST_CASE(cosmos_fields_that_are_not_read) {
  const auto good = *cosmos::decode_document(document({send(2, 5)}));
  const auto with = [&](std::uint32_t field, bool in_body) {
    auto changed = good;
    auto& part = in_body ? changed.body_bytes : changed.auth_info_bytes;
    cosmos::proto_writer more;
    more.element(field, bytes{});
    const auto tail = std::move(more).take();
    part.insert(part.end(), tail.begin(), tail.end());
    return error(read_transaction(encode_document(changed), hub, public_key_of(1)));
  };
  BOOST_TEST(with(1023, true) == "proto_unknown_field"); // extension options
  BOOST_TEST(with(2047, true) == "proto_unknown_field"); // those that nodes may leave out
  BOOST_TEST(with(5, true) == "proto_unknown_field");    // a time-out by the clock
  BOOST_TEST(with(3, false) == "proto_unknown_field");   // a tip
}

// As one of several keys of an account, this key would sign for an account that is not its own.
BOOST_AUTO_TEST_CASE(cosmos_multisig) {
  const auto both = *cosmos::make_multisig(1, {bitcoin::key_of(1), bitcoin::key_of(2)});
  const auto vault = *cosmos::address_of("cosmos", cosmos::account_of(both));
  cosmos::auth_info auth;
  auth.signers.push_back({both, cosmos::sign_mode::legacy_amino_json, {{true, false}}, 3});
  auth.fee.gas_limit = 100'000;
  const auto of = [&](const std::string& from, const std::string& payer) {
    auth.fee.payer = payer;
    const auto made =
        *make_document({{cosmos::msg_send{from, account(3), {{"uatom", amount{1}}}}}, "", 0}, auth,
                       "cosmoshub-4", 7);
    return error(read_transaction(encode_document(made), hub, public_key_of(1)));
  };
  BOOST_TEST(of(vault, "") == "cosmos_wrong_signer");
  BOOST_TEST(of(account(1), vault) == "unclear_transaction");
  BOOST_TEST(of(account(1), "") == "cosmos_wrong_signer");
}

BOOST_AUTO_TEST_CASE(cosmos_that_is_unclear) {
  const auto of = [](std::vector<cosmos::message> messages, cosmos::tx_fee fee = {}) {
    return error(
        read_transaction(document(std::move(messages), std::move(fee)), hub, public_key_of(1)));
  };
  BOOST_TEST(of({send(2, 5)}) == "none");
  BOOST_TEST(of({send(2, 5), send(2, 5, "ujuno")}) == "unclear_transaction");
  BOOST_TEST(of({cosmos::msg_send{account(2), account(3), {{"uatom", amount{1}}}}}) ==
             "cosmos_wrong_signer");
  const auto validator =
      *cosmos::address_of("cosmosvaloper", cosmos::account_of(bitcoin::key_of(2)));
  BOOST_TEST(of({cosmos::msg_delegate{{account(1), validator, {"uatom", amount{1}}}}}) ==
             "unclear_transaction");
  BOOST_TEST(of({send(2, 5)}, {{}, 0, account(2), {}}) == "unclear_transaction");
  BOOST_TEST(of({send(2, 5)}, {{}, 0, {}, account(2)}) == "unclear_transaction");
  BOOST_TEST(error(read_transaction(document({send(2, 5)}, {}, "cosmoshub-5"), hub,
                                    public_key_of(1))) == "wrong_network");
  BOOST_TEST(error(read_transaction(document({send(2, 5)}), hub, public_key_of(2))) ==
             "cosmos_wrong_signer");
}

BOOST_AUTO_TEST_CASE(evm_that_is_unclear) {
  evm::transaction tx;
  tx.chain_id = 1;
  tx.max_fee_per_gas = 1;
  tx.gas_limit = 21'000;
  const auto of = [&] {
    return error(
        read_transaction(evm::signing_payload(tx), signer::evm_network{1}, public_key_of(1)));
  };
  tx.data = {0x60};
  BOOST_TEST(of() == "unclear_transaction"); // creates a contract
  tx.to = evm::address{};
  BOOST_TEST(of() == "unclear_transaction"); // a call of nobody knows what
  tx.data.clear();
  BOOST_TEST(of() == "none");
  tx.value = evm::uint256::max();
  tx.gas_limit = 0;
  BOOST_TEST(of() == "amount_overflow");
}

// What goes over the wire comes back the same, and nothing else is taken.
BOOST_AUTO_TEST_CASE(answers_have_one_encoding) {
  signer::signed_answer yes;
  yes.signatures.push_back({{}, std::uint8_t{3}});
  yes.signatures.push_back({});
  const std::vector<signer::answer> all{
      yes, signer::refused_answer{errc::stale_token},
      signer::status_answer{
          {3}, {{3}, {9}, 0}, {5, {}}, {}, {{"signed", 4}}, true, errc::log_forked}};
  for (const auto& one : all) {
    const auto encoded = encode(one);
    BOOST_TEST((*decode<signer::answer>(encoded) == one));
    for (std::size_t cut = 0; cut < encoded.size(); ++cut)
      BOOST_TEST(!decode<signer::answer>(byte_view{encoded}.first(cut)));
  }
  auto bad = encode(signer::answer{yes});
  bad[1 + 32 + 32 + 4 + 64] = 4;
  BOOST_TEST((decode<signer::answer>(bad).error() == errc::bad_enum));
}

BOOST_AUTO_TEST_SUITE_END()
