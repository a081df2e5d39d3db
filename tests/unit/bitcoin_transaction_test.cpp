// The transaction's encoding: round trips, limits, and what is no encoding.
#include "core/chain/bitcoin/script.hpp"
#include "core/chain/bitcoin/transaction.hpp"

#include <boost/test/unit_test.hpp>

using namespace quorate;
using namespace quorate::bitcoin;

namespace {

// Source: BIP-143, "Native P2WPKH", the signed transaction.
const bytes with_witness = *from_hex(
    "01000000000102fff7f7881a8099afa6940d42d1e7f6362bec38171ea3edf433541db4e4ad969f0000000049483045"
    "0221008b9d1dc26ba6a9cb62127b02742fa9d754cd3bebf337f7a55d114c8e5cdd30be022040529b194ba3f9281a99"
    "f2b1c0a19c0489bc22ede944ccf4ecbab4cc618ef3ed01eeffffffef51e1b804cc89d182d279655c3aa89e815b1b30"
    "9fe287d9b2b55d57b90ec68a0100000000ffffffff02202cb206000000001976a9148280b37df378db99f66f85c95a"
    "783a76ac7a6d5988ac9093510d000000001976a9143bde42dbee7e4dbe6a21b2d50ce2f0167faa815988ac00024730"
    "4402203609e17b84f6a7d30c80bfa610b5b4542f32a8a0d5447a12fb1366d7f01cc44a0220573a954c451833156140"
    "6f90300e8f3358f51928d43c212a8caed02de67eebee0121025476c2e83188368da1ff3e292e7acafcdb3566bb0ad2"
    "53f62fc70f07aeee635711000000");

// Source: the first block of the chain, its only transaction.
const bytes genesis = *from_hex(
    "01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff4d04ffff001d"
    "0104455468652054696d65732030332f4a616e2f32303039204368616e63656c6c6f72206f6e206272696e6b206f66"
    "207365636f6e64206261696c6f757420666f722062616e6b73ffffffff0100f2052a01000000434104678afdb0fe55"
    "48271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb649f6bc3f4cef38c4f35504e51ec112de5c384df7ba"
    "0b8d578a4c702b6bf11d5fac00000000");

} // namespace

BOOST_AUTO_TEST_SUITE(bitcoin_transaction)

BOOST_AUTO_TEST_CASE(round_trips) {
  for (const bytes* raw : {&with_witness, &genesis}) {
    const auto tx = decode_transaction(*raw).value();
    BOOST_TEST((encode(tx) == *raw));
    BOOST_TEST(
        (decode_transaction(encode_without_witness(tx)).value().inputs.size() == tx.inputs.size()));
  }
  const auto tx = decode_transaction(genesis).value();
  BOOST_TEST(to_text(id_of(tx)) ==
             "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b");
  BOOST_TEST(weight_of(tx) == 4 * genesis.size());
}

BOOST_AUTO_TEST_CASE(weight_discounts_witnesses) {
  const auto tx = decode_transaction(with_witness).value();
  const std::size_t base = encode_without_witness(tx).size();
  BOOST_TEST(weight_of(tx) == 3 * base + with_witness.size());
  BOOST_TEST(virtual_bytes(weight_of(tx)) == (weight_of(tx) + 3) / 4);
  auto bare = tx;
  for (auto& input : bare.inputs)
    input.witness.clear();
  BOOST_TEST((id_of(bare) == id_of(tx)));
}

BOOST_AUTO_TEST_CASE(every_truncation_and_every_extension_is_refused) {
  for (const bytes* raw : {&with_witness, &genesis}) {
    for (std::size_t size = 0; size < raw->size(); ++size)
      BOOST_TEST(!decode_transaction(byte_view{*raw}.first(size)).has_value());
    bytes longer = *raw;
    longer.push_back(0);
    BOOST_TEST((decode_transaction(longer).error() == errc::trailing_bytes));
  }
}

