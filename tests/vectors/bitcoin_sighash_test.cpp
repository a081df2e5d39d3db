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

/// The same signature in its low-s form, the only one that is taken here.
std::string low_s(std::string_view signature_hex) {
  bytes der = *from_hex(signature_hex);
  const auto type = der.back();
  der.pop_back();
  const auto signature = from_der(der).value();
  BOOST_TEST(!has_low_s(signature));
  der = to_der(with_low_s(signature).value());
  der.push_back(type);
  return to_hex(der);
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
  const digest second = hasher.witness_v0(1, rest, value, sighash_type::single);
  BOOST_TEST(to_hex(second) == "fef7bd749cce710c5c052bd796df1af0d935e59cea63736268bcbe2d2134fc47");
  BOOST_TEST(signed_by("0255a9626aebf5e29c0e6538428ba0d1dcf6ca98ffdf086aa8ced5e0d0215ea465", second,
                       "304402200de66acf4527789bfda55fc5459e214fa6083f936b430a762c629656216805ac022"
                       "0396f550692cd347171cbc1ef1f51e15282e837bb2b30860dc77c8f78bc8501e503"));
  const bytes pay_to_key =
      *from_hex("21036d5c20fa14fb2f635474c1dc4ef5909d4568e5569b79fc94d3448486e14685f8ac");
  BOOST_TEST(signed_by("036d5c20fa14fb2f635474c1dc4ef5909d4568e5569b79fc94d3448486e14685f8",
                       hasher.legacy(0, pay_to_key, sighash_type::all).value(),
                       "304402200af4e47c9b9629dbecc21f73af989bdaa911f7e6f6c2e9394588a3aa68f81e99022"
                       "04f3fcf6ade7e5abb1295b6774c8e0abd94ae62217367096bc02ee5e435b67da201"));
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
  constexpr auto key = "0392972e2eb617b2388771abe27235fd5ac44af8e61693261550447a4c3e39da98";
  BOOST_TEST(signed_by(key, *fixed_from_hex<digest>(first),
                       "3045022100f6a10b8604e6dc910194b79ccfc93e1bc0ec7c03453caaa8987f7d6c341356600"
                       "2206216229ede9b4d6ec2d325be245c5b508ff0339bf1794078e20bfe0babc7ffe683"));
  BOOST_TEST(signed_by(key, *fixed_from_hex<digest>(second),
                       "30440220032521802a76ad7bf74d0e2c218b72cf0cbc867066e2e53db905ba37f130397e022"
                       "07709e2188ed7f08f4c952d9d13986da504502b8c3be59617e043552f506c46ff83"));
  BOOST_TEST(to_hex(signature_hasher{tx}.witness_v0(0, first_code, value, type)) == first);
  BOOST_TEST(to_hex(signature_hasher{tx}.witness_v0(1, second_code, value, type)) == second);
  std::swap(tx.inputs[0], tx.inputs[1]);
  std::swap(tx.outputs[0], tx.outputs[1]);
  BOOST_TEST(to_hex(signature_hasher{tx}.witness_v0(1, first_code, value, type)) == first);
  BOOST_TEST(to_hex(signature_hasher{tx}.witness_v0(0, second_code, value, type)) == second);
}

