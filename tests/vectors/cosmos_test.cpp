// Cosmos: sign bytes, addresses and multisigs of other implementations, typed in with their source.
#include "core/chain/cosmos/amino_json.hpp"
#include "core/chain/cosmos/explain.hpp"
#include "core/crypto/hash.hpp"

#include <boost/test/unit_test.hpp>

using namespace quorate;
using namespace quorate::chain::cosmos;

namespace {

compressed_key key(std::string_view hex) { return *fixed_from_hex<compressed_key>(hex); }

ec_secret_key secret(std::string_view hex) {
  return ec_secret_key{fixed_from_hex<digest>(hex)->data};
}

// CosmJS's faucet: m/44'/118'/0'/0/i of "economy stock theory fatal elder harbor betray wasp final
// emotion task crumble siren bottom lizard educate guess current outdoor pair theory focus wife
// stone".
constexpr auto faucet_secret = "e16ee698b4a4ee03566d7dd9bb6f0e8a2dda802527ba56205f5767c0049fa0b9";
constexpr auto faucet_key = "034f04181eeba35391b858633a765c4a0c189697b40d216354d50890d350c70290";
constexpr auto faucet_address = "cosmos1pkptre7fdkl6gfrzlesjjvhxhlc3r4gmmk8rs6";
constexpr auto recipient = "cosmos1qypqxpq9qcrsszg2pvxq6rs0zqg3yyc5lzv7xu";

tx_body one_send() {
  return {{msg_send{faucet_address, recipient, {{"ucosm", amount{1234567}}}}}, "", 0};
}

auth_info one_signer(std::uint64_t sequence, sign_mode mode = sign_mode::direct) {
  return {{{key(faucet_key), mode, {}, sequence}}, {{{"ucosm", amount{2000}}}, 200000, "", ""}};
}

std::string address(std::string_view prefix, const public_key_of_account& of) {
  return *address_of(prefix, account_of(of));
}

} // namespace

BOOST_AUTO_TEST_SUITE(cosmos_vectors)

// Source: cosmos/cosmjs, packages/proto-signing/src/testutils.spec.ts, testVectors 0 to 2.
BOOST_AUTO_TEST_CASE(sign_mode_direct) {
  const std::string body =
      "0a90010a1c2f636f736d6f732e62616e6b2e763162657461312e4d736753656e6412700a2d636f736d6f7331706b"
      "707472653766646b6c366766727a6c65736a6a766878686c63337234676d6d6b38727336122d636f736d6f733171"
      "7970717870713971637273737a673270767871367273307a716733797963356c7a763778751a100a0575636f736d"
      "120731323334353637";
  const std::string key_any = "0a460a1f2f636f736d6f732e63727970746f2e736563703235366b312e5075624b"
                              "657912230a21034f04181eeba35391b858633a765c4a0c189697b40d216354d508"
                              "90d350c7029012040a020801";
  const std::string fee = "12130a0d0a0575636f736d12043230303010c09a0c";
  const std::string chain = "1a0c73696d642d74657374696e672001";
  struct vector {
    std::string auth;
    std::string signature;
  };
  const std::vector<vector> vectors{
      {"0a4e" + key_any + fee,
       "c9dd20e07464d3a688ff4b710b1fbc027e495e797cfa0b4804da2ed117959227772de059808f765aa29b8f92ed"
       "f30f4c2c5a438e30d3fe6897daa7141e3ce6f9"},
      {"0a50" + key_any + "1801" + fee,
       "525adc7e61565a509c60497b798c549fbf217bb5cd31b24cc9b419d098cc95330c99ecc4bc72448f85c365a4e3"
       "f91299a3d40412fb3751bab82f1940a83a0a4c"},
      {"0a50" + key_any + "1802" + fee,
       "f3f2ca73806f2abbf6e0fe85f9b8af66f0e9f7f79051fdb8abe5bb8633b17da132e82d577b9d5f7a6dae57a144"
       "efc9ccc6eef15167b44b3b22a57240109762af"}};
  for (std::size_t sequence = 0; sequence < vectors.size(); ++sequence) {
    const auto& [auth, signature] = vectors[sequence];
    const std::string auth_size = sequence == 0 ? "65" : "67";
    const std::string parts = "0a9301" + body + "12" + auth_size + auth;
    const auto made = make_document(one_send(), one_signer(sequence), "simd-testing", 1);
    BOOST_REQUIRE(made);
    BOOST_TEST(to_hex(made->body_bytes) == body);
    BOOST_TEST(to_hex(made->auth_info_bytes) == auth);
    BOOST_TEST(to_hex(encode_document(*made)) == parts + chain);

    const auto read = decode_document(*from_hex(parts + chain));
    BOOST_REQUIRE(read);
    BOOST_TEST((read->body == one_send()));
    BOOST_TEST((read->auth == one_signer(sequence)));
    const auto digest = digest_to_sign(*read, key(faucet_key));
    BOOST_REQUIRE(digest);
    const auto signed_here = *sign_ecdsa(secret(faucet_secret), *digest);
    BOOST_TEST(to_hex(signed_here) == signature);
    const auto sent = encode_transaction(*read, {*from_hex(signature)});
    BOOST_TEST(to_hex(sent) == parts + "1a40" + signature);
    BOOST_TEST((decode_transaction(sent)->signatures[0] == *from_hex(signature)));
  }
}

