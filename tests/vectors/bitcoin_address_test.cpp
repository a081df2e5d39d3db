// Addresses: the vectors of BIP-173 and BIP-350, and of Base58Check's users.
#include "core/chain/base58.hpp"
#include "core/chain/bitcoin/address.hpp"
#include "core/chain/bitcoin/script.hpp"
#include "core/chain/bitcoin/taproot.hpp"

#include <boost/test/unit_test.hpp>

using namespace quorate;
using namespace quorate::bitcoin;

namespace {

struct pair {
  std::string_view address;
  std::string_view script;
};

void check_pairs(network net, std::initializer_list<pair> pairs) {
  for (const auto& [address, script] : pairs)
    BOOST_TEST_CONTEXT(address) {
      const auto decoded = from_address(address, net);
      BOOST_REQUIRE(decoded.has_value());
      BOOST_TEST(to_hex(*decoded) == script);
      std::string lower{address};
      if (lower.starts_with("BC1"))
        for (char& c : lower)
          c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      BOOST_TEST(to_address(*decoded, net).value() == lower);
    }
}

ec_public_key key(std::string_view hex) { return *ec_public_key::parse(*from_hex(hex)); }

digest_160 key_hash(std::string_view hex) { return hash160(key(hex).compressed().view()); }

} // namespace

BOOST_AUTO_TEST_SUITE(bitcoin_address)

// Source: BIP-350, "Test vectors for v0-v16 native segregated witness addresses".
BOOST_AUTO_TEST_CASE(bip350_valid) {
  check_pairs(
      network::mainnet,
      {{"BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
        "0014751e76e8199196d454941c45d1b3a323f1433bd6"},
       {"bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y",
        "5128751e76e8199196d454941c45d1b3a323f1433bd6751e76e8199196d454941c45d1b3a323f1433bd6"},
       {"BC1SW50QGDZ25J", "6002751e"},
       {"bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs", "5210751e76e8199196d454941c45d1b3a323"},
       {"bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
        "512079be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"}});
  check_pairs(network::testnet,
              {{"tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7",
                "00201863143c14c5166804bd19203356da136c985678cd4d27a1b8c6329604903262"},
               {"tb1qqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesrxh6hy",
                "0020000000c4a5cad46221b2a187905e5266362b99d5e91c6ce24d165dab93e86433"},
               {"tb1pqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesf3hn0c",
                "5120000000c4a5cad46221b2a187905e5266362b99d5e91c6ce24d165dab93e86433"}});
}

// Source: as above, the invalid addresses, in their order.
BOOST_AUTO_TEST_CASE(bip350_invalid) {
  for (const std::string_view address :
       {"tc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq5zuyut",
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",
        "tb1z0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqglt7rf",
        "BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL",
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh",
        "tb1q0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq24jc47",
        "bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4",
        "BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R", "bc1pw5dgrnzv",
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v8n0nx0muaewav253zgeav",
        "BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P",
        "tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq47Zagq",
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v07qwwzcrf",
        "tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vpggkg4j", "bc1gmk9yu"})
    for (const auto net : {network::mainnet, network::testnet})
      BOOST_TEST(!from_address(address, net).has_value(), address);
}

// Source: BIP-173, "Examples".
BOOST_AUTO_TEST_CASE(bip173_examples) {
  const auto public_key =
      key("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798").compressed();
  bytes pay_to_key;
  append_push(pay_to_key, public_key.view());
  pay_to_key.push_back(0xac);
  const bytes to_hash = p2wpkh_script(hash160(public_key.view()));
  BOOST_TEST(to_address(to_hash, network::mainnet).value() ==
             "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4");
  BOOST_TEST(to_address(to_hash, network::signet).value() ==
             "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx");
  BOOST_TEST(to_address(p2wsh_script(pay_to_key), network::mainnet).value() ==
             "bc1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qccfmv3");
  BOOST_TEST(to_address(p2wsh_script(pay_to_key), network::testnet).value() ==
             "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7");
}

// Source: BIP-49, "Test vectors" (its first account's first receiving key).
BOOST_AUTO_TEST_CASE(bip49_nested) {
  const auto hash = key_hash("03a1af804ac108a8a51782198c2d034b28bf90c8803f5a53f76276fa69a4eae77f");
  BOOST_TEST(to_hex(hash) == "38971f73930f6c141d977ac4fd4a727c854935b3");
  BOOST_TEST(to_address(p2sh_p2wpkh_script(hash), network::testnet).value() ==
             "2Mww8dCYPUpKHofjgcXcBCEGmniw9CoaiD2");
}

// Source: BIP-84, "Test vectors": m/84'/0'/0'/0/0, 0/1 and 1/0.
BOOST_AUTO_TEST_CASE(bip84) {
  const std::array<pair, 3> cases{
      {{"bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu",
        "0330d54fd0dd420a6e5f8d3624f5f3482cae350f79d5f0753bf5beef9c2d91af3c"},
       {"bc1qnjg0jd8228aq7egyzacy8cys3knf9xvrerkf9g",
        "03e775fd51f0dfb8cd865d9ff1cca2a158cf651fe997fdc9fee9c1d3b5e995ea77"},
       {"bc1q8c6fshw2dlwun7ekn9qwf37cu2rn755upcp6el",
        "03025324888e429ab8e3dbaf1f7802648b9cd01e9b418485c5fa4c1b9b5700e1a6"}}};
  for (const auto& [address, public_key] : cases)
    BOOST_TEST(to_address(p2wpkh_script(key_hash(public_key)), network::mainnet).value() ==
               address);
}

