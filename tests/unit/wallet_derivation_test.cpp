// Paths, and what derivation refuses.
#include "core/wallet/extended_key.hpp"
#include "core/wallet/path_words.hpp"

#include <boost/test/unit_test.hpp>

using namespace quorate;
using namespace quorate::wallet;

namespace {

// The order of secp256k1. Source: SEC 2, section 2.4.1.
const bytes order = *from_hex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");

hd_hash hash_of(byte_view left_half) {
  hd_hash i;
  std::copy(left_half.begin(), left_half.end(), i.data());
  std::fill_n(i.data() + 32, 32, 9);
  return i;
}

// What cancels a key: the order less it.
bytes negated(const ec_secret_key& key) {
  bytes out(32);
  int borrow = 0;
  for (std::size_t at = 32; at-- > 0;) {
    const int digit = order[at] - key.data()[at] - borrow;
    borrow = digit < 0;
    out[at] = static_cast<std::uint8_t>(digit & 255);
  }
  return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(wallet_derivation)

BOOST_AUTO_TEST_CASE(paths_are_read_and_written) {
  const auto path = derivation_path::parse("m/84'/0h/2147483647H/0/5");
  BOOST_REQUIRE(path.has_value());
  BOOST_TEST(path->to_string() == "m/84'/0'/2147483647'/0/5");
  BOOST_TEST(path->indices().size() == 5U);
  BOOST_TEST(path->indices()[2] == 0xffff'ffffU);
  BOOST_TEST(derivation_path::parse("m")->to_string() == "m");
}

BOOST_AUTO_TEST_CASE(malformed_paths_are_refused) {
  for (const char* text : {"",
                           "M",
                           "/0",
                           "0",
                           "m/",
                           "m//0",
                           "m/0/",
                           "m/00",
                           "m/01",
                           "m/-1",
                           "m/+1",
                           "m/0''",
                           "m/'",
                           "m/0x1",
                           "m/ 0",
                           "m/2147483648",
                           "m/4294967296",
                           "m/99999999999999999999",
                           "m0",
                           "m/0'h"})
    BOOST_TEST(name(derivation_path::parse(text).error()) == "bad_path", text);
}

BOOST_AUTO_TEST_CASE(paths_end_at_255_levels) {
  std::string text = "m";
  for (std::size_t i = 0; i < depth_max; ++i)
    text += "/0";
  const auto deepest = derivation_path::parse(text);
  BOOST_REQUIRE(deepest.has_value());
  BOOST_TEST(name(derivation_path::parse(text + "/0").error()) == "path_too_deep");
  const auto master = extended_private_key::from_seed(bytes(16, 1));
  const auto key = master->derive(deepest->indices());
  BOOST_REQUIRE(key.has_value());
  BOOST_TEST(name(key->child(0).error()) == "path_too_deep");
  BOOST_TEST(name(key->to_public().child(0).error()) == "path_too_deep");
}

BOOST_AUTO_TEST_CASE(standard_paths) {
  BOOST_TEST(
      address_path(purpose::bip44, coin_type::ether, {0, branch::external, 7})->to_string() ==
      "m/44'/60'/0'/0/7");
  BOOST_TEST(address_path(purpose::bip44, coin_type::atom, {3, branch::external, 0})->to_string() ==
             "m/44'/118'/3'/0/0");
  BOOST_TEST(
      address_path(purpose::bip86, coin_type::testnet, {1, branch::change, 2})->to_string() ==
      "m/86'/1'/1'/1/2");
  BOOST_TEST(name(account_path(purpose::bip84, coin_type::bitcoin, hardened).error()) ==
             "bad_path");
  BOOST_TEST(name(address_path(purpose::bip84, coin_type::bitcoin, {0, branch::change, hardened})
                      .error()) == "bad_path");
}

BOOST_AUTO_TEST_CASE(paths_in_words) {
  const auto words = [](const char* path) {
    std::string all;
    for (const auto& line : describe(*derivation_path::parse(path)))
      all += line + "|";
    return all;
  };
  BOOST_TEST(words("m") == "The master key: every other key follows from it.|");
  BOOST_TEST(words("m/84'/0'/2'/1/7") ==
             "BIP-84: segregated witness (P2WPKH, bc1q...).|Bitcoin.|Account 2 (from 0).|"
             "Address number 7 (from 0) of those for change, which nobody else is told.|");
  BOOST_TEST(words("m/44'/60'/0'").find("shows every address") != std::string::npos);
  BOOST_TEST(words("m/44'/3'/0'/0/0").find("Coin type 3 of SLIP-44") != std::string::npos);
  // Hardened where BIP-44 is not, the other way round, another purpose, a third branch.
  for (const char* odd : {"m/84'/0'/0'/0'/0", "m/84'/0'/0/0/0", "m/0'/1", "m/84'/0'/0'/2/0"})
    BOOST_TEST(words(odd).find("No standard path") != std::string::npos, odd);
}

BOOST_AUTO_TEST_CASE(seeds_have_16_to_64_bytes) {
  for (const std::size_t size : {0U, 15U, 65U})
    BOOST_TEST(name(extended_private_key::from_seed(bytes(size, 1)).error()) == "bad_entropy_size");
  BOOST_TEST(extended_private_key::from_seed(bytes(64, 1)).has_value());
}

// No seed is known for which the hash does this; so the hash is made up. Source: BIP-32, "In case
// parse256(IL) >= n or ki = 0, the resulting key is invalid".
BOOST_AUTO_TEST_CASE(hashes_that_give_no_key_are_refused) {
  const bytes zero(32, 0);
  const bytes all_ones(32, 255);
  for (const auto& il : {zero, order, all_ones})
    BOOST_TEST(!extended_private_key::master_of(hash_of(il)).has_value(), to_hex(il));

  const auto parent = extended_private_key::from_seed(bytes(16, 1));
  for (const auto& il : {order, all_ones, negated(parent->secret())})
    BOOST_TEST(name(parent->child_of(hash_of(il), 3).error()) == "no_key_at_index", to_hex(il));

  // Zero is no tweak to refuse: the child then is its parent, as the standard has it.
  const auto same = parent->child_of(hash_of(zero), 3);
  BOOST_REQUIRE(same.has_value());
  BOOST_TEST(to_hex(same->secret().view()) == to_hex(parent->secret().view()));
  BOOST_TEST(same->lineage().index == 3U);
}

BOOST_AUTO_TEST_CASE(other_networks_are_refused) {
  const auto key = extended_private_key::from_seed(bytes(16, 1));
  const auto text = key->to_text(tpub_version);
  BOOST_TEST(text.text().substr(0, 4) == "tprv");
  BOOST_TEST(name(extended_private_key::parse(text.text(), xpub_version).error()) ==
             "bad_extended_key");
  for (const char* junk : {"", "x", "xpub", "1", "0OIl"})
    BOOST_TEST(name(extended_public_key::parse(junk, xpub_version).error()) == "bad_extended_key");
  BOOST_TEST(name(extended_public_key::parse(std::string(112, 'z'), xpub_version).error()) ==
             "bad_extended_key");
}

// Every single wrong character is found by the checksum (or is not of the alphabet).
BOOST_AUTO_TEST_CASE(mistyped_keys_are_refused) {
  const auto key = extended_private_key::from_seed(bytes(16, 1))->to_public();
  const auto text = key.to_string(xpub_version);
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto wrong = text;
    wrong[i] = wrong[i] == 'x' ? 'y' : 'x';
    BOOST_TEST(!extended_public_key::parse(wrong, xpub_version).has_value(), i);
  }
}

BOOST_AUTO_TEST_SUITE_END()
