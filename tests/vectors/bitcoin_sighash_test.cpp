// Digests of signatures: BIP-143's vectors, and the traps of each kind.
#include "core/chain/bitcoin/script.hpp"
#include "core/chain/bitcoin/sighash.hpp"
#include "core/crypto/ecdsa.hpp"

#include <boost/test/unit_test.hpp>

using namespace quorate;
using namespace quorate::bitcoin;

namespace {

transaction tx_of(std::string_view hex) { return decode_transaction(*from_hex(hex)).value(); }

/// Whether the DER signature with its hash type is one of `key_hex` over the digest.
bool signed_by(std::string_view key_hex, const digest& message, std::string_view signature_hex) {
  bytes der = *from_hex(signature_hex);
  der.pop_back();
  const auto key = ec_public_key::parse(*from_hex(key_hex)).value();
  return verify(key, message, from_der(der).value()).has_value();
}

bytes key_hash_script(std::string_view key_hex) {
  return p2pkh_script(hash160(*from_hex(key_hex)));
}

} // namespace

BOOST_AUTO_TEST_SUITE(bitcoin_sighash)

// Source: BIP-143, "Native P2WPKH". The first input's P2PK signature is in the signed transaction.
BOOST_AUTO_TEST_CASE(bip143_native_p2wpkh) {
  const auto tx = tx_of(
      "0100000002fff7f7881a8099afa6940d42d1e7f6362bec38171ea3edf433541db4e4ad969f0000000000eeffffff"
      "ef51e1b804cc89d182d279655c3aa89e815b1b309fe287d9b2b55d57b90ec68a0100000000ffffffff02202cb206"
      "000000001976a9148280b37df378db99f66f85c95a783a76ac7a6d5988ac9093510d000000001976a9143bde42db"
      "ee7e4dbe6a21b2d50ce2f0167faa815988ac11000000");
  const signature_hasher hasher{tx};
  constexpr auto key = "025476c2e83188368da1ff3e292e7acafcdb3566bb0ad253f62fc70f07aeee6357";
  const digest message =
      hasher.witness_v0(1, key_hash_script(key), satoshi{600'000'000}, sighash_type::all);
  BOOST_TEST(to_hex(message) == "c37af31116d1b27caf68aae9e3ac82f1477929014d5b917657d0eb49478cb670");
  BOOST_TEST(signed_by(
      key, message,
      "304402203609e17b84f6a7d30c80bfa610b5b4542f32a8a0d5447a12fb1366d7f01cc44a0220573a954c45183315"
      "61406f90300e8f3358f51928d43c212a8caed02de67eebee01"));

  const bytes pay_to_key =
      *from_hex("2103c9f4836b9a4f77fc0d81f7bcb01b7f1b35916864b9476c241ce9fc198bd25432ac");
  BOOST_TEST(signed_by(
      "03c9f4836b9a4f77fc0d81f7bcb01b7f1b35916864b9476c241ce9fc198bd25432",
      hasher.legacy(0, pay_to_key, sighash_type::all).value(),
      "30450221008b9d1dc26ba6a9cb62127b02742fa9d754cd3bebf337f7a55d114c8e5cdd30be022040529b194ba3f9"
      "281a99f2b1c0a19c0489bc22ede944ccf4ecbab4cc618ef3ed01"));
}