BOOST_AUTO_TEST_CASE(compact_sizes_have_one_form) {
  for (const std::uint64_t value :
       {0ULL, 0xfcULL, 0xfdULL, 0xffffULL, 0x10000ULL, 0xffffffffULL, 0x100000000ULL, ~0ULL}) {
    wire_writer w;
    w.compact_size(value);
    BOOST_TEST(w.size() == compact_size_bytes(value));
    wire_reader r{w.view()};
    BOOST_TEST(r.compact_size() == value);
    BOOST_TEST(r.finish().has_value());
  }
  for (const char* hex : {"fdfc00", "feffff0000", "ffffffffff00000000"}) {
    const bytes raw = *from_hex(hex);
    wire_reader r{raw};
    r.compact_size();
    BOOST_TEST((r.finish().error() == errc::not_canonical));
  }
}

BOOST_AUTO_TEST_CASE(counts_do_not_allocate) {
  // Version, then 2^32 - 1 inputs that are not there.
  BOOST_TEST((decode_transaction(*from_hex("01000000feffffffff")).error() == errc::truncated));
  BOOST_TEST(
      (decode_transaction(*from_hex("01000000ffffffffffffffffff")).error() == errc::truncated));
  BOOST_TEST((decode_transaction(bytes(bitcoin::limits::transaction_bytes_max + 1)).error() ==
              errc::over_limit));
}

BOOST_AUTO_TEST_CASE(witness_sections_are_there_for_witnesses) {
  bytes flag = with_witness;
  flag[5] = 2;
  BOOST_TEST((decode_transaction(flag).error() == errc::bad_enum));
  auto tx = decode_transaction(with_witness).value();
  for (auto& input : tx.inputs)
    input.witness.clear();
  bytes superfluous = encode_without_witness(tx);
  superfluous.insert(superfluous.begin() + 4, {0, 1});
  superfluous.insert(superfluous.end() - 4, {0, 0});
  BOOST_TEST((decode_transaction(superfluous).error() == errc::not_canonical));
}

BOOST_AUTO_TEST_CASE(amounts_are_bounded) {
  transaction tx;
  tx.inputs.resize(1);
  tx.outputs = {{money_max, {}}};
  BOOST_TEST((decode_transaction(encode(tx)).value() == tx));
  tx.outputs[0].value = money_max.next();
  BOOST_TEST((decode_transaction(encode(tx)).error() == errc::bad_amount));
  BOOST_TEST((add(money_max, satoshi{1}).error() == errc::bad_amount));
  BOOST_TEST((add(satoshi{~0ULL}, satoshi{2}).error() == errc::bad_amount));
  BOOST_TEST((sum_of({{money_max, {}}, {satoshi{1}, {}}}).error() == errc::bad_amount));
}

BOOST_AUTO_TEST_CASE(pushes_take_the_shortest_form) {
  for (const auto& [size, prefix] : std::initializer_list<std::pair<std::size_t, const char*>>{
           {0, "00"}, {75, "4b"}, {76, "4c4c"}, {255, "4cff"}, {256, "4d0001"}, {520, "4d0802"}}) {
    bytes script;
    append_push(script, bytes(size, 7));
    BOOST_TEST(to_hex(script).substr(0, std::string_view{prefix}.size()) == prefix);
    BOOST_TEST(script.size() == size + std::string_view{prefix}.size() / 2);
  }
}

BOOST_AUTO_TEST_CASE(multisig_scripts) {
  // Source: BIP-174, the redeem script of its signer's first input.
  const bytes script =
      *from_hex("5221029583bf39ae0a609747ad199addd634fa6108559d6c5cd39b4c2183f1ab96e07f2102dab61ff4"
                "9a14db6a7d02b0cd1fbb78fc4b18312b5b4e54dae4dba2fbfef536d752ae");
  const auto parsed = parse_multisig(script);
  BOOST_REQUIRE(parsed.has_value());
  BOOST_TEST(parsed->required == 2);
  BOOST_TEST(parsed->keys.size() == 2);
  for (std::size_t i = 0; i < script.size(); ++i) {
    if (i > 2 && i != 35 && i != 36 && i < 69) continue; // another key may be a key
    bytes changed = script;
    changed[i] = 0x54;
    BOOST_TEST(!parse_multisig(changed).has_value());
    BOOST_TEST(!parse_multisig(byte_view{script}.first(i)).has_value());
  }
}

BOOST_AUTO_TEST_SUITE_END()
