// Cosmos transactions: what is refused, who may sign, multisigs, and the words on the screen.
#include "core/chain/bech32.hpp"
#include "core/chain/cosmos/amino_json.hpp"
#include "core/chain/cosmos/explain.hpp"
#include "core/crypto/hash.hpp"

#include <boost/test/unit_test.hpp>

using namespace quorate;
using namespace quorate::chain::cosmos;

namespace {

struct account {
  ec_secret_key secret;
  compressed_key key;
  std::string address;

  explicit account(std::string_view name)
      : secret(sha256(as_bytes(name)).data), key(ec_public_key::of(secret)->compressed()),
        address(*address_of("cosmos", account_of(key))) {}
};

struct accounts {
  account alice{"alice"};
  account bob{"bob"};
  account carol{"carol"};
  std::string validator = *address_of("cosmosvaloper", account_of(carol.key));
  coins some{{"uatom", amount{1000000}}};

  tx_body send(const std::string& from) const {
    return {{msg_send{from, bob.address, some}}, "", 0};
  }

  auth_info signed_by(const public_key_of_account& key, sign_mode mode = sign_mode::direct) const {
    signer_info info{key, mode, {}, 7};
    if (const auto* group = std::get_if<multisig_key>(&key)) {
      info.multi_bits.set.assign(group->keys.size(), false);
      info.multi_bits.set[0] = true;
    }
    return {{info}, {{{"uatom", amount{500}}}, 90000, "", ""}};
  }