// Before CosmJS followed ADR-027, its first vector had the empty memo and the timeout written out.
// Source: as above, at revision 733bbe63.
BOOST_AUTO_TEST_CASE(written_defaults_are_refused) {
  auto body = encode_body(one_send());
  const auto good = body;
  body.insert(body.end(), {0x12, 0x00, 0x18, 0x00});
  BOOST_TEST((decode_body(body).error() == errc::proto_not_canonical));
  body = good;
  body.insert(body.end(), {0x18, 0x00});
  BOOST_TEST((decode_body(body).error() == errc::proto_not_canonical));
}

// Source: Cosmos SDK, ADR-027, "Test vectors": the article.
BOOST_AUTO_TEST_CASE(adr_027) {
  const std::string expected = "0a1654686520776f726c64206e65656473206368616e676518e8bebec8bc2e28013"
                               "8024a084e696365206f6e654a095468616e6b20796f75";
  proto_writer w;
  w.text(1, "The world needs change");
  w.text(2, "");
  w.number(3, 1596806111080);
  w.number(4, 0);
  w.number(5, 1);
  w.number(6, 0);
  w.number(7, 2);
  w.number(8, 0);
  for (const auto* comment : {"Nice one", "Thank you"})
    w.element(9, as_bytes(comment));
  const auto made = std::move(w).take();
  BOOST_TEST(to_hex(made) == expected);
  proto_reader r{made};
  BOOST_TEST(r.text(1, 99) == "The world needs change");
  BOOST_TEST(r.text(2, 99).empty());
  BOOST_TEST(r.number(3) == 1596806111080U);
  BOOST_TEST(r.number(5) == 1U);
  BOOST_TEST(r.number(7) == 2U);
  BOOST_TEST((r.finish().error() == errc::proto_unknown_field));
}

// Source: Cosmos SDK, x/bank/types/msgs_test.go.
BOOST_AUTO_TEST_CASE(amino_messages) {
  const coins ten{{"atom", amount{10}}};
  BOOST_TEST(
      *amino_json(message{msg_send{"cosmos1d9h8qat57ljhcm", "cosmos1da6hgur4wsmpnjyg", ten}}) ==
      R"({"type":"cosmos-sdk/MsgSend","value":{"amount":[{"amount":"10","denom":"atom"}],)"
      R"("from_address":"cosmos1d9h8qat57ljhcm","to_address":"cosmos1da6hgur4wsmpnjyg"}})");
  BOOST_TEST(
      *amino_json(message{
          msg_multi_send{{{"cosmos1d9h8qat57ljhcm", ten}}, {{"cosmos1da6hgur4wsmpnjyg", ten}}}}) ==
      R"({"type":"cosmos-sdk/MsgMultiSend","value":{"inputs":[{"address":"cosmos1d9h8qat57ljhcm",)"
      R"("coins":[{"amount":"10","denom":"atom"}]}],"outputs":[{"address":)"
      R"("cosmos1da6hgur4wsmpnjyg","coins":[{"amount":"10","denom":"atom"}]}]}})");
}