// Source: BIP-143, "P2SH-P2WPKH".
BOOST_AUTO_TEST_CASE(bip143_nested) {
  const auto tx = tx_of(
      "0100000001db6b1b20aa0fd7b23880be2ecbd4a98130974cf4748fb66092ac4d3ceb1a54770100000000feffffff"
      "02b8b4eb0b000000001976a914a457b684d7f0d539a46a45bbc043f35b59d0d96388ac0008af2f000000001976a9"
      "14fd270b1ee6abcaea97fea7ad0402e8bd8ad6d77c88ac92040000");
  constexpr auto key = "03ad1d8e89212f0b92c74d23bb710c00662ad1470198ac48c43f7d6f93a2a26873";
  const auto key_hash = hash160(*from_hex(key));
  BOOST_TEST(to_hex(p2wpkh_script(key_hash)) == "001479091972186c449eb1ded22b78e40d009bdf0089");
  BOOST_TEST(to_hex(p2sh_p2wpkh_script(key_hash)) ==
             "a9144733f37cf4db86fbc2efed2500b4f4e49f31202387");
  const digest message = signature_hasher{tx}.witness_v0(0, key_hash_script(key),
                                                         satoshi{1'000'000'000}, sighash_type::all);
  BOOST_TEST(to_hex(message) == "64f3b0f4dd2bb3aa1ce8566d220cc74dda9df97d8490cc81d89d735c92e59fb6");
  BOOST_TEST(signed_by(
      key, message,
      "3044022047ac8e878352d3ebbde1c94ce3a10d057c24175747116f8288e5d794d12d482f0220217f36a485cae903"
      "c713331d877c1f64677e3622ad4010726870540656fe9dcb01"));
}

// Source: BIP-143, "Native P2WSH", first example: SINGLE without its output covers no output.
BOOST_AUTO_TEST_CASE(bip143_single_out_of_range) {
  const auto tx = tx_of(
      "0100000002fe3dc9208094f3ffd12645477b3dc56f60ec4fa8e6f5d67c565d1c6b9216b36e0000000000ffffffff"
      "0815cf020f013ed6cf91d29f4202e8a58726b1ac6c79da47c23d1bee0a6925f80000000000ffffffff0100f2052a"
      "010000001976a914a30741f8145e5acadf23f751864167f32e0963f788ac00000000");
  const signature_hasher hasher{tx};
  const satoshi value{4'900'000'000};
  const bytes whole = *from_hex(
      "21026dccc749adc2a9d0d89497ac511f760f45c47dc5ed9cf352a58ac706453880aeadab210255a9626aebf5e29c"
      "0e6538428ba0d1dcf6ca98ffdf086aa8ced5e0d0215ea465ac");
  const digest first = hasher.witness_v0(1, whole, value, sighash_type::single);
  BOOST_TEST(to_hex(first) == "82dde6e4f1e94d02c2b7ad03d2115d691f48d064e9d52f58194a6637e4194391");
  BOOST_TEST(signed_by(
      "026dccc749adc2a9d0d89497ac511f760f45c47dc5ed9cf352a58ac706453880ae", first,
      "3044022027dc95ad6b740fe5129e7e62a75dd00f291a2aeb1200b84b09d9e3789406b6c002201a9ecd315dd6a0e6"
      "32ab20bbb98948bc0c6fb204f2c286963bb48517a7058e2703"));
  const bytes rest = *from_hex("210255a9626aebf5e29c0e6538428ba0d1dcf6ca98ffdf086aa8ced5e0d0215ea4"
                               "65ac");
  BOOST_TEST(to_hex(hasher.witness_v0(1, rest, value, sighash_type::single)) ==
             "fef7bd749cce710c5c052bd796df1af0d935e59cea63736268bcbe2d2134fc47");
}

// Source: BIP-143, "Native P2WSH", second example; the digests do not depend on the input's index.
BOOST_AUTO_TEST_CASE(bip143_single_anyone_can_pay) {
  auto tx = tx_of(
      "0100000002e9b542c5176808107ff1df906f46bb1f2583b16112b95ee5380665ba7fcfc0010000000000ffffffff"
      "80e68831516392fcd100d186b3c2c7b95c80b53c77e77c35ba03a66b429a2a1b0000000000ffffffff0280969800"
      "000000001976a914de4b231626ef508c9a74a8517e6783c0546d6b2888ac80969800000000001976a9146648a8cd"
      "4531e1ec47f35916de8e259237294d1e88ac00000000");
  const bytes first_code =
      *from_hex("0063ab68210392972e2eb617b2388771abe27235fd5ac44af8e61693261550447a4c3e39da98ac");
  const bytes second_code =
      *from_hex("68210392972e2eb617b2388771abe27235fd5ac44af8e61693261550447a4c3e39da98ac");
  const satoshi value{16'777'215};
  constexpr auto type = sighash_type::single_anyone_can_pay;
  constexpr auto first = "e9071e75e25b8a1e298a72f0d2e9f4f95a0f5cdf86a533cda597eb402ed13b3a";
  constexpr auto second = "cd72f1f1a433ee9df816857fad88d8ebd97e09a75cd481583eb841c330275e54";
  BOOST_TEST(to_hex(signature_hasher{tx}.witness_v0(0, first_code, value, type)) == first);
  BOOST_TEST(to_hex(signature_hasher{tx}.witness_v0(1, second_code, value, type)) == second);
  std::swap(tx.inputs[0], tx.inputs[1]);
  std::swap(tx.outputs[0], tx.outputs[1]);
  BOOST_TEST(to_hex(signature_hasher{tx}.witness_v0(1, first_code, value, type)) == first);
  BOOST_TEST(to_hex(signature_hasher{tx}.witness_v0(0, second_code, value, type)) == second);
}

BOOST_AUTO_TEST_CASE(undefined_types_are_no_types) {
  std::size_t ecdsa = 0;
  std::size_t taproot = 0;
  for (std::uint32_t value = 0; value < 0x300; ++value) {
    ecdsa += ecdsa_sighash_type(value).has_value();
    taproot += taproot_sighash_type(value).has_value();
  }
  BOOST_TEST(ecdsa == 6);
  BOOST_TEST(taproot == 7);
  for (const std::uint32_t value : {0x04U, 0x41U, 0x80U, 0x84U, 0xc1U, 0x101U})
    BOOST_TEST((taproot_sighash_type(value).error() == errc::bad_sighash_type));
}

// A legacy SINGLE without its output would sign the number 1, and so any transaction.
BOOST_AUTO_TEST_CASE(single_needs_its_output) {
  transaction tx;
  tx.inputs.resize(2);
  tx.outputs.resize(1);
  const std::vector<transaction_output> spent(2);
  const signature_hasher hasher{tx, spent};
  for (const auto type : {sighash_type::single, sighash_type::single_anyone_can_pay}) {
    BOOST_TEST(hasher.legacy(0, {}, type).has_value());
    BOOST_TEST((hasher.legacy(1, {}, type).error() == errc::no_matching_output));
    BOOST_TEST(hasher.taproot_key_path(0, type).has_value());
    BOOST_TEST((hasher.taproot_key_path(1, type).error() == errc::no_matching_output));
  }
}

namespace {

using change = void (*)(transaction&, std::vector<transaction_output>&);

/// Digests of input 0 of the same transaction before and after a change.
struct digests {
  digest legacy, witness_v0, taproot;

  digests(const transaction& tx, const std::vector<transaction_output>& spent, sighash_type type)
      : legacy(signature_hasher{tx}.legacy(0, spent[0].locking_script, type).value()),
        witness_v0(
            signature_hasher{tx}.witness_v0(0, spent[0].locking_script, spent[0].value, type)),
        taproot(signature_hasher{tx, spent}.taproot_key_path(0, type).value()) {}
};

} // namespace

// What each type covers, in each of the three digests: a table of changes. L, W and T say which
// digests must change. Amounts of other inputs are covered by taproot alone; that is why the whole
// previous transaction is asked for elsewhere.
BOOST_AUTO_TEST_CASE(what_types_cover) {
  struct row {
    const char* what;
    change apply;
    std::array<const char*, 6> covered; ///< all, none, single, and each with anyone can pay
  };
  const std::array<row, 9> rows{{{"version",
                                  [](auto& tx, auto&) { ++tx.version; },
                                  {"LWT", "LWT", "LWT", "LWT", "LWT", "LWT"}},
                                 {"lock time",
                                  [](auto& tx, auto&) { ++tx.lock_time; },
                                  {"LWT", "LWT", "LWT", "LWT", "LWT", "LWT"}},
                                 {"own outpoint",
                                  [](auto& tx, auto&) { ++tx.inputs[0].previous.index; },
                                  {"LWT", "LWT", "LWT", "LWT", "LWT", "LWT"}},
                                 {"own sequence",
                                  [](auto& tx, auto&) { --tx.inputs[0].sequence; },
                                  {"LWT", "LWT", "LWT", "LWT", "LWT", "LWT"}},
                                 {"own amount",
                                  [](auto&, auto& spent) { ++spent[0].value.value; },
                                  {"WT", "WT", "WT", "WT", "WT", "WT"}},
                                 {"other outpoint",
                                  [](auto& tx, auto&) { ++tx.inputs[1].previous.index; },
                                  {"LWT", "LWT", "LWT", "", "", ""}},
                                 {"other sequence",
                                  [](auto& tx, auto&) { --tx.inputs[1].sequence; },
                                  {"LWT", "T", "T", "", "", ""}},
                                 {"other amount",
                                  [](auto&, auto& spent) { ++spent[1].value.value; },
                                  {"T", "T", "T", "", "", ""}},
                                 {"other output",
                                  [](auto& tx, auto&) { ++tx.outputs[1].value.value; },
                                  {"LWT", "", "", "LWT", "", ""}}}};
  constexpr std::array types{sighash_type::all,
                             sighash_type::none,
                             sighash_type::single,
                             sighash_type::all_anyone_can_pay,
                             sighash_type::none_anyone_can_pay,
                             sighash_type::single_anyone_can_pay};
  transaction tx;
  tx.inputs.resize(2);
  tx.inputs[1].previous.index = 1;
  tx.outputs = {{satoshi{1000}, p2wpkh_script({})}, {satoshi{2000}, p2wpkh_script({})}};
  const std::vector<transaction_output> spent{{satoshi{5000}, p2wpkh_script({})},
                                              {satoshi{6000}, p2wpkh_script({})}};
  for (const auto& [what, apply, covered] : rows)
    for (std::size_t i = 0; i < types.size(); ++i)
      BOOST_TEST_CONTEXT(what << ", type " << static_cast<int>(types[i])) {
        auto changed = tx;
        auto changed_spent = spent;
        apply(changed, changed_spent);
        const digests before{tx, spent, types[i]};
        const digests after{changed, changed_spent, types[i]};
        std::string differ;
        if (before.legacy != after.legacy) differ += 'L';
        if (before.witness_v0 != after.witness_v0) differ += 'W';
        if (before.taproot != after.taproot) differ += 'T';
        BOOST_TEST(differ == covered[i]);
      }
}

BOOST_AUTO_TEST_CASE(the_annex_is_covered) {
  transaction tx;
  tx.inputs.resize(1);
  const signature_hasher hasher{tx, std::vector<transaction_output>(1)};
  const bytes annex{0x50, 1};
  const bytes other{0x50, 2};
  const auto without = hasher.taproot_key_path(0, sighash_type::all).value();
  const auto with = hasher.taproot_key_path(0, sighash_type::all, annex).value();
  BOOST_TEST((without != with));
  BOOST_TEST((with != hasher.taproot_key_path(0, sighash_type::all, other).value()));
}

BOOST_AUTO_TEST_SUITE_END()