// Source: BIP-143, "P2SH-P2WSH": 6 of 6 keys, each with another hash type.
BOOST_AUTO_TEST_CASE(bip143_every_type) {
  const auto tx =
      tx_of("010000000136641869ca081e70f394c6948e8af409e18b619df2ed74aa106c1ca29787b96e0100000000ff"
            "ffffff0200e9a435000000001976a914389ffce9cd9ae88dcc0631e88a821ffdbe9bfe2688acc0832f0500"
            "0000001976a9147480a33f950689af511e6e84c138dbbd3c3ee41588ac00000000");
  const bytes whole = *from_hex(
      "56210307b8ae49ac90a048e9b53357a2354b3334e9c8bee813ecb98e99a7e07e8c3ba32103b28f0c28bfab54554a"
      "e8c658ac5c3e0ce6e79ad336331f78c428dd43eea8449b21034b8113d703413d57761b8b9781957b8c0ac1dfe69f"
      "492580ca4195f50376ba4a21033400f6afecb833092a9a21cfdf1ed1376e58c5d1f47de74683123987e967a8f421"
      "03a6d48b1131e94ba04d9737d61acdaa1322008af9602b3b14862c07a1789aac162102d8b661b0b3302ee2f162b0"
      "9e07a55ad5dfbe673a9f01d9f0c19617681024306b56ae");
  BOOST_TEST(to_hex(p2wsh_script(whole)) ==
             "0020a16b5755f7f6f96dbd65f5f0d6ab9418b89af4b1f14a1bb8a09062c35f0dcb54");
  BOOST_TEST(to_hex(p2sh_script(hash160(p2wsh_script(whole)))) ==
             "a9149993a429037b5d912407a71c252019287b8d27a587");
  const struct {
    sighash_type type;
    std::string_view message, key, signature;
  } rows[] = {
      {sighash_type::all, "185c0be5263dce5b4bb50a047973c1b6272bfbd0103a89444597dc40b248ee7c",
       "0307b8ae49ac90a048e9b53357a2354b3334e9c8bee813ecb98e99a7e07e8c3ba3",
       "304402206ac44d672dac41f9b00e28f4df20c52eeb087207e8d758d76d92c6fab3b73e2b0220367750dbbe19290"
       "069cba53d096f44530e4f98acaa594810388cf7409a1870ce01"},
      {sighash_type::none, "e9733bc60ea13c95c6527066bb975a2ff29a925e80aa14c213f686cbae5d2f36",
       "03b28f0c28bfab54554ae8c658ac5c3e0ce6e79ad336331f78c428dd43eea8449b",
       "3044022068c7946a43232757cbdf9176f009a928e1cd9a1a8c212f15c1e11ac9f2925d9002205b75f937ff2f9f3"
       "c1246e547e54f62e027f64eefa2695578cc6432cdabce271502"},
      {sighash_type::single, "1e1f1c303dc025bd664acb72e583e933fae4cff9148bf78c157d1e8f78530aea",
       "034b8113d703413d57761b8b9781957b8c0ac1dfe69f492580ca4195f50376ba4a",
       "3044022059ebf56d98010a932cf8ecfec54c48e6139ed6adb0728c09cbe1e4fa0915302e022007cd986c8fa870f"
       "f5d2b3a89139c9fe7e499259875357e20fcbb15571c76795403"},
      {sighash_type::all_anyone_can_pay,
       "2a67f03e63a6a422125878b40b82da593be8d4efaafe88ee528af6e5a9955c6e",
       "033400f6afecb833092a9a21cfdf1ed1376e58c5d1f47de74683123987e967a8f4",
       "3045022100fbefd94bd0a488d50b79102b5dad4ab6ced30c4069f1eaa69a4b5a763414067e02203156c6a5c9cf8"
       "8f91265f5a942e96213afae16d83321c8b31bb342142a14d16381"},
      {sighash_type::none_anyone_can_pay,
       "781ba15f3779d5542ce8ecb5c18716733a5ee42a6f51488ec96154934e2c890a",
       "03a6d48b1131e94ba04d9737d61acdaa1322008af9602b3b14862c07a1789aac16",
       "3045022100a5263ea0553ba89221984bd7f0b13613db16e7a70c549a86de0cc0444141a407022005c360ef0ae5a"
       "5d4f9f2f87a56c1546cc8268cab08c73501d6b3be2e1e1a8a0882"},
      {sighash_type::single_anyone_can_pay,
       "511e8e52ed574121fc1b654970395502128263f62662e076dc6baf05c2e6a99b",
       "02d8b661b0b3302ee2f162b09e07a55ad5dfbe673a9f01d9f0c19617681024306b",
       "30440220525406a1482936d5a21888260dc165497a90a15669636d8edca6b9fe490d309c022032af0c646a34a44"
       "d1f4576bf6a4a74b67940f8faa84c7df9abe12a01a11e2b4783"},
  };
  const signature_hasher hasher{tx};
  const auto keys = parse_multisig(whole).value();
  BOOST_TEST(keys.required == 6U);
  BOOST_TEST_REQUIRE(keys.keys.size() == std::size(rows));
  for (std::size_t i = 0; i < std::size(rows); ++i) {
    const auto& [type, message, key, signature] = rows[i];
    BOOST_TEST(to_hex(keys.keys[i]) == key);
    const digest made = hasher.witness_v0(0, whole, satoshi{987'654'321}, type);
    BOOST_TEST(to_hex(made) == message);
    BOOST_TEST(signed_by(key, made, signature), i);
    BOOST_TEST((*from_hex(signature)).back() == static_cast<std::uint8_t>(type));
  }
}

