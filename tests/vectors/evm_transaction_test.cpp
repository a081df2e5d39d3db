// Transactions and addresses against published examples.
#include "core/chain/evm/message.hpp"
#include "core/chain/evm/transaction.hpp"
#include "core/crypto/secp256k1_key.hpp"
#include "tests/vectors/evm_vectors.hpp"

using namespace quorate;
using namespace quorate::evm;

namespace {

ec_secret_key secret(const std::string& hex) {
  return ec_secret_key{unhex_fixed<digest>(hex).data};
}

address who(const std::string& hex) { return unhex_fixed<address>(hex); }

// Signs as published, reads the published bytes, and names the sender.
void check_published(const transaction& tx, const ec_secret_key& key,
                     const std::string& published) {
  const auto made = sign(tx, tx.chain_id, key);
  BOOST_REQUIRE(made.has_value());
  BOOST_TEST(to_hex(encode(*made)) == published);
  const auto read = decode_signed(unhex(published), tx.chain_id);
  BOOST_REQUIRE(read.has_value());
  BOOST_TEST((*read == *made));
  BOOST_TEST((sender(*read).value() == address_of(*ec_public_key::of(key))));
  BOOST_TEST((decode_unsigned(signing_payload(tx), tx.chain_id).value() == tx));
}

} // namespace

BOOST_AUTO_TEST_SUITE(evm_transaction)

// EIP-55, "Test Cases".
BOOST_AUTO_TEST_CASE(eip55) {
  for (const std::string text :
       {"0x52908400098527886E0F7030069857D2E4169EE7", "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
        "0xde709f2102306220921060314715629080e2fb77", "0x27b1fdb04752bbc536007a920d24acb045561c26",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
        "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb"}) {
    const auto parsed = parse_address(text, checksum::required);
    BOOST_REQUIRE_MESSAGE(parsed.has_value(), text);
    BOOST_TEST(to_string(*parsed) == text);
    for (std::size_t i = 2; i < text.size(); ++i) {
      if (text[i] < 'A') continue;
      auto wrong = text;
      wrong[i] = static_cast<char>(wrong[i] ^ 0x20); // the other case
      BOOST_TEST((parse_address(wrong, checksum::required).error() == errc::bad_checksum), wrong);
    }
  }
  const std::string lower = "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed";
  BOOST_TEST((parse_address(lower, checksum::required).error() == errc::bad_checksum));
  BOOST_TEST(parse_address(lower, checksum::where_mixed).has_value());
  BOOST_TEST((parse_address(lower + "00", checksum::where_mixed).error() == errc::bad_address));
  BOOST_TEST((parse_address(lower.substr(2), checksum::where_mixed).error() == errc::bad_address));
}

// EIP-155, "Example".
BOOST_AUTO_TEST_CASE(eip155) {
  transaction tx;
  tx.type = transaction_type::legacy;
  tx.chain_id = 1;
  tx.nonce = 9;
  tx.gas_price = 20'000'000'000;
  tx.gas_limit = 21'000;
  tx.to = who("3535353535353535353535353535353535353535");
  tx.value = 1'000'000'000'000'000'000;
  BOOST_TEST(to_hex(signing_payload(tx)) ==
             "ec098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a7640000"
             "80018080");
  BOOST_TEST(to_hex(signing_digest(tx)) ==
             "daf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53");
  check_published(tx, secret("4646464646464646464646464646464646464646464646464646464646464646"),
                  "f86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a764"
                  "00008025a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276a067cb"
                  "e9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83");
}

// go-ethereum, core/types/transaction_test.go, TestEIP2718TransactionSigHash and -Encode.
BOOST_AUTO_TEST_CASE(eip2930) {
  transaction tx;
  tx.type = transaction_type::access_list;
  tx.chain_id = 1;
  tx.nonce = 3;
  tx.gas_price = 1;
  tx.gas_limit = 25'000;
  tx.to = who("b94f5374fce5edbc8e2a8697c15331677e6ebf0b");
  tx.value = 10;
  tx.data = {0x55, 0x44};
  BOOST_TEST(to_hex(signing_digest(tx)) ==
             "49b486f0ec0a60dfbbca2d30cb07c9e8ffb2a2ff41f29a1ab6737475f6ff69f3");
  const auto published =
      unhex("01f8630103018261a894b94f5374fce5edbc8e2a8697c15331677e6ebf0b0a825544c001a0c9519f"
            "4f2b30335884581971573fadf60c6204f59a911df35ee8a540456b2660a032f1e8e2c5dd761f9e4f"
            "88f41c8310aeaba26a8bfcdacfedfa12ec3862d37521");
  const auto read = decode_signed(published, 1).value();
  BOOST_TEST((read.content == tx));
  BOOST_TEST(to_hex(encode(read)) == to_hex(published));
  BOOST_TEST(sender(read).has_value());
}

