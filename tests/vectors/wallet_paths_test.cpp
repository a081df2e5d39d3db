// Keys and addresses at the paths of BIP-49, 84 and 86: the vectors of the standards, typed in.
#include "core/crypto/digests.hpp"
#include "core/crypto/taproot.hpp"
#include "core/wallet/address_forms.hpp"
#include "core/wallet/mnemonic.hpp"
#include "tests/vectors/wallet_vectors.hpp"

using namespace quorate;
using namespace quorate::wallet;

namespace {

// All three standards start from this sentence, without a passphrase.
extended_private_key master() {
  const auto words = mnemonic::parse("abandon abandon abandon abandon abandon abandon abandon "
                                     "abandon abandon abandon abandon about",
                                     word_list::english());
  return *extended_private_key::from_seed(words->seed("")->view());
}

extended_private_key at(purpose p, coin_type coin, const address_place& place) {
  return *master().derive(address_path(p, coin, place)->indices());
}

std::string public_key_of(const extended_private_key& key) {
  return to_hex(key.key().compressed());
}

// Addresses as a watch-only wallet makes them: from the account's public key.
std::string address(const address_encoder& encode, purpose p, coin_type coin,
                    const address_place& place) {
  const auto account =
      master().derive(account_path(p, coin, place.account)->indices())->to_public();
  const std::array below{static_cast<std::uint32_t>(place.branch), place.index};
  return *encode(account.derive(below)->key());
}

std::string bitcoin_address(purpose p, const address_place& place) {
  return address(bitcoin_addresses(p, bitcoin::network::mainnet), p, coin_type::bitcoin, place);
}

constexpr address_place first_change{0, branch::change, 0};
constexpr address_place receiving(std::uint32_t index) { return {0, branch::external, index}; }

} // namespace

BOOST_AUTO_TEST_SUITE(standard_paths)

// Source: BIP-49, "Test vectors" (test network).
BOOST_AUTO_TEST_CASE(bip49) {
  BOOST_TEST(master().to_text(upub_version).text() ==
             "uprv8tXDerPXZ1QsVNjUJWTurs9kA1KGfKUAts74GCkcXtU8GwnH33GDRbNJpEqTvipfCyycARtQJhmdfWf8o"
             "Kt41X9LL1zeD2pLsWmxEk3VAwd");
  const auto account =
      *master().derive(account_path(purpose::bip49, coin_type::testnet, 0)->indices());
  BOOST_TEST(account.to_text(upub_version).text() ==
             "uprv91G7gZkzehuMVxDJTYE6tLivdF8e4rvzSu1LFfKw3b2Qx1Aj8vpoFnHdfUZ3hmi9jsvPifmZ24RTN2Khw"
             "B8BfMLTVqaBReibyaFFcTP1s9n");
  BOOST_TEST(account.to_public().to_string(upub_version) ==
             "upub5EFU65HtV5TeiSHmZZm7FUffBGy8UKeqp7vw43jYbvZPpoVsgU93oac7Wk3u6moKegAEWtGNF8DehrnHt"
             "v21XXEMYRUocHqguyjknFHYfgY");
  const auto key = at(purpose::bip49, coin_type::testnet, receiving(0));
  BOOST_TEST(to_hex(key.secret().view()) ==
             "c9bdb49cfbaedca21c4b1f3a7803c34636b1d7dc55a717132443fc3f4c5867e8");
  BOOST_TEST(public_key_of(key) ==
             "03a1af804ac108a8a51782198c2d034b28bf90c8803f5a53f76276fa69a4eae77f");
  BOOST_TEST(to_hex(hash160(key.key().compressed().view())) ==
             "38971f73930f6c141d977ac4fd4a727c854935b3");
  BOOST_TEST(address(bitcoin_addresses(purpose::bip49, bitcoin::network::testnet), purpose::bip49,
                     coin_type::testnet, receiving(0)) == "2Mww8dCYPUpKHofjgcXcBCEGmniw9CoaiD2");
}