  std::vector<message> every_message() const {
    return {msg_send{alice.address, bob.address, {{"stake", amount{1}}, {"uatom", amount::max()}}},
            msg_multi_send{{{alice.address, some}}, {{bob.address, some}, {carol.address, some}}},
            msg_transfer{"transfer",
                         "channel-141",
                         {"ibc/27394FB0", amount{5}},
                         alice.address,
                         "0x00000000219ab540356cbb839cbe05303d7705fa",
                         msg_transfer::height{1, 2},
                         1700000000000000000,
                         "{\"wasm\":{}}"},
            msg_transfer{"transfer",
                         "channel-0",
                         {"uatom", amount{5}},
                         alice.address,
                         "osmo1x",
                         std::nullopt,
                         0,
                         ""},
            msg_delegate{{alice.address, validator, {"uatom", amount{5}}}},
            msg_undelegate{{alice.address, validator, {"uatom", amount{6}}}}};
  }
};

errc refusal(const std::vector<message>& messages) {
  const auto read = decode_body(encode_body({messages, "", 0}));
  BOOST_REQUIRE(!read);
  return read.error();
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(cosmos, accounts)

// Whatever the strict reader takes it must also write: one encoding for a transaction. Every
// message, every truncation, every flipped bit.
BOOST_AUTO_TEST_CASE(one_encoding) {
  auto auth = signed_by(alice.key);
  auth.signers.push_back(signed_by(*make_multisig(2, {alice.key, bob.key, carol.key})).signers[0]);
  const auto document = make_document({every_message(), "hello \u00fc", 99}, auth, "test-1", 3);
  BOOST_REQUIRE(document);
  const auto good = encode_document(*document);
  BOOST_TEST((document->body.messages == every_message()));
  const auto check = [](const bytes& raw) {
    const auto read = decode_document(raw);
    if (!read) return false;
    BOOST_TEST((encode_document(*read) == raw));
    BOOST_TEST((encode_body(read->body) == read->body_bytes));
    BOOST_TEST((encode_auth_info(read->auth) == read->auth_info_bytes));
    return true;
  };
  BOOST_TEST(check(good));
  for (std::size_t n = 0; n < good.size(); ++n) {
    // Cut behind its last field but one, it is another document: that of account number 0.
    const bool whole = check({good.begin(), good.begin() + static_cast<std::ptrdiff_t>(n)});
    BOOST_TEST(whole == (n == good.size() - 2));
  }
  std::size_t taken = 0;
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    auto bent = good;
    bent[bit / 8] = static_cast<std::uint8_t>(bent[bit / 8] ^ (1U << bit % 8));
    taken += check(bent) ? 1 : 0;
  }
  auto zero = good;
  zero.push_back(0);
  BOOST_TEST(!check(zero));
  for (std::size_t at = 0; at <= good.size(); ++at) {
    for (const std::uint8_t extra : bytes{0x00, 0x01, 0x0a, 0x20, 0x80}) {
      auto longer = good;
      longer.insert(longer.begin() + static_cast<std::ptrdiff_t>(at), extra);
      check(longer);
    }
  }
  BOOST_TEST_MESSAGE(taken << " of " << good.size() * 8 << " flipped bits give another document");
  BOOST_TEST(taken > 0U);
}

BOOST_AUTO_TEST_CASE(wire_format) {
  const auto first_error = [](std::string_view hex, auto&& read) {
    const bytes raw = *from_hex(hex);
    proto_reader r{raw};
    read(r);
    return r.finish().error();
  };
  const auto number = [](proto_reader& r) { r.number(1); };
  const auto pair = [](proto_reader& r) { r.number(1), r.number(2); };
  BOOST_TEST((first_error("0800", number) == errc::proto_not_canonical));   // default written out
  BOOST_TEST((first_error("088100", number) == errc::proto_not_canonical)); // 1 in two bytes
  BOOST_TEST((first_error("888000", number) == errc::proto_not_canonical)); // tag in three
  BOOST_TEST((first_error("08ffffffffffffffffff02", number) == errc::proto_not_canonical));
  BOOST_TEST((first_error("0880", number) == errc::truncated));
  BOOST_TEST((first_error("08", number) == errc::truncated));
  BOOST_TEST((first_error("00", number) == errc::proto_not_canonical)); // no field 0
  BOOST_TEST((first_error("080100", number) == errc::proto_not_canonical));
  BOOST_TEST((first_error("02000801", number) == errc::proto_not_canonical));
  BOOST_TEST((first_error("0d00000000", number) == errc::proto_not_canonical)); // 32-bit
  BOOST_TEST((first_error("0a0101", number) == errc::proto_not_canonical));     // bytes
  BOOST_TEST((first_error("08010801", number) == errc::proto_not_canonical));   // twice
  BOOST_TEST((first_error("10010801", pair) == errc::proto_not_canonical));     // out of order
  BOOST_TEST((first_error("08011801", pair) == errc::proto_unknown_field));
  BOOST_TEST((first_error("0a00", [](auto& r) { r.blob(1, 9); }) == errc::proto_not_canonical));
  BOOST_TEST((first_error("0a020101", [](auto& r) { r.blob(1, 1); }) == errc::over_limit));
  BOOST_TEST((first_error("0a0301", [](auto& r) { r.blob(1, 9); }) == errc::truncated));
  BOOST_TEST((first_error("0a01ff", [](auto& r) { r.text(1, 9); }) == errc::bad_utf8));
  const bytes most = *from_hex("08ffffffffffffffffff01");
  proto_reader r{most};
  BOOST_TEST(r.number(1) == ~0ULL);
  BOOST_TEST(r.finish().has_value());
}

BOOST_AUTO_TEST_CASE(coins_and_addresses) {
  const auto send = [this](coins what) {
    return msg_send{alice.address, bob.address, std::move(what)};
  };
  BOOST_TEST((refusal({send({})}) == errc::cosmos_bad_coins));
  BOOST_TEST((refusal({send({{"uatom", amount{0}}})}) == errc::cosmos_bad_coins));
  BOOST_TEST((refusal({send({{"b11", amount{1}}, {"a11", amount{1}}})}) == errc::cosmos_bad_coins));
  BOOST_TEST((refusal({send({{"a11", amount{1}}, {"a11", amount{1}}})}) == errc::cosmos_bad_coins));
  for (const auto* denomination : {"", "ab", "1ab", "a b", "a\nb", "\u00fcber", "ab<"})
    BOOST_TEST((refusal({send({{denomination, amount{1}}})}) == errc::cosmos_bad_coins));
  BOOST_TEST((refusal({msg_send{"", bob.address, some}}) == errc::cosmos_bad_document));
  BOOST_TEST((refusal({msg_multi_send{{}, {{bob.address, some}}}}) == errc::cosmos_bad_document));
  BOOST_TEST((refusal({}) == errc::cosmos_bad_document));
  BOOST_TEST((refusal(std::vector<message>(messages_max + 1, send(some))) == errc::over_limit));

  const auto amount_of = [](std::string_view digits) {
    proto_writer w;
    w.text(1, "uatom");
    w.text(2, digits);
    return decode_coin(std::move(w).take());
  };
  BOOST_TEST(amount_of("340282366920938463463374607431768211455").has_value());
  BOOST_TEST(
      (amount_of("340282366920938463463374607431768211456").error() == errc::amount_overflow));
  for (const auto* digits : {"", "-1", "+1", "01", "1.0", "0x1", " 1"})
    BOOST_TEST((amount_of(digits).error() == errc::cosmos_bad_coins), digits);
}

// Every address of a message is one of the chain, in both sign modes; what an IBC transfer pays to
// is another chain's business.
BOOST_AUTO_TEST_CASE(addresses_are_of_one_chain) {
  const auto raw = account_of(bob.key);
  const auto text = [](const std::string& prefix, byte_view payload) {
    return *chain::encode_bech32_bytes(prefix, payload);
  };
  const auto error_of = [&](const message& m, const tx_fee& fee = {}) {
    std::string found;
    for (const auto mode : {sign_mode::direct, sign_mode::legacy_amino_json}) {
      auto auth = signed_by(alice.key, mode);
      auth.fee = fee;
      const auto made = make_document({{m}, "", 0}, auth, "test-1", 3);
      const std::string error{made ? "none" : name(made.error())};
      BOOST_TEST((found.empty() || found == error));
      found = error;
    }
    return found;
  };
  const coin five{"uatom", amount{5}};
  const auto contract = text("cosmos", bytes(32, 7));
  std::vector<std::string> bad{text("osmo", raw.view()),
                               text("cosmosvaloper", raw.view()),
                               text("cosmos", bytes(19, 7)),
                               text("cosmos", bytes(21, 7)),
                               bob.address + " ",
                               "cosmos",
                               bob.address + "?memo=1",
                               "bob",
                               "cosmos1qqqqqqqqqqqqqqqqqqqqq"};
  auto upper = bob.address;
  std::ranges::transform(upper, upper.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  bad.push_back(upper);
  bad.push_back(*chain::encode_bech32(
      {chain::bech32_variant::bech32m, "cosmos", chain::to_five_bit_words(raw.view())}));
  for (const auto& address : bad) {
    BOOST_TEST_CONTEXT(address) {
      for (const message& m : std::vector<message>{
               msg_send{alice.address, address, some}, msg_send{address, alice.address, some},
               msg_multi_send{{{alice.address, some}}, {{bob.address, some}, {address, some}}},
               msg_multi_send{{{alice.address, some}, {address, some}}, {{bob.address, some}}},
               msg_delegate{{alice.address, address, five}},
               msg_undelegate{{alice.address, bob.address, five}},
               msg_delegate{{validator, validator, five}},
               msg_undelegate{{address, validator, five}}}) {
        // A validator's address is only wrong where an account's has to be.
        const auto* staked = std::get_if<msg_delegate>(&m);
        const bool is_fine =
            staked != nullptr && staked->delegator == alice.address && address == bad[1];
        BOOST_TEST(error_of(m) == (is_fine ? "none" : "cosmos_bad_address"));
      }
      const message fine = msg_send{alice.address, contract, some};
      BOOST_TEST(error_of(fine, {{}, 1, address, ""}) == "cosmos_bad_address");
      BOOST_TEST(error_of(fine, {{}, 1, "", address}) == "cosmos_bad_address");
    }
  }
  BOOST_TEST(error_of(msg_send{alice.address, contract, some}, {{}, 1, "", contract}) == "none");
  BOOST_TEST(error_of(msg_delegate{{alice.address, validator, five}}) == "none");
  // Of one chain each, and not of the same.
  const auto other = text("osmo", account_of(alice.key).view());
  BOOST_TEST(
      (refusal({msg_send{alice.address, bob.address, some},
                msg_send{other, text("osmo", raw.view()), some}}) == errc::cosmos_bad_address));

  const auto transfer = [&](const std::string& from, const std::string& receiver) {
    return error_of(msg_transfer{"transfer", "channel-0", five, from, receiver, {}, 1, ""});
  };
  for (const auto* receiver : {"osmo1x", "0x00000000219ab540356cbb839cbe05303d7705fa", "a|b:c d"})
    BOOST_TEST(transfer(alice.address, receiver) == "none");
  for (const auto* receiver : {"osmo1\nx", "osmo1\u202e", "\x7f"})
    BOOST_TEST(transfer(alice.address, receiver) == "cosmos_bad_address");
  BOOST_TEST(transfer(alice.address, std::string(ibc_name_bytes_max + 1, 'x')) == "over_limit");
  BOOST_TEST(transfer(validator, "osmo1x") == "cosmos_bad_address");
}

// What is broadcast is held to the same.
BOOST_AUTO_TEST_CASE(addresses_of_what_is_broadcast) {
  auto auth = signed_by(alice.key);
  auto document = *make_document(send(alice.address), auth, "test-1", 3);
  BOOST_TEST(decode_transaction(encode_transaction(document, {bytes(64)})).has_value());
  auth.fee.payer = *address_of("osmo", account_of(bob.key));
  document.auth_info_bytes = encode_auth_info(auth);
  BOOST_TEST((decode_transaction(encode_transaction(document, {bytes(64)})).error() ==
              errc::cosmos_bad_address));
}

BOOST_AUTO_TEST_CASE(unknown_messages_are_not_signed) {
  const auto unknown = encode_any("/cosmos.gov.v1.MsgVote", as_bytes("x"));
  BOOST_TEST((decode_message(unknown).error() == errc::cosmos_unknown_message));
  // An extension option (field 1023) behind a body that is otherwise fine.
  auto body = encode_body(send(alice.address));
  body.insert(body.end(), {0xfa, 0x3f, 0x00});
  BOOST_TEST((decode_body(body).error() == errc::proto_unknown_field));
}

BOOST_AUTO_TEST_CASE(only_who_is_asked_signs) {
  const auto document = [this](const tx_body& body, const auth_info& auth) {
    return *make_document(body, auth, "test-1", 3);
  };
  const auto fine = document(send(alice.address), signed_by(alice.key));
  BOOST_TEST(digest_to_sign(fine, alice.key).has_value());
  BOOST_TEST((digest_to_sign(fine, bob.key).error() == errc::cosmos_wrong_signer));
  // Bob's key stands in the auth info, and alice's account is asked for.
  const auto other = document(send(alice.address), signed_by(bob.key));
  BOOST_TEST((digest_to_sign(other, bob.key).error() == errc::cosmos_wrong_signer));
  BOOST_TEST((digest_to_sign(other, alice.key).error() == errc::cosmos_wrong_signer));
  // As payer of the fee he may.
  auto paid = signed_by(alice.key);
  paid.signers.push_back(signed_by(bob.key).signers[0]);
  paid.fee.payer = bob.address;
  BOOST_TEST(digest_to_sign(document(send(alice.address), paid), bob.key).has_value());
  // Every field moves the digest.
  const auto digest = *digest_to_sign(fine, alice.key);
  auto body = send(alice.address);
  body.memo = "x";
  BOOST_TEST((*digest_to_sign(document(body, signed_by(alice.key)), alice.key) != digest));
  BOOST_TEST(
      (*digest_to_sign(*make_document(send(alice.address), signed_by(alice.key), "test-2", 3),
                       alice.key) != digest));
  BOOST_TEST((*digest_to_sign(
                  document(send(alice.address), signed_by(alice.key, sign_mode::legacy_amino_json)),
                  alice.key) != digest));
  BOOST_TEST((make_document(send(alice.address), signed_by(alice.key), "", 3).error() ==
              errc::cosmos_bad_document));
}

BOOST_AUTO_TEST_CASE(two_of_three) {
  const auto group = *make_multisig(2, {alice.key, bob.key, carol.key});
  const auto address = *address_of("cosmos", account_of(group));
  const auto document =
      *make_document(send(address), signed_by(group, sign_mode::legacy_amino_json), "test-1", 3);
  const auto digest = *digest_to_sign(document, bob.key);
  BOOST_TEST((sha256(as_bytes(*amino_json(document, 7))) == digest));
  std::vector<std::optional<ecdsa_signature>> by_key(3);
  const auto sign = [&](const account& who) {
    const auto at = std::find(group.keys.begin(), group.keys.end(), who.key) - group.keys.begin();
    by_key[static_cast<std::size_t>(at)] = *sign_ecdsa(who.secret, digest);
  };
  sign(carol);
  BOOST_TEST((combine_multisig(document, by_key).error() == errc::cosmos_bad_multisig));
  sign(alice);
  const auto sent = combine_multisig(document, by_key);
  BOOST_REQUIRE(sent);
  const auto raw = *decode_transaction(*sent);
  const auto auth = *decode_auth_info(raw.auth_info_bytes);
  const auto signatures = *decode_multisignature(raw.signatures.at(0));
  BOOST_TEST(verify(group, auth.signers[0].multi_bits, signatures, digest).has_value());
  BOOST_TEST(
      (verify(group, auth.signers[0].multi_bits, {signatures[1], signatures[0]}, digest).error() ==
       errc::bad_signature));
  BOOST_TEST((verify(group, auth.signers[0].multi_bits, {signatures[0]}, digest).error() ==
              errc::cosmos_bad_multisig));
  // Three signatures for two bits.
  BOOST_TEST((verify(group, auth.signers[0].multi_bits,
                     {signatures[0], signatures[1], signatures[1]}, digest)
                  .error() == errc::cosmos_bad_multisig));
  by_key[0] = *sign_ecdsa(bob.secret, sha256({}));
  BOOST_TEST(!combine_multisig(document, by_key));
  // Cosmos SDK takes no direct mode inside a multisig.
  const auto direct = *make_document(send(address), signed_by(group), "test-1", 3);
  BOOST_TEST((digest_to_sign(direct, bob.key).error() == errc::cosmos_wrong_mode));
}

BOOST_AUTO_TEST_CASE(in_words) {
  auto body = send(alice.address);
  body.memo = "a\"b\\\n\u202e\u00fc";
  const auto document = *make_document(body, signed_by(alice.key), "test-1", 3);
  const auto digest = *digest_to_sign(document, alice.key);
  BOOST_TEST(*explain(document, alice.key) ==
             "Chain: \"test-1\"\nSend 1000000 uatom\n  from \"" + alice.address + "\"\n  to \"" +
                 bob.address +
                 "\"\nFee: at most 500 uatom for 90000 gas\n"
                 "Memo: \"a\\u{22}b\\u{5c}\\u{a}\\u{202e}\\u{fc}\"\nAccount number: 3\n"
                 "Signed by the key of account " +
                 to_hex(account_of(alice.key)) +
                 " (direct, sequence 7)\nDigest: " + to_hex(digest) + "\n");
  BOOST_TEST(!explain(document, bob.key));
  // Each message says something of its own.
  std::vector<std::string> texts;
  for (const auto& m : every_message())
    texts.push_back(
        *explain(*make_document({{m}, "", 0}, signed_by(alice.key), "test-1", 3), alice.key));
  for (const auto* part :
       {"Send 1 stake + 340282366920938463463374607431768211455 uatom", "Send between several",
        "channel \"channel-141\"", "osmo1x", "Delegate", "Undelegate 6 uatom"})
    BOOST_TEST(std::count_if(
                   texts.begin(), texts.end(),
                   [part](const auto& text) { return text.find(part) != std::string::npos; }) >= 1,
               part);
}

BOOST_AUTO_TEST_SUITE_END()