// Source: ibc-go, modules/apps/transfer/types/msgs_test.go, TestMsgTransferGetSignBytes; CosmJS,
// packages/stargate/src/modules/ibc/aminomessages.spec.ts, for what is empty.
BOOST_AUTO_TEST_CASE(amino_transfer) {
  msg_transfer m{"testportid",
                 "testchannel",
                 {"atom", amount{100}},
                 "addr1",
                 "addr2",
                 msg_transfer::height{0, 10},
                 0,
                 ""};
  const std::string start = R"({"type":"cosmos-sdk/MsgTransfer","value":{)";
  const std::string names = R"("receiver":"addr2","sender":"addr1","source_channel":"testchannel",)"
                            R"("source_port":"testportid","timeout_height":)";
  const std::string token = R"("token":{"amount":"100","denom":"atom"}}})";
  BOOST_TEST(*amino_json(message{m}) == start + names + R"({"revision_height":"10"},)" + token);
  m.timeout_height.reset();
  BOOST_TEST(*amino_json(message{m}) == start + names + "{}," + token);
  m.timeout_height = {456, 123};
  m.timeout_timestamp_ns = 789;
  m.memo = "something something";
  BOOST_TEST(*amino_json(message{m}) ==
             start + R"("memo":"something something",)" + names +
                 R"({"revision_height":"123","revision_number":"456"},"timeout_timestamp":"789",)" +
                 token);
}

// Source: Cosmos SDK, x/auth/migrations/legacytx/stdtx_test.go, TestStdSignBytes, with a message
// that exists in the place of its test message.
BOOST_AUTO_TEST_CASE(amino_document) {
  const std::string message_json = *amino_json(one_send().messages[0]);
  const auto document = [](std::uint64_t timeout, const tx_fee& fee) {
    auto body = one_send();
    body.memo = "memo";
    body.timeout_height = timeout;
    auto auth = one_signer(6, sign_mode::legacy_amino_json);
    auth.fee = fee;
    return *amino_json(*make_document(body, auth, "1234", 3), 6);
  };
  const auto expected = [&](const std::string& fee, const std::string& end) {
    return R"({"account_number":"3","chain_id":"1234","fee":{)" + fee +
           R"(},"memo":"memo","msgs":[)" + message_json + R"(],"sequence":"6")" + end + "}";
  };
  const tx_fee plain{{{"atom", amount{150}}}, 100000, "", ""};
  const std::string plain_json = R"("amount":[{"amount":"150","denom":"atom"}],"gas":"100000")";
  const std::string who = faucet_address;
  BOOST_TEST(document(10, plain) == expected(plain_json, R"(,"timeout_height":"10")"));
  BOOST_TEST(document(0, plain) == expected(plain_json, ""));
  BOOST_TEST(document(0, {}) == expected(R"("amount":[],"gas":"0")", ""));
  auto fee = plain;
  fee.granter = who;
  const auto granter = R"(,"granter":")" + who + "\"";
  const auto payer = R"(,"payer":")" + who + "\"";
  BOOST_TEST(document(0, fee) == expected(plain_json + granter, ""));
  fee.payer = who;
  BOOST_TEST(document(0, fee) == expected(plain_json + granter + payer, ""));
  fee.granter.clear();
  BOOST_TEST(document(0, fee) == expected(plain_json + payer, ""));
}

// Source: Go's encoding/json, encode_test.go (TestEncodeString, HTML escaping); CosmJS,
// packages/amino/src/signdoc.spec.ts.
BOOST_AUTO_TEST_CASE(go_strings) {
  BOOST_TEST(*go_json_string("with all: &<>") == R"("with all: \u0026\u003c\u003e")");
  BOOST_TEST(*go_json_string("\"\\/") == R"("\"\\/")");
  const std::string controls{"\x00\x01\x1f\n\r\t\x7f", 7};
  BOOST_TEST(*go_json_string(controls) == "\"\\u0000\\u0001\\u001f\\n\\r\\t\x7f\"");
  BOOST_TEST(*go_json_string("\u2028\u2029\u00fc\u2027") == "\"\\u2028\\u2029\u00fc\u2027\"");
  // Go 1.22 changed how these two are written.
  BOOST_TEST((go_json_string("\b").error() == errc::cosmos_bad_document));
  BOOST_TEST((go_json_string("\f").error() == errc::cosmos_bad_document));
}

