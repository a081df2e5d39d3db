// One way from a document of any chain to its words, its digests and what is made of signatures.
#include "core/chain/bitcoin/key_origin.hpp"
#include "core/chain/cosmos/transaction.hpp"
#include "core/chain/evm/token.hpp"
#include "core/chain/evm/typed_data.hpp"
#include "core/chain/proposal.hpp"
#include "core/codec/base64.hpp"
#include "tests/unit/bitcoin_wallet.hpp"

using namespace quorate;
using namespace quorate::chain;

namespace {

constexpr std::uint64_t mainnet = number_of(bitcoin::network::mainnet);

struct signed_by {
  expected<bytes> whole;
  std::vector<chain_signature> made;
};

/// Signs all that is asked for with the secrets of numbers 1 to `count`.
signed_by sign_all(const proposal& of, std::uint8_t count = 1) {
  std::vector<chain_signature> made;
  for (const auto& [key, what] : of.asked())
    for (std::uint8_t n = 1; n <= count; ++n)
      if (bitcoin::key_of(n) == key)
        made.push_back(chain::sign(what, bitcoin::secret_of(n), nonce_entropy{n}).value());
  return {of.complete(made), made};
}

bytes evm_payload(evm::transaction_type type, bytes data = {}) {
  evm::transaction tx;
  tx.type = type;
  tx.chain_id = 1;
  tx.nonce = 7;
  tx.gas_limit = 50'000;
  tx.to = evm::address{};
  tx.to->data[0] = 0xaa;
  tx.data = std::move(data);
  const bool old =
      type == evm::transaction_type::legacy || type == evm::transaction_type::access_list;
  (old ? tx.gas_price : tx.max_fee_per_gas) = 30'000'000'000;
  if (type == evm::transaction_type::blob) {
    tx.max_fee_per_blob_gas = 1;
    tx.blob_hashes.resize(1);
    tx.blob_hashes[0].data[0] = 1;
  }
  return evm::signing_payload(tx);
}

bytes as_raw(const std::vector<chain_signature>& made) {
  bytes raw;
  for (const auto& one : made)
    raw.insert(raw.end(), one.value.begin(), one.value.end());
  return raw;
}

} // namespace

BOOST_AUTO_TEST_SUITE(chain_proposal)