// Source: BIP-143, "No FindAndDelete", both examples: a signature that stands in the script itself
// stays in what is signed. The keys were recovered from signature and digest; s is high.
BOOST_AUTO_TEST_CASE(bip143_no_find_and_delete) {
  constexpr auto first = "30450220487fb382c4974de3f7d834c1b617fe15860828c7f96454490edd6d891556dcc90"
                         "22100baf95feb48f845d5bfc9882eb6aeefa1bc3790e39f59eaa46ff7f15ae626c53e01";
  constexpr auto second =
      "304502205286f726690b2e9b0207f0345711e63fa7012045b9eb0f19c2458ce1db90cf43022100e89f17f86abc5b"
      "149eba4115d4f128bcf45d77fb3ecdd34f594091340c03959601";
  const satoshi value{200'000};
  const auto check_sig = tx_of("010000000169c12106097dc2e0526493ef67f21269fe888ef05c7a3a5dacab38e1a"
                               "c8387f14c1d000000ffffffff0101000000000000000000000000");
  const bytes one = *from_hex("ad48" + std::string{first});
  BOOST_TEST(to_hex(p2wsh_script(one)) ==
             "00209e1be07558ea5cc8e02ed1d80c0911048afad949affa36d5c3951e3159dbea19");
  const digest message = signature_hasher{check_sig}.witness_v0(0, one, value, sighash_type::all);
  BOOST_TEST(to_hex(message) == "71c9cd9b2869b9c70b01b1f0360c148f42dee72297db312638df136f43311f23");
  BOOST_TEST(signed_by("02a9781d66b61fb5a7ef00ac5ad5bc6ffc78be7b44a566e3c87870e1079368df4c",
                       message, low_s(first)));

  const auto check_multisig = tx_of(
      "010000000001019275cb8d4a485ce95741c013f7c0d28722160008021bb469a11982d47a6628964c1d000000ffff"
      "ffff0101000000000000000007004830450220487fb382c4974de3f7d834c1b617fe15860828c7f96454490edd6d"
      "891556dcc9022100baf95feb48f845d5bfc9882eb6aeefa1bc3790e39f59eaa46ff7f15ae626c53e014830450220"
      "5286f726690b2e9b0207f0345711e63fa7012045b9eb0f19c2458ce1db90cf43022100e89f17f86abc5b149eba41"
      "15d4f128bcf45d77fb3ecdd34f594091340c0395960101022102966f109c54e85d3aee8321301136cedeb9fc710f"
      "def58a9de8a73942f8e567c021034ffc99dd9a79dd3cb31e2ab3e0b09e0e67db41ac068c625cd1f491576016c84e"
      "9552af4830450220487fb382c4974de3f7d834c1b617fe15860828c7f96454490edd6d891556dcc9022100baf95f"
      "eb48f845d5bfc9882eb6aeefa1bc3790e39f59eaa46ff7f15ae626c53e0148304502205286f726690b2e9b0207f0"
      "345711e63fa7012045b9eb0f19c2458ce1db90cf43022100e89f17f86abc5b149eba4115d4f128bcf45d77fb3ecd"
      "d34f594091340c039596017500000000");
  const bytes two = *from_hex("52af48" + std::string{first} + "48" + second + "75");
  BOOST_TEST((check_multisig.inputs[0].witness.back() == two));
  const digest both = signature_hasher{check_multisig}.witness_v0(0, two, value, sighash_type::all);
  BOOST_TEST(to_hex(both) == "c1628a1e7c67f14ca0c27c06e4fdeec2e6d1a73c7a91d7c046ff83e835aebb72");
  BOOST_TEST(signed_by("02966f109c54e85d3aee8321301136cedeb9fc710fdef58a9de8a73942f8e567c0", both,
                       low_s(first)));
  BOOST_TEST(signed_by("034ffc99dd9a79dd3cb31e2ab3e0b09e0e67db41ac068c625cd1f491576016c84e", both,
                       low_s(second)));
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