// Source: CosmJS, packages/amino/src/addresses.spec.ts and testutils.spec.ts (made by wasmd).
BOOST_AUTO_TEST_CASE(addresses) {
  BOOST_TEST(address("cosmos", key("02d41a0aa167b21699429eab224bc03f2cd386f0af5d20cefbd0336f1544aea"
                                   "24f")) == "cosmos1h806c7khnvmjlywdrkdgk2vrayy2mmvf9rxk2r");
  BOOST_TEST(address("cosmos", key(faucet_key)) == faucet_address);
  const auto test1 = key("038cb598ee54130d34f8e0818e7787aa06139a0e2d0026cadb662b55cf16859a67");
  const auto test2 = key("02906f1bd9516c8cd3b52639322c801bf8724c1fa5e878c0e32b9bd6c0bb8b0f68");
  const auto test3 = key("03cc93519d61b686da6f0e8cff9431e356b45f91063ed6f81f79ddd898858800f3");
  BOOST_TEST(address("wasm", test1) == "wasm1jq59w7y34msq69g4w3zvq6d5h3stcajd8g62xm");
  BOOST_TEST(address("wasm", test2) == "wasm146e52j6zphxw8m67cz8860ad5uju892cqmawsg");
  BOOST_TEST(address("wasm", test3) == "wasm1a6uxr25mw8qg8zz3l2avsdjsveh4yg9sw7h5np");

  const auto group = *make_multisig(2, {test3, test1, test2});
  BOOST_TEST((group == multisig_key{2, {test1, test2, test3}}));
  BOOST_TEST(to_hex(account_of(group)) == "0892a77fab2fa7e192c3b7b2741e6682f3abb72f");
  BOOST_TEST(address("wasm", group) == "wasm1pzf2wlat97n7rykrk7e8g8nxste6hde0r8jqsy");
  BOOST_TEST((make_multisig(4, {test1, test2, test3}).error() == errc::cosmos_bad_multisig));
  BOOST_TEST((make_multisig(0, {test1}).error() == errc::cosmos_bad_multisig));

  BOOST_TEST(to_hex(*bytes_of_address("wasm1pzf2wlat97n7rykrk7e8g8nxste6hde0r8jqsy")) ==
             "0892a77fab2fa7e192c3b7b2741e6682f3abb72f");
  BOOST_TEST((bytes_of_address("wasm1pzf2wlat97n7rykrk7e8g8nxste6hde0r8jqsz").error() ==
              errc::cosmos_bad_address));
  // Five bytes: whole as Bech32, and no account.
  BOOST_TEST((bytes_of_address("cosmos1d9h8qat57ljhcm").error() == errc::cosmos_bad_address));
}

// Source: CosmJS, packages/stargate/src/multisignature.spec.ts: the faucet's first five keys.
BOOST_AUTO_TEST_CASE(multisig_of_five) {
  const auto group = *make_multisig(
      2,
      {key(faucet_key), key("0220e8b1f21b062e785c9d508c2780a6e99ccbf16376d17e621cb03dfdc3293c7b"),
       key("033420df7259a87eef4ac9b4f5eb196396d9be6cd8c04fd263bf1c03488bc690fb"),
       key("03780e02507a6a245308fbd6310836f996c660db0b77caa5bd5dbc9bca76521636"),
       key("02e9b6d3adee6ff12b527214077eac2b9e4b92d1944ad81c6d289a0272f5c1a76e")});
  BOOST_TEST(address("cosmos", group) == "cosmos1h90ml36rcu7yegwduzgzderj2jmq49hcpfclw9");
}

// Source: as above, makeCompactBitArray.
BOOST_AUTO_TEST_CASE(bit_arrays) {
  const auto bits = [](std::string_view ones) {
    signer_bits made;
    for (const char c : ones)
      made.set.push_back(c == '1');
    return made;
  };
  const std::vector<std::pair<std::string, std::string>> vectors{{"1", "0801120180"},
                                                                 {"111", "08031201e0"},
                                                                 {"1111111", "08071201fe"},
                                                                 {"11111111", "1201ff"},
                                                                 {"111111111", "08011202ff80"},
                                                                 {"1000000000", "080212028000"},
                                                                 {"0000000001", "080212020040"},
                                                                 {"00", "0802120100"}};
  for (const auto& [text, hex] : vectors) {
    BOOST_TEST(to_hex(encode_bits(bits(text))) == hex);
    BOOST_TEST((decode_bits(*from_hex(hex)) && *decode_bits(*from_hex(hex)) == bits(text)), text);
  }
  // A bit behind the last one, no bytes, more extra bits than a byte has.
  for (const auto* hex : {"08011201c0", "0801", ""})
    BOOST_TEST((decode_bits(*from_hex(hex)).error() == errc::cosmos_bad_multisig), hex);
  BOOST_TEST((decode_bits(*from_hex("0808120180")).error() == errc::over_limit));
}

BOOST_AUTO_TEST_SUITE_END()
