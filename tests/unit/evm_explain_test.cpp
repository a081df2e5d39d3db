// What a signer's screen shows, and that it is what is signed.
#include "core/chain/evm/explain.hpp"
#include "core/chain/evm/message.hpp"
#include "core/chain/evm/typed_data.hpp"
#include "core/crypto/keccak.hpp"

#include <boost/test/unit_test.hpp>

namespace quorate::evm {

namespace {

const abi::contract& token() {
  static const auto made = abi::contract::from_json(R"([
    {"type": "function", "name": "transfer", "stateMutability": "nonpayable",
     "inputs": [{"name": "to", "type": "address"}, {"name": "amount", "type": "uint256"}],
     "outputs": [{"name": "", "type": "bool"}]},
    {"type": "function", "name": "note", "stateMutability": "nonpayable",
     "inputs": [{"name": "", "type": "string"}], "outputs": []}])");
  return *made;
}

transaction transfer() {
  transaction tx;
  tx.chain_id = 1;
  tx.nonce = 42;
  tx.max_fee_per_gas = 30'500'000'000;
  tx.max_priority_fee_per_gas = 1'000'000'000;
  tx.gas_limit = 65'000;
  tx.to = *parse_address("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", checksum::required);
  tx.data = *encode_call_json(*token().find("transfer"),
                              R"(["0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359", 2500000])");
  return tx;
}

std::string shown(const transaction& tx, const abi::contract* callee) {
  const auto out = explain(tx, {"Ethereum", callee});
  BOOST_TEST((out.signing_digest() == signing_digest(tx)));
  BOOST_TEST(out.lines().back().text == "0x" + to_hex(signing_digest(tx)));
  for (char c : out.text())
    BOOST_TEST((c == '\n' || (c >= 0x20 && c < 0x7f)));
  const auto text = out.text();
  return text.substr(0, text.rfind("Digest:"));
}

errc refusal(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  BOOST_REQUIRE_MESSAGE(at != text.npos, from);
  const auto parsed = typed_data::parse(text.replace(at, from.size(), to));
  return parsed ? errc{} : parsed.error();
}

const std::string mail = R"({
  "types": {
    "EIP712Domain": [{"name": "name", "type": "string"}, {"name": "chainId", "type": "uint256"}],
    "Mail": [{"name": "to", "type": "Person[]"}, {"name": "fee", "type": "int8"},
             {"name": "tags", "type": "bytes2[2]"}],
    "Person": [{"name": "name", "type": "string"}, {"name": "wallet", "type": "address"},
               {"name": "knows", "type": "Person[]"}]},
  "primaryType": "Mail",
  "domain": {"name": "Post", "chainId": 1},
  "message": {"fee": -5, "tags": ["0x0102", "0x0304"],
    "to": [{"name": "Bob\nFee: 0", "wallet": "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "knows": []}]}})";

} // namespace

BOOST_AUTO_TEST_SUITE(evm_explain)

BOOST_AUTO_TEST_CASE(a_call_by_name) {
  BOOST_TEST(shown(transfer(), &token()) ==
             "Chain: 1 (Ethereum)\n"
             "Transaction: dynamic fee (EIP-1559)\n"
             "To: 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed\n"
             "Value: 0 ETH\n"
             "Call: transfer(address,uint256)\n"
             "  to: 0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359\n"
             "  amount: 2500000\n"
             "Gas: at most 65000 for 30.5 gwei each, of which at most 1 gwei to the proposer\n"
             "Fee: at most 0.0019825 ETH\n"
             "In all: at most 0.0019825 ETH\n"
             "Nonce: 42\n");
}

BOOST_AUTO_TEST_CASE(what_is_not_known_is_said) {
  auto tx = transfer();
  tx.data[0] = 0xa8;
  BOOST_TEST(shown(tx, nullptr)
                 .find("Warning: the contract's ABI is not known; it may do anything with this "
                       "data\nSelector: 0xa8059cbb\nData: 68 bytes, Keccak-256 0x") !=
             std::string::npos);
  tx.data[0] = 0xa9;
  tx.data.push_back(0); // what is left over would not be shown
  BOOST_TEST(shown(tx, nullptr).find("Looks like") == std::string::npos);
  BOOST_TEST(shown(tx, &token())
                 .find("Warning: the data is no call that the contract's ABI has "
                       "(trailing_bytes)\n") != std::string::npos);
  tx.data = {1, 2, 3};
  BOOST_TEST(shown(tx, &token()).find("Data: 3 bytes, 0x010203\n") != std::string::npos);
  tx = transfer();
  tx.value = 1;
  BOOST_TEST(shown(tx, &token()).find("Warning: the function takes no payment") !=
             std::string::npos);
  BOOST_TEST(shown(tx, &token()).find("Value: 0.000000000000000001 ETH\n") != std::string::npos);
  tx.to.reset();
  BOOST_TEST(shown(tx, &token()).find("To: none: creates a contract\n") != std::string::npos);
  BOOST_TEST(shown(tx, &token()).find("Call:") == std::string::npos);
}

// Four bytes tell which function was meant, and not what the contract makes of them.
BOOST_AUTO_TEST_CASE(a_call_that_only_looks_like_one) {
  const auto text = shown(transfer(), nullptr);
  BOOST_TEST(text.find("Warning: the contract's ABI is not known; it may do anything with this "
                       "data\nLooks like: transfer(address,uint256)\n"
                       "  to: 0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359\n"
                       "  value: 2500000\nGas: ") != std::string::npos);
  BOOST_TEST(text.find("Call:") == std::string::npos);
  BOOST_TEST(shown(transfer(), &token()).find("Looks like") == std::string::npos);
}

// A chain's coin is ether where that is known, and nowhere else.
BOOST_AUTO_TEST_CASE(coins_of_chains) {
  auto tx = transfer();
  tx.value = 5;
  for (const std::uint64_t chain : {1ULL, 10ULL, 42161ULL, 11155111ULL}) {
    tx.chain_id = chain;
    BOOST_TEST(shown(tx, &token()).find("Value: 0.000000000000000005 ETH\n") != std::string::npos);
  }
  for (const std::uint64_t chain : {2ULL, 56ULL, 137ULL, 31337ULL, ~0ULL >> 2}) {
    tx.chain_id = chain;
    const auto text = shown(tx, &token());
    const auto coin = "of chain " + std::to_string(chain) + "'s coin\n";
    BOOST_TEST(text.find("Value: 0.000000000000000005 " + coin) != std::string::npos);
    BOOST_TEST(text.find("Fee: at most 0.0019825 " + coin) != std::string::npos);
    BOOST_TEST(text.find("In all: at most 0.001982500000000005 " + coin) != std::string::npos);
    for (const char* claimed : {"ETH", "ether"})
      BOOST_TEST(text.find(claimed) == std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(no_text_forges_a_line) {
  auto tx = transfer();
  tx.data = *encode_call_json(*token().find("note"), R"(["x\nTo: 0x00"])");
  BOOST_TEST(shown(tx, &token()).find("  argument 1: \"x\\x0aTo: 0x00\"\n") != std::string::npos);
  const auto message = explain_personal_message(as_bytes("a\rb\x1b[2J"));
  BOOST_TEST(message.lines()[1].text == "\"a\\x0db\\x1b[2J\"");
}

BOOST_AUTO_TEST_CASE(blobs) {
  auto tx = transfer();
  tx.type = transaction_type::blob;
  tx.max_fee_per_blob_gas = 2'000'000'000;
  tx.blob_hashes.resize(1);
  tx.blob_hashes[0].data[0] = 1;
  const auto text = shown(tx, &token());
  BOOST_TEST(text.find("Blob gas: at most 2 gwei each, for 1 blob\n"
                       "Fee: at most 0.002244644 ETH\n") != std::string::npos);
  BOOST_TEST(text.find("Blob: 0x0100") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(typed_data_value_by_value) {
  const auto parsed = typed_data::parse(mail).value();
  const auto out = parsed.explain();
  BOOST_TEST((out.signing_digest() == parsed.signing_digest()));
  const auto text = out.text();
  BOOST_TEST(text.substr(0, text.rfind("Digest:")) ==
             "Sign: typed data (EIP-712): Mail\n"
             "Domain.name: \"Post\"\n"
             "Domain.chainId: 1\n"
             "Mail.to[0].name: \"Bob\\x0aFee: 0\"\n"
             "Mail.to[0].wallet: 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed\n"
             "Mail.to[0].knows: none\n"
             "Mail.fee: -5\n"
             "Mail.tags[0]: 0x0102\n"
             "Mail.tags[1]: 0x0304\n");
}

BOOST_AUTO_TEST_CASE(typed_data_that_is_refused) {
  const auto is = [](const char* from, const char* to, errc e) {
    BOOST_TEST((refusal(mail, from, to) == e), from << " -> " << to);
  };
  is("\"fee\": -5, ", "", errc::bad_typed_data);                    // a member is missing
  is("\"fee\": -5", "\"fee\": -5, \"x\": 1", errc::bad_typed_data); // one that is not signed
  is("\"fee\": -5", "\"fee\": -5, \"fee\": 5", errc::bad_json);
  is("\"fee\": -5", "\"fee\": null", errc::type_mismatch);
  is("\"fee\": -5", "\"fee\": -129", errc::number_overflow);
  is("\"0x0102\"", "\"0x01\"", errc::type_mismatch);
  is("\"0x0102\", ", "", errc::type_mismatch);
  is("int8", "int", errc::bad_typed_data); // hashed as written by some, as int256 by others
  is("int8", "fixed", errc::bad_typed_data);
  is("int8", "Nobody", errc::bad_typed_data);
  is("int8", "int7", errc::bad_typed_data);
  is("bytes2[2]", "bytes2[0]", errc::bad_abi_type);
  is("bytes2[2]", "bytes2[2", errc::bad_abi_type);
  is("\"fee\", \"type\"", "\"to\", \"type\"", errc::bad_typed_data);
  is("\"fee\", \"type\"", "\"a b\", \"type\"", errc::bad_typed_data);
  is("\"Person\":", "\"bool\":", errc::bad_typed_data);
  is("\"primaryType\": \"Mail\"", "\"primaryType\": \"Male\"", errc::bad_typed_data);
  is("\"primaryType\": \"Mail\"", "\"primaryType\": \"EIP712Domain\"", errc::bad_typed_data);
  is("\"primaryType\": \"Mail\",", "", errc::bad_typed_data);
  is("\"primaryType\"", "\"x\": 1, \"primaryType\"", errc::bad_typed_data);
  is("\"uint256\"", "\"uint64\"", errc::bad_typed_data); // of the domain's chainId
  is("\"name\": \"chainId\"", "\"name\": \"owner\"", errc::bad_typed_data);
  is("0x5aAe", "0x5aae", errc::bad_checksum);
  is("{\"fee\"", "{,\"fee\"", errc::bad_json);

  std::string deep = "[]";
  for (int i = 0; i < 20; ++i)
    deep = R"([{"name":"","wallet":"0x0000000000000000000000000000000000000000","knows":)" + deep +
           "}]";
  is("\"knows\": []", ("\"knows\": " + deep).c_str(), errc::too_deep);
  BOOST_TEST(
      (typed_data::parse(std::string(typed_data_bytes_max + 1, ' ')).error() == errc::over_limit));
}

// With a byte order mark in front the same is signed; in a name, it is another name or none.
BOOST_AUTO_TEST_CASE(typed_data_behind_a_byte_order_mark) {
  const std::string mark = "\xef\xbb\xbf";
  BOOST_TEST((typed_data::parse(mark + mail).value().signing_digest() ==
              typed_data::parse(mail).value().signing_digest()));
  const auto is = [&](const std::string& from, const std::string& to, errc e) {
    BOOST_TEST((refusal(mail, from, to) == e), from << " -> " << to);
    BOOST_TEST((refusal(mark + mail, from, to) == e), from << " -> " << to);
  };
  is("\"fee\": -5", "\"fee\": -5, \"fee\": 5", errc::bad_json);
  is("\"fee\": -5", "\"" + mark + "fee\": -5", errc::bad_typed_data);
  is("\"name\": \"fee\"", "\"name\": \"" + mark + "fee\"", errc::bad_typed_data);
  is("\"Mail\":", "\"" + mark + "Mail\":", errc::bad_typed_data);
  is("\"primaryType\": \"Mail\"", "\"primaryType\": \"" + mark + "Mail\"", errc::bad_typed_data);
  is("{", mark + mark + "{", errc::bad_json);
}

// Put together by hand.
BOOST_AUTO_TEST_CASE(a_domain_in_another_order) {
  const auto parsed = typed_data::parse(
      R"({"types":{"EIP712Domain":[{"name":"verifyingContract","type":"address"},)"
      R"({"name":"chainId","type":"uint256"}],"Vote":[{"name":"yes","type":"bool"}]},)"
      R"("primaryType":"Vote","domain":{"chainId":1,"verifyingContract":"0x)" +
      std::string(40, '1') + R"("},"message":{"yes":true}})");
  const auto type_hash = [](std::string_view text) { return keccak256(as_bytes(text)); };
  digest contract, one;
  std::fill(contract.data.begin() + 12, contract.data.end(), std::uint8_t{0x11});
  one.data[31] = 1;
  const auto separator =
      keccak256({type_hash("EIP712Domain(address verifyingContract,uint256 chainId)").view(),
                 contract.view(), one.view()});
  const auto vote = keccak256({type_hash("Vote(bool yes)").view(), one.view()});
  BOOST_TEST((parsed.value().signing_digest() == typed_message_digest(separator, vote)));
}

// EIP-712, "Definition of domainSeparator": five members, any of them. "User-agents should
// accept fields in any order": the separator is of the order that the document has.
BOOST_AUTO_TEST_CASE(domains) {
  const auto error_of = [](const std::string& members, const std::string& values) {
    const auto parsed = typed_data::parse(
        R"({"types":{"EIP712Domain":[)" + members + R"(],"Vote":[{"name":"yes","type":"bool"}]},)" +
        R"("primaryType":"Vote","domain":{)" + values + R"(},"message":{"yes":true}})");
    return parsed ? std::string{"none"} : std::string{name(parsed.error())};
  };
  const std::string title = R"({"name":"name","type":"string"})";
  const std::string version = R"({"name":"version","type":"string"})";
  const std::string chain = R"({"name":"chainId","type":"uint256"})";
  const std::string contract = R"({"name":"verifyingContract","type":"address"})";
  const std::string salt = R"({"name":"salt","type":"bytes32"})";
  const std::string a_contract = R"("verifyingContract":"0x)" + std::string(40, '1') + '"';
  const std::string a_salt = R"("salt":"0x)" + std::string(64, '2') + '"';
  BOOST_TEST(error_of(title + "," + version + "," + chain + "," + contract + "," + salt,
                      R"("name":"x","version":"1","chainId":1,)" + a_contract + "," + a_salt) ==
             "none");
  BOOST_TEST(error_of(chain + "," + contract, R"("chainId":1,)" + a_contract) == "none");
  BOOST_TEST(error_of(salt, a_salt) == "none");
  BOOST_TEST(error_of("", "") == "bad_typed_data");
  BOOST_TEST(error_of(contract + "," + chain, R"("chainId":1,)" + a_contract) == "none");
  BOOST_TEST(error_of(version + "," + title, R"("name":"x","version":"1")") == "none");
  BOOST_TEST(error_of(title + "," + title, R"("name":"x")") == "bad_typed_data");
  BOOST_TEST(error_of(title + R"(,{"name":"owner","type":"address"})",
                      R"("name":"x","owner":"0x)" + std::string(40, '1') + '"') ==
             "bad_typed_data");
  for (const char* wrong : {"uint64", "string", "uint256[]", "int256"})
    BOOST_TEST(error_of(R"({"name":"chainId","type":")" + std::string{wrong} + R"("})",
                        R"("chainId":1)") == "bad_typed_data",
               wrong);
  // Whoever is refused is told them.
  const auto told = quorate::explain(errc::bad_typed_data);
  for (const char* member : {"string name", "string version", "uint256 chainId",
                             "address verifyingContract", "bytes32 salt"})
    BOOST_TEST(told.find(member) != told.npos, member);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace quorate::evm