// ethereumjs, packages/tx/test/json/eip1559.json (there from Besu).
BOOST_AUTO_TEST_CASE(eip1559) {
  struct row {
    std::uint64_t nonce, value, gas_limit, priority_fee, fee;
    const char* encoded;
  };
  const row rows[] = {
      {819, 43203529, 35552, 75853, 121212,
       "02f870821e8e8203338301284d8301d97c828ae094000000000000000000000000000000000000aa"
       "aa8402933bc980c080a0d067f2167008c59219652f91cbf8788dbca5f771f6e91e2b7657e85b78b4"
       "72e0a01d305af9fe81fdba43f0dfcd400ed24dcace0a7e30d4e85701dcaaf484cd079e"},
      {353, 61901619, 32593, 38850, 136295,
       "02f86f821e8e8201618297c283021467827f5194000000000000000000000000000000000000aaaa"
       "8403b08b3380c001a004205678f13fc1d7b10feea6513dfa76e24418b6e08097d95c6f93a3b64e53"
       "6da01d45ad61bfece43862de2cce7d2575a8c1d08c26c87f3cb5f26d7b0be54a91b2"},
      {985, 32531825, 68541, 66377, 136097,
       "02f871821e8e8203d983010349830213a183010bbd94000000000000000000000000000000000000"
       "aaaa8401f0657180c001a0e6d23c5ecc0f388a4d41a9523c3ad171e98083a61288c340b968dfe090"
       "3a6741a07319e8d54a4fd8f0c081d3ce093d869f9df598481991c8534bfd8f2c163884b4"},
      {623, 21649799, 57725, 74140, 81173,
       "02f870821e8e82026f8301219c83013d1582e17d94000000000000000000000000000000000000aa"
       "aa84014a598780c080a0b107893e4590e177e244493a3f2b59d63619ddd82772105d8c96b7fc85ff"
       "683da07dc9b9dc054d2f69f9cc540688f6c0da3b54dd8bd8323f06d0ca26b546a480f1"},
      {972, 94563383, 65254, 42798, 103466,
       "02f86f821e8e8203cc82a72e8301942a82fee694000000000000000000000000000000000000aaaa"
       "8405a2ec3780c080a02596bfedd3101f7e3c881eec060f83c60617fb21173ff41a560e02c9c23f02"
       "f4a01ef1f7930d31081c06dfd2176046a99442a88678638a33eb80afa8d2d3389ee0"},
      {588, 99359647, 37274, 87890, 130273,
       "02f870821e8e82024c830157528301fce182919a94000000000000000000000000000000000000aa"
       "aa8405ec1b9f80c001a0404a06f2a9ba9d444e59f03e1b4ce46c4d7127342aa287a6e9a910b26ff6"
       "cc89a04af28549efdfb3e746938d01c92785e9852eb58c48d6f35cc99961e88f56603a"},
      {900, 30402257, 76053, 8714, 112705,
       "02f870821e8e82038482220a8301b8418301291594000000000000000000000000000000000000aa"
       "aa8401cfe6d180c080a06e1bc9e4645de8bdad2c60424539c2dd93aacbc06ae94e440629b133a99e"
       "9ba7a03d23fdfdd9934c77fe5385a6b4b6c69e84cdec7814a19d81e648b5852ee5f7eb"},
      {709, 6478043, 28335, 86252, 94636,
       "02f86f821e8e8202c5830150ec830171ac826eaf94000000000000000000000000000000000000aa"
       "aa8362d8db80c001a09880d133cd636f8c8dce32e2c43494b9f2dc000eee8dc61931e09f866ed04b"
       "46a00e44d5c503c7f08b36c8b062c32a963f3dd20a71e95e3d903bfbe7f4da47cd47"},
      {939, 2782905, 45047, 45216, 91648,
       "02f86e821e8e8203ab82b0a08301660082aff794000000000000000000000000000000000000aaaa"
       "832a76b980c001a0a0e7d9b07c7ec68f24788a554f993b99d59a3f08439cc6c942f62ea0341f2aeb"
       "a078122b9957c146f7c87811bd58a7e9916ca8c07dabcf875b97bbdef79cb9c197"},
      {119, 65456115, 62341, 24721, 107729,
       "02f86d821e8e778260918301a4d182f38594000000000000000000000000000000000000aaaa8403"
       "e6c7f380c001a0e38e239770801eb995498c821e55ac9c19ae09184bb27b34be105e02fe3b7615a0"
       "67c64ca6bd6d9107e85fd581ab2e70a14b637eb36505bb40861ef9d6e800cab6"},
  };
  for (const auto& each : rows) {
    transaction tx;
    tx.type = transaction_type::dynamic_fee;
    tx.chain_id = 7822;
    tx.nonce = each.nonce;
    tx.max_priority_fee_per_gas = each.priority_fee;
    tx.max_fee_per_gas = each.fee;
    tx.gas_limit = each.gas_limit;
    tx.to = who("000000000000000000000000000000000000aaaa");
    tx.value = each.value;
    check_published(tx, secret("8f2a55949038a9610f50fb23b5883af3b4ecb3c3bb792cbcefbd1542c692be63"),
                    each.encoded);
  }
}