BOOST_AUTO_TEST_CASE(psbt_with_every_kind_of_coin) {
  for (const auto version : {bitcoin::psbt_version::v0, bitcoin::psbt_version::v2}) {
    const bitcoin::spend_each spend{bitcoin::coin_kinds, version};
    const auto raw = spend.unsigned_psbt.encode();
    std::vector<compressed_key> keys;
    for (std::uint8_t n = 1; n <= 4; ++n)
      keys.push_back(bitcoin::key_of(n));
    const std::array own{bitcoin::key_of(100)};
    const document from{payload::psbt, mainnet, raw};
    const auto of = proposal::read(from, {keys, own, nullptr}).value();
    BOOST_TEST(of.asked().size() == 4U);
    BOOST_TEST(of.text().find("Pays 0.00060000 BTC") != std::string::npos);
    for (const auto& [key, what] : of.asked())
      BOOST_TEST(of.text().find(to_hex(what.message)) != std::string::npos);
    const auto [whole, made] = sign_all(of, 4);
    BOOST_REQUIRE(whole);
    // Every signature is where the finaliser looks for it, and is checked by it.
    auto finished = bitcoin::psbt::decode(*whole).value();
    BOOST_TEST(bitcoin::finalise(finished).empty());
    // Raw signatures are checked, and their recovery ids found again.
    BOOST_TEST((of.check(as_raw(made)).value() == made));
    for (std::size_t i = 0; i < made.size(); ++i) {
      auto bent = as_raw(made);
      bent[64 * i + 7] ^= 1;
      BOOST_TEST(!of.check(bent));
      auto wrong = made;
      wrong[i].value[7] ^= 1;
      BOOST_TEST(!of.complete(wrong));
    }
    BOOST_TEST((of.complete({}).error() == errc::bad_signature));
    BOOST_TEST((of.check(bytes(64)).error() == errc::bad_signature));
    // Without the change key the change is a payment like another.
    const auto blind = proposal::read(from, {keys, {}, nullptr}).value();
    BOOST_TEST(blind.text().find("Change 0.00000000 BTC") != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(psbt_of_other_keys_and_networks) {
  const bitcoin::spend_each spend{std::span{bitcoin::coin_kinds}.first(1)};
  const auto raw = spend.unsigned_psbt.encode();
  const std::array stranger{bitcoin::key_of(50)};
  const std::array key{bitcoin::key_of(1)};
  BOOST_TEST((proposal::read({payload::psbt, mainnet, raw}, {stranger, {}, nullptr}).error() ==
              errc::wrong_key));
  for (const std::uint64_t network : {0U, 5U, 99U})
    BOOST_TEST((proposal::read({payload::psbt, network, raw}, {key, {}, nullptr}).error() ==
                errc::bad_network));
  const auto main = proposal::read({payload::psbt, mainnet, raw}, {key, {}, nullptr}).value();
  const auto test = proposal::read({payload::psbt, mainnet + 1, raw}, {key, {}, nullptr}).value();
  BOOST_TEST(main.text() != test.text());
  // It names no key, so without one there is nothing to explain.
  BOOST_TEST((proposal::read({payload::psbt, mainnet, raw}, {}).error() == errc::wrong_key));
  auto named = spend.unsigned_psbt;
  BOOST_REQUIRE(named.put_input(0, bitcoin::psbt_input::derivation, *from_hex("73c5da0a54000080"),
                                key[0].view()));
  const auto explained = proposal::read({payload::psbt, mainnet, named.encode()}, {}).value();
  BOOST_TEST((explained.asked() == main.asked()));
}

BOOST_AUTO_TEST_CASE(origins_of_keys) {
  bitcoin::spend_each spend{bitcoin::coin_kinds};
  auto& psbt = spend.unsigned_psbt;
  const auto taproot = bitcoin::key_of(4);
  const auto x = taproot.view().subspan(1);
  using namespace bitcoin;
  BOOST_REQUIRE(psbt.put_input(0, psbt_input::derivation,
                               *from_hex("01020304"
                                         "54000080"
                                         "05000000"),
                               bitcoin::key_of(1).view()));
  BOOST_REQUIRE(psbt.put_input(3, psbt_input::taproot_internal_key, x));
  const auto leaf = std::string(64, 'a');
  BOOST_REQUIRE(psbt.put_input(3, psbt_input::taproot_derivation,
                               *from_hex("01" + leaf +
                                         "05060708"
                                         "56000080"),
                               x));
  // A key of a script that is in the tree signs nothing here.
  BOOST_REQUIRE(psbt.put_input(3, psbt_input::taproot_derivation,
                               *from_hex("00"
                                         "05060708"),
                               bitcoin::key_of(2).view().subspan(1)));
  BOOST_REQUIRE(psbt.put_output(1, psbt_output::derivation, *from_hex("01020304"),
                                bitcoin::key_of(100).view()));
  const auto inputs = key_origins(psbt, psbt_scope::input);
  BOOST_REQUIRE(inputs.size() == 2U);
  BOOST_TEST((inputs[0] == key_origin{bitcoin::key_of(1), {1, 2, 3, 4}, {0x80000054, 5}}));
  BOOST_TEST((inputs[1].fingerprint == std::array<std::uint8_t, 4>{5, 6, 7, 8}));
  BOOST_TEST((inputs[1].path == std::vector<std::uint32_t>{0x80000056}));
  BOOST_TEST(std::ranges::equal(inputs[1].key.view().subspan(1), x));
  const auto outputs = key_origins(psbt, psbt_scope::output);
  BOOST_REQUIRE(outputs.size() == 1U);
  BOOST_TEST((outputs[0] == key_origin{bitcoin::key_of(100), {1, 2, 3, 4}, {}}));
}

BOOST_AUTO_TEST_CASE(evm_transactions_of_every_type) {
  const std::array key{bitcoin::key_of(1)};
  const auto own = evm::address_of(*ec_public_key::parse(key[0]));
  using evm::transaction_type;
  for (const auto type : {transaction_type::legacy, transaction_type::access_list,
                          transaction_type::dynamic_fee, transaction_type::blob}) {
    const auto raw = evm_payload(type);
    const auto of = proposal::read({payload::evm_transaction, 1, raw}, {key, {}, nullptr}).value();
    BOOST_TEST(of.text().starts_with("Signer: " + to_string(own) + "\n"));
    const auto [whole, made] = sign_all(of);
    const auto sent = evm::decode_signed(whole.value(), 1).value();
    BOOST_TEST((evm::sender(sent).value() == own));
    BOOST_TEST((evm::signing_payload(sent.content) == raw));
    auto flipped = made;
    *flipped[0].recovery_id ^= 1;
    BOOST_TEST(!of.complete(flipped));
    BOOST_TEST((proposal::read({payload::evm_transaction, 5, raw}, {key, {}, nullptr}).error() ==
                errc::wrong_chain_id));
    BOOST_TEST(evm::stated_chain(raw).value() == 1U);
    // Whoever signs, the digest is the same.
    const auto blind = proposal::read({payload::evm_transaction, 1, raw}, {}).value();
    BOOST_TEST((blind.asked()[0].what == of.asked()[0].what && !blind.asked()[0].key));
  }
  const std::array two{bitcoin::key_of(1), bitcoin::key_of(2)};
  BOOST_TEST((proposal::read({payload::evm_transaction, 1, evm_payload(transaction_type::legacy)},
                             {two, {}, nullptr})
                  .error() == errc::wrong_key));
}

BOOST_AUTO_TEST_CASE(evm_calls) {
  const auto transfer = *from_hex("a9059cbb" + std::string(24, '0') + std::string(40, '1') +
                                  std::string(62, '0') + "05");
  const auto raw = evm_payload(evm::transaction_type::dynamic_fee, transfer);
  const auto guessed = proposal::read({payload::evm_transaction, 1, raw}, {}).value();
  BOOST_TEST(guessed.text().find("Looks like: transfer(address,uint256)") != std::string::npos);
  BOOST_TEST(guessed.text().find("ABI is not known; it may do anything") != std::string::npos);
  const auto known =
      proposal::read({payload::evm_transaction, 1, raw}, {{}, {}, &evm::token()}).value();
  BOOST_TEST(known.text().find("Call: transfer(address,uint256)") != std::string::npos);
  const auto other = evm_payload(evm::transaction_type::dynamic_fee, *from_hex("12345678"));
  const auto unknown = proposal::read({payload::evm_transaction, 1, other}, {}).value();
  BOOST_TEST(unknown.text().find("ABI is not known") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(evm_messages) {
  const std::array key{bitcoin::key_of(1)};
  const auto own = evm::address_of(*ec_public_key::parse(key[0]));
  const auto message = as_bytes("hello");
  const auto of = proposal::read({payload::evm_message, 0, message}, {key, {}, nullptr}).value();
  const auto digest = evm::personal_message_digest(message);
  BOOST_TEST((of.asked()[0].what.message == digest));
  const auto whole = sign_all(of).whole.value();
  BOOST_TEST(
      (evm::message_signer(digest, *evm::message_signature::from_bytes(whole)).value() == own));
  BOOST_TEST((proposal::read({payload::evm_message, 0, bytes(message_bytes_max + 1)}, {}).error() ==
              errc::over_limit));
  BOOST_TEST((proposal::read({payload::evm_message, 1, message}, {}).error() == errc::bad_network));

  constexpr std::string_view typed =
      R"({"types":{"EIP712Domain":[{"name":"chainId","type":"uint256"}],
          "Vote":[{"name":"yes","type":"bool"}]},
          "primaryType":"Vote","domain":{"chainId":5},"message":{"yes":true}})";
  const auto vote =
      proposal::read({payload::evm_typed_data, 5, as_bytes(typed)}, {key, {}, nullptr});
  BOOST_TEST((vote.value().asked()[0].what.message ==
              evm::typed_data::parse(typed).value().signing_digest()));
  BOOST_TEST(sign_all(*vote).whole.value().size() == 65U);
  BOOST_TEST(proposal::read({payload::evm_typed_data, 0, as_bytes(typed)}, {}).has_value());
  BOOST_TEST((proposal::read({payload::evm_typed_data, 1, as_bytes(typed)}, {}).error() ==
              errc::wrong_chain_id));
}

BOOST_AUTO_TEST_CASE(cosmos_documents) {
  using namespace chain::cosmos;
  const auto key = bitcoin::key_of(1);
  const std::array keys{key};
  const auto address = *address_of("cosmos", account_of(key));
  const tx_body body{{msg_send{address, address, {{"uatom", amount{5}}}}}, "", 0};
  for (const auto mode : {sign_mode::direct, sign_mode::legacy_amino_json}) {
    const auto document =
        *make_document(body, {{{key, mode, {}, 0}}, {{}, 1, "", ""}}, "test-1", 1);
    const auto raw = encode_document(document);
    const auto of = proposal::read({payload::cosmos, 0, raw}, {keys, {}, nullptr}).value();
    BOOST_TEST((of.asked()[0].what.message == *digest_to_sign(document, key)));
    BOOST_TEST((of.text() == proposal::read({payload::cosmos, 0, raw}, {}).value().text()));
    BOOST_TEST(sign_all(of).whole.value().size() == 64U);
    const std::array stranger{bitcoin::key_of(2)};
    BOOST_TEST((proposal::read({payload::cosmos, 0, raw}, {stranger, {}, nullptr}).error() ==
                errc::cosmos_wrong_signer));
    BOOST_TEST((proposal::read({payload::cosmos, 1, raw}, {}).error() == errc::bad_network));
  }
}

BOOST_AUTO_TEST_CASE(signatures_of_the_wrong_kind) {
  const auto key = *ec_public_key::of(bitcoin::secret_of(1));
  const wanted_signature plain{digest{{1}}, {}};
  const wanted_signature taproot{digest{{1}}, digest{{2}}};
  const auto ecdsa = chain::sign(plain, bitcoin::secret_of(1), {}).value();
  const auto schnorr = chain::sign(taproot, bitcoin::secret_of(1), {}).value();
  BOOST_TEST(chain::verify(plain, key, ecdsa).has_value());
  BOOST_TEST(chain::verify(taproot, key, schnorr).has_value());
  BOOST_TEST((chain::verify(plain, key, schnorr).error() == errc::bad_signature));
  BOOST_TEST((chain::verify(taproot, key, ecdsa).error() == errc::bad_signature));
  BOOST_TEST(!chain::verify({digest{{1}}, digest{{3}}}, key, schnorr));
  BOOST_TEST(!chain::verify({digest{{9}}, {}}, key, ecdsa));
  BOOST_TEST((chain::sign(plain, ec_secret_key{}, {}).error() == errc::bad_secret_key));
}

// The entropy is RFC 6979's additional data and BIP-340's auxiliary randomness, and nothing else.
BOOST_AUTO_TEST_CASE(entropy_makes_the_nonce) {
  const auto secret = bitcoin::secret_of(1);
  const auto key = *ec_public_key::of(secret);
  const nonce_entropy drawn{7};
  for (const wanted_signature& what :
       {wanted_signature{digest{{1}}, {}}, wanted_signature{digest{{1}}, digest{{2}}}}) {
    const auto made = chain::sign(what, secret, drawn).value();
    BOOST_TEST((made == chain::sign(what, secret, drawn).value()));
    const auto other = chain::sign(what, secret, nonce_entropy{8}).value();
    BOOST_TEST(
        !std::ranges::equal(std::span{made.value}.first(32), std::span{other.value}.first(32)));
    BOOST_TEST(chain::verify(what, key, other).has_value());
    if (!what.taproot_tweak) {
      BOOST_TEST((made.value == sign_recoverable(secret, what.message, &drawn)->compact.data));
      BOOST_TEST((made.value != sign_recoverable(secret, what.message)->compact.data));
    } else {
      const auto tweaked = taproot_tweak_add(secret, what.taproot_tweak->data).value();
      BOOST_TEST((made.value == sign_taproot(tweaked, what.message, drawn)->data));
      BOOST_TEST((made.value != sign_taproot(tweaked, what.message, {})->data));
    }
  }
}

// RFC 4648, section 10, and what stands for the same bytes a second time.
BOOST_AUTO_TEST_CASE(base64) {
  constexpr std::pair<std::string_view, std::string_view> cases[] = {{"", ""},
                                                                     {"f", "Zg=="},
                                                                     {"fo", "Zm8="},
                                                                     {"foo", "Zm9v"},
                                                                     {"foob", "Zm9vYg=="},
                                                                     {"fooba", "Zm9vYmE="},
                                                                     {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, text] : cases) {
    BOOST_TEST(to_base64(as_bytes(plain)) == text);
    BOOST_TEST(std::ranges::equal(from_base64(text).value(), as_bytes(plain)));
  }
  bytes every(256);
  for (std::size_t i = 0; i < every.size(); ++i)
    every[i] = static_cast<std::uint8_t>(i);
  BOOST_TEST((from_base64(to_base64(every)).value() == every));
  for (const auto* text : {"Z", "Zg", "Zg=", "Zh==", "Zm9=", "Z===", "====", "Zg==Zg==", "Zm 9v",
                           "Zm9v\n", "Zm9-", "=Zm9"})
    BOOST_TEST((from_base64(text).error() == errc::bad_base64), text);
}

BOOST_AUTO_TEST_SUITE_END()