// Source: BIP-84, "Test vectors".
BOOST_AUTO_TEST_CASE(bip84) {
  BOOST_TEST(master().to_text(zpub_version).text() ==
             "zprvAWgYBBk7JR8Gjrh4UJQ2uJdG1r3WNRRfURiABBE3RvMXYSrRJL62XuezvGdPvG6GFBZduosCc1YP5wixP"
             "ox7zhZLfiUm8aunE96BBa4Kei5");
  const auto account =
      *master().derive(account_path(purpose::bip84, coin_type::bitcoin, 0)->indices());
  BOOST_TEST(account.to_text(zpub_version).text() ==
             "zprvAdG4iTXWBoARxkkzNpNh8r6Qag3irQB8PzEMkAFeTRXxHpbF9z4QgEvBRmfvqWvGp42t42nvgGpNgYSJA"
             "9iefm1yYNZKEm7z6qUWCroSQnE");
  BOOST_TEST(public_key_of(at(purpose::bip84, coin_type::bitcoin, receiving(0))) ==
             "0330d54fd0dd420a6e5f8d3624f5f3482cae350f79d5f0753bf5beef9c2d91af3c");
  BOOST_TEST(public_key_of(at(purpose::bip84, coin_type::bitcoin, receiving(1))) ==
             "03e775fd51f0dfb8cd865d9ff1cca2a158cf651fe997fdc9fee9c1d3b5e995ea77");
  BOOST_TEST(public_key_of(at(purpose::bip84, coin_type::bitcoin, first_change)) ==
             "03025324888e429ab8e3dbaf1f7802648b9cd01e9b418485c5fa4c1b9b5700e1a6");
  BOOST_TEST(bitcoin_address(purpose::bip84, receiving(0)) ==
             "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu");
  BOOST_TEST(bitcoin_address(purpose::bip84, receiving(1)) ==
             "bc1qnjg0jd8228aq7egyzacy8cys3knf9xvrerkf9g");
  BOOST_TEST(bitcoin_address(purpose::bip84, first_change) ==
             "bc1q8c6fshw2dlwun7ekn9qwf37cu2rn755upcp6el");
}

// Source: BIP-86, "Test vectors".
BOOST_AUTO_TEST_CASE(bip86) {
  const auto account =
      *master().derive(account_path(purpose::bip86, coin_type::bitcoin, 0)->indices());
  BOOST_TEST(account.to_text(xpub_version).text() ==
             "xprv9xgqHN7yz9MwCkxsBPN5qetuNdQSUttZNKw1dcYTV4mkaAFiBVGQziHs3NRSWMkCzvgjEe3n9xV8oYywv"
             "M8at9yRqyaZVz6TYYhX98VjsUk");
  BOOST_TEST(account.to_public().to_string(xpub_version) ==
             "xpub6BgBgsespWvERF3LHQu6CnqdvfEvtMcQjYrcRzx53QJjSxarj2afYWcLteoGVky7D3UKDP9QyrLprQ3VC"
             "ECoY49yfdDEHGCtMMj92pReUsQ");
  const auto internal_key = [](const address_place& place) {
    return to_hex(x_only(at(purpose::bip86, coin_type::bitcoin, place).key()));
  };
  BOOST_TEST(internal_key(receiving(0)) ==
             "cc8a4bc64d897bddc5fbc2f670f7a8ba0b386779106cf1223c6fc5d7cd6fc115");
  BOOST_TEST(internal_key(receiving(1)) ==
             "83dfe85a3151d2517290da461fe2815591ef69f2b18a2ce63f01697a8b313145");
  BOOST_TEST(internal_key(first_change) ==
             "399f1b2f4393f29a18c937859c5dd8a77350103157eb880f02e8c08214277cef");
  BOOST_TEST(
      at(purpose::bip86, coin_type::bitcoin, first_change).to_public().to_string(xpub_version) ==
      "xpub6GL8SnQwRCGDhB59LEz9HMyM6sRYoByXBzXK3iEKWgCz8XrZNHUzd9L3AUBELW5NzA7dEFvMas1F84TuP"
      "H3xqdUA5tumaGWFgihJzWytXe3");
}

BOOST_AUTO_TEST_CASE(bip86_addresses) {
  BOOST_TEST(bitcoin_address(purpose::bip86, receiving(0)) ==
             "bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr");
  BOOST_TEST(bitcoin_address(purpose::bip86, receiving(1)) ==
             "bc1p4qhjn9zdvkux4e44uhx8tc55attvtyu358kutcqkudyccelu0was9fqzwh");
  BOOST_TEST(bitcoin_address(purpose::bip86, first_change) ==
             "bc1p3qkhfews2uk44qtvauqyr2ttdsw7svhkl9nkm9s9c3x4ax5h60wqwruhk7");
}

// The same words in wallets that are in wide use (MetaMask, Keplr), first account.
BOOST_AUTO_TEST_CASE(evm_and_cosmos) {
  BOOST_TEST(address(evm_addresses(), purpose::bip44, coin_type::ether, receiving(0)) ==
             "0x9858EfFD232B4033E47d90003D41EC34EcaEda94");
  BOOST_TEST(address(cosmos_addresses("cosmos"), purpose::bip44, coin_type::atom, receiving(0)) ==
             "cosmos19rl4cm2hmr8afy4kldpxz3fka4jguq0auqdal4");
}

BOOST_AUTO_TEST_SUITE_END()