// ethereumjs, packages/tx/test/eip4844.spec.ts: bytes, hash.
BOOST_AUTO_TEST_CASE(eip4844) {
  const auto published =
      unhex("03f89b84028757b38085012a05f20085012a05f2008303345094ffb38a7a99e3e2335be83fc74b7f"
            "aa19d553124383bc614e80c084b2d05e00e1a001b0a4cdd5f55589f5c5b4d46c76704bb6ce95c0a8"
            "c09f77f197a57808dded2880a08a83833ec07806485a4ded33f24f5cea4b8d4d24dc8f357e6d446b"
            "cdae5e58a7a068a2ba422a50cf84c0b5fcbda32ee142196910c97198ffd99035d920c2b557f8");
  transaction tx;
  tx.type = transaction_type::blob;
  tx.chain_id = 0x28757b3;
  tx.max_priority_fee_per_gas = 0x12a05f200;
  tx.max_fee_per_gas = 0x12a05f200;
  tx.gas_limit = 0x33450;
  tx.to = who("ffb38a7a99e3e2335be83fc74b7faa19d5531243");
  tx.value = 0xbc614e;
  tx.max_fee_per_blob_gas = 0xb2d05e00;
  tx.blob_hashes = {
      unhex_fixed<blob_hash>("01b0a4cdd5f55589f5c5b4d46c76704bb6ce95c0a8c09f77f197a57808dded28")};
  const auto read = decode_signed(published, tx.chain_id).value();
  BOOST_TEST((read.content == tx));
  BOOST_TEST(to_hex(encode(read)) == to_hex(published));
  BOOST_TEST(to_hex(transaction_hash(read)) ==
             "e5e02be0667b6d31895d1b5a8b916a6761cbc9865225c6144a3e2c50936d173e");
}

// The sender of a blob transaction: NomicFoundation/edr, transaction/signed/eip4844.rs, recover().
BOOST_AUTO_TEST_CASE(eip4844_sender) {
  transaction tx;
  tx.type = transaction_type::blob;
  tx.chain_id = 1337;
  tx.max_priority_fee_per_gas = 1'000'000'000;
  tx.max_fee_per_gas = 1'000'000'000;
  tx.gas_limit = 1'000'000;
  tx.to = address{};
  tx.data = unhex("2069b0c7");
  tx.max_fee_per_blob_gas = 1;
  tx.blob_hashes = {
      unhex_fixed<blob_hash>("01ae39c06daecb6a178655e3fab2e56bd61e81392027947529e4def3280c546e")};
  const recoverable_signature signature{
      unhex_fixed<ecdsa_signature>(
          "aeb099417be87077fe470104f6aa73e4e473a51a6c4be62607d10e8f13f9d082"
          "390a4c98aaecf0cfc2b27e68bdcec511dd4136356197e5937ce186af5608690b"),
      1};
  BOOST_TEST(to_string(sender({tx, signature}).value()) ==
             "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");
}

// web3.js documentation: eth.accounts.hashMessage and eth.accounts.sign.
BOOST_AUTO_TEST_CASE(eip191) {
  BOOST_TEST(to_hex(personal_message_digest(as_bytes("Hello World"))) ==
             "a1de988600a42c4b4ab089b619297c17d53cffae5d5120d82d8a92d0bb3b78f2");
  const auto digest = personal_message_digest(as_bytes("Some data"));
  BOOST_TEST(to_hex(digest) == "1da44b586eb0729ff70a73c326926f6ed5a25f5b056e7f47fbc6e58d86871655");
  const auto key = secret("4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318");
  const auto sig = sign_message(key, digest).value();
  BOOST_TEST(to_hex(sig) == "b91467e570a6466aa9e9876cbcd013baba02900b8979d43fe208a4a4f339f5fd"
                            "6007e74cd82e037b800186422fc2da167c747ef045e5d18a5f5d4300f8e1a0291c");
  BOOST_TEST(to_string(message_signer(digest, sig).value()) ==
             "0x2c7536E3605D9C16a7a3D7b1898e529396a65c23");
}

BOOST_AUTO_TEST_SUITE_END()