// Source: BIP-86, "Test vectors": m/86'/0'/0'/0/0, 0/1 and 1/0.
BOOST_AUTO_TEST_CASE(bip86) {
  struct vector {
    std::string_view internal_key, output_key, script, address;
  };
  const std::array<vector, 3> cases{
      {{"cc8a4bc64d897bddc5fbc2f670f7a8ba0b386779106cf1223c6fc5d7cd6fc115",
        "a60869f0dbcf1dc659c9cecbaf8050135ea9e8cdc487053f1dc6880949dc684c",
        "5120a60869f0dbcf1dc659c9cecbaf8050135ea9e8cdc487053f1dc6880949dc684c",
        "bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr"},
       {"83dfe85a3151d2517290da461fe2815591ef69f2b18a2ce63f01697a8b313145",
        "a82f29944d65b86ae6b5e5cc75e294ead6c59391a1edc5e016e3498c67fc7bbb",
        "5120a82f29944d65b86ae6b5e5cc75e294ead6c59391a1edc5e016e3498c67fc7bbb",
        "bc1p4qhjn9zdvkux4e44uhx8tc55attvtyu358kutcqkudyccelu0was9fqzwh"},
       {"399f1b2f4393f29a18c937859c5dd8a77350103157eb880f02e8c08214277cef",
        "882d74e5d0572d5a816cef0041a96b6c1de832f6f9676d9605c44d5e9a97d3dc",
        "5120882d74e5d0572d5a816cef0041a96b6c1de832f6f9676d9605c44d5e9a97d3dc",
        "bc1p3qkhfews2uk44qtvauqyr2ttdsw7svhkl9nkm9s9c3x4ax5h60wqwruhk7"}}};
  for (const auto& [internal_key, output_key, script, address] : cases) {
    const auto internal = *fixed_from_hex<x_only_key>(internal_key);
    BOOST_TEST(to_hex(taproot_output_key(internal, std::nullopt)->key) == output_key);
    BOOST_TEST(to_hex(p2tr_script(internal).value()) == script);
    BOOST_TEST(to_address(p2tr_script(internal).value(), network::mainnet).value() == address);
  }
}

// Source: bitcoin.it wiki, "Technical background of version 1 Bitcoin addresses" (compressed and
// uncompressed key); BIP-13's and BIP-16's forms on all networks.
BOOST_AUTO_TEST_CASE(base58_addresses) {
  const auto hash = key_hash("0250863ad64a87ae8a2fe83c1af1a8403cb53f53e486d8511dad8a04887e5b2352");
  const std::string address = "1PMycacnJaSqwwJqjawXBErnLsZ7RkXUAs";
  BOOST_TEST(to_address(p2pkh_script(hash), network::mainnet).value() == address);
  BOOST_TEST((from_address(address, network::mainnet).value() == p2pkh_script(hash)));
  for (const auto net : {network::testnet, network::signet, network::regtest}) {
    BOOST_TEST((from_address(address, net).error() == errc::wrong_network));
    const auto test_address = to_address(p2sh_script(hash), net).value();
    BOOST_TEST((from_address(test_address, net).value() == p2sh_script(hash)));
    BOOST_TEST((from_address(test_address, network::mainnet).error() == errc::wrong_network));
  }
}

// Source: bitcoin/bitcoin, src/test/data/base58_encode_decode.json holds plain Base58; the checks
// here are of leading zeros, damage and limits.
BOOST_AUTO_TEST_CASE(base58check) {
  for (std::size_t size = 0; size <= chain::base58_payload_max; ++size) {
    bytes payload(size, 0xff);
    for (std::size_t i = 0; i < size / 3; ++i)
      payload[i] = 0;
    std::string text = chain::encode_base58check(payload);
    BOOST_TEST((chain::decode_base58check(text).value() == payload));
    text.back() = text.back() == '2' ? '3' : '2';
    BOOST_TEST(!chain::decode_base58check(text).has_value());
  }
  BOOST_TEST((chain::decode_base58check("").error() == errc::truncated));
  BOOST_TEST((chain::decode_base58check("0").error() == errc::bad_character));
  BOOST_TEST((chain::decode_base58check("1111111111").error() == errc::bad_checksum));
  BOOST_TEST((chain::decode_base58check(std::string(400, '1')).error() == errc::over_limit));
}

BOOST_AUTO_TEST_CASE(other_networks_and_scripts) {
  const bytes script = p2wpkh_script(digest_160{});
  for (const auto net : {network::mainnet, network::testnet, network::signet, network::regtest}) {
    const auto address = to_address(script, net).value();
    for (const auto other : {network::mainnet, network::testnet, network::regtest}) {
      const bool same = net == other || (net == network::signet && other == network::testnet);
      const auto decoded = from_address(address, other);
      BOOST_TEST(decoded.has_value() == same);
      if (!same) BOOST_TEST((decoded.error() == errc::wrong_network));
    }
  }
  BOOST_TEST((to_address(bytes{}, network::mainnet).error() == errc::unsupported_script));
  BOOST_TEST((to_address(bytes{0x6a, 1, 2}, network::mainnet).error() == errc::unsupported_script));
  BOOST_TEST((to_address(bytes{0, 2, 1, 2}, network::mainnet).error() == errc::unsupported_script));
}

BOOST_AUTO_TEST_SUITE_END()
