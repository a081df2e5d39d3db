// BIP-174's vectors, "Test Vectors".
#include "core/chain/base58.hpp"
#include "core/chain/bitcoin/psbt_finish.hpp"
#include "core/chain/bitcoin/psbt_sign.hpp"
#include "tests/vectors/bitcoin_psbt_vectors.hpp"

using namespace quorate;
using namespace quorate::bitcoin;

namespace {

// --- a P2PKH input ---------------------------------------------------------------------------

const std::string one_input_tx =
    "0200000001268171371edff285e937adeea4b37b78000c0566cbb3ad64641713ca42171bf60000000000feffffff02"
    "d3dff505000000001976a914d0c59903c5bac2868760e90fd521a4665aa7652088ac00e1f5050000000017a9143545"
    "e6e33b832c47050f24d3eeb93c9c03948bc787b32e1300";
const std::string one_input = "010075" + one_input_tx;
const std::string one_input_previous =
    "0100fda5010100000000010289a3c71eab4d20e0371bbba4cc698fa295c9463afa2e397f8533ccb62f9567e5010000"
    "0017160014be18d152a9b012039daf3da7de4f53349eecb985ffffffff86f8aa43a71dff1448893a530a7237ef6b46"
    "08bbb2dd2d0171e63aec6a4890b40100000017160014fe3e9ef1a745e974d902c4355943abcb34bd5353ffffffff02"
    "00c2eb0b000000001976a91485cff1097fd9e008bb34af709c62197b38978a4888ac72fef84e2c00000017a9143397"
    "25ba21efd62ac753a9bcd067d6c7a6a39d05870247304402202712be22e0270f394f568311dc7ca9a68970b8025fdd"
    "3b240229f07f8a5f3a240220018b38d7dcd314e734c9276bd6fb40f673325bc4baa144c800d2f2f02db2765c012103"
    "d2e15674941bad4a996372cb87e1856d3652606d98562fe39c5e9e7e413f210502483045022100d12b852d85dcd961"
    "d2f5f4ab660654df6eedcc794c0c33ce5cc309ffb5fce58d022067338a8e0e1725c197fb1a88af59f51e44e4255b20"
    "167c8684031c05d1f2592a01210223b72beef0965d10be0778efecd61fcac6f79a4ea169393380734464f84f2ab300"
    "000000";

// --- P2PKH and P2SH-P2WPKH -------------------------------------------------------------------

const std::string final_script =
    "6a47304402204759661797c01b036b25928948686218347d89864b719e1f7fcf57d1e511658702205309eabf56aa4d"
    "8891ffd111fdf1336f3a29da866d7f8486d75546ceedaf93190121035cdc61fc7ba971c0b501a646a2a83b102cb438"
    "81217ca682dc86e2d73fa88292";
const std::string two_inputs =
    "0100a00200000002ab0949a08c5af7c49b8212f417e2f15ab3f5c33dcf153821a8139f877a5b7be40000000000feff"
    "ffffab0949a08c5af7c49b8212f417e2f15ab3f5c33dcf153821a8139f877a5b7be40100000000feffffff02603bea"
    "0b000000001976a914768a40bbd740cbe81d988e71de2a4d5c71396b1d88ac8e240000000000001976a9146f4620b5"
    "53fa095e721b9ee0efe9fa039cca459788ac00000000";
const std::string nested_output =
    "01012000e1f5050000000017a9143545e6e33b832c47050f24d3eeb93c9c03948bc787010416001485d13537f2e265"
    "405a34dbafa9e3dda01fb82308";
const std::string filled_outputs =
    "00220202ead596687ca806043edc3de116cdf29d5e9257c196cd055cf698c8d02bf24e9910b4a6ba67000000800000"
    "0080020000800022020394f62be9df19952c5587768aeb7698061ad2c4a25c894f47d8c162b4d7213d0510b4a6ba67"
    "00000080010000800200008000";

// --- a P2SH-P2WSH input of 2 of 2, with one signature ----------------------------------------

const std::string shared_input =
    psbt_magic +
    "0100550200000001279a2323a5dfb51fc45f220fa58b0fc13e1e3342792a85d7e36cd6333b5cbc390000000000ffff"
    "ffff01a05aea0b000000001976a914ffe9c0061097cc3b636f2cb0460fa4fc427d2b4588ac00000000"
    "00"
    "010120955eea0b0000000017a9146345200f68d189e1adc0df1c4d16ea8f14c0dbeb87"
    "220203b1341ccba7683b6af4f1238cd6e97e7167d569fac47f1e48d47541844355bd46"
    "46304302200424b58effaaa694e1559ea5c93bbfd4a89064224055cdf070b6771469442d07021f5c8eb0fea6516d60"
    "b8acb33ad64ede60e8785bfb3aa94b99bdf86151db9a9a01"
    "0104220020771fd18ad459666dd49f3d564e3dbc42f4c84774e360ada16816a8ed488d5681"
    "010547522103b1341ccba7683b6af4f1238cd6e97e7167d569fac47f1e48d47541844355bd462103de55d1e1dac805"
    "e3f8a58c1fbf9b94c02f3dbaafe127fefca4995f26f82083bd52ae"
    "220603b1341ccba7683b6af4f1238cd6e97e7167d569fac47f1e48d47541844355bd46"
    "10b4a6ba67000000800000008004000080"
    "220603de55d1e1dac805e3f8a58c1fbf9b94c02f3dbaafe127fefca4995f26f82083bd"
    "10b4a6ba67000000800000008005000080"
    "0000";

// --- the walk from creator to extractor ------------------------------------------------------

const std::string walk_global =
    psbt_magic +
    "01009a020000000258e87a21b56daf0c23be8e7070456c336f7cbaa5c8757924f545887bb2abdd750000000000ffff"
    "ffff838d0427d0ec650a68aa46bb0b098aea4422c071b2ca78352a077959d07cea1d0100000000ffffffff0270aaf0"
    "0800000000160014d85c2b71d0060b09c9886aeb815e50991dda124d00e1f5050000000016001400aea9a2e5f0f876"
    "a588df5546e8742d1d87008f00000000"
    "00";
const std::string first_previous =
    "0200000001aad73931018bd25f84ae400b68848be09db706eac2ac18298babee71ab656f8b00000000484730440220"
    "58"
    "f6fc7c6a33e1b31548d481c826c015bd30135aad42cd67790dab66d2ad243b02204a1ced2604c6735b6393e5b41691"
    "dd78b00f0c5942fb9f751856faa938157dba01feffffff0280f0fa020000000017a9140fb9463421696b82c833af24"
    "1c78c17ddbde493487d0f20a270100000017a91429ca74f8a08f81999428185c97b5d852e4063f618765000000";
const std::string second_previous =
    "0200000000010158e87a21b56daf0c23be8e7070456c336f7cbaa5c8757924f545887bb2abdd750100000017160014"
    "5f"
    "275f436b09a8cc9a2eb2a2f528485c68a56323feffffff02d8231f1b0100000017a914aed962d6654f9a2b36608eb9"
    "d64d2b260db4f1118700c2eb0b0000000017a914b7f5faf40e3d40a5a459b1db3535f2b72fa921e887024830450221"
    "00a22edcc6e5bc511af4cc4ae0de0fcd75c7e04d8c1c3a8aa9d820ed4b967384ec02200642963597b9b1bc22c75e9f"
    "3e117284a962188bf5e8a74c895089046a20ad770121035509a48eb623e10aace8bfd0212fdb8a8e5af3c94b0b133b"
    "95e114cab89e4f7965000000";
const std::string key_0 = "029583bf39ae0a609747ad199addd634fa6108559d6c5cd39b4c2183f1ab96e07f";
const std::string key_1 = "02dab61ff49a14db6a7d02b0cd1fbb78fc4b18312b5b4e54dae4dba2fbfef536d7";
const std::string key_2 = "03089dc10c7ac6db54f91329af617333db388cead0c231f723379d1b99030b02dc";
const std::string key_3 = "023add904f3d6dcf59ddb906b0dee23529b7ffb9ed50e5e86151926860221f0e73";
const std::string key_4 = "03a9a4c37f5996d3aa25dbac6b570af0650394492942460b354753ed9eeca58771";
const std::string key_5 = "027f6399757d2eff55a136ad02c684b1838b6556e5f1b6b34282a94b6b50051096";
const std::string multisig_script = "5221" + key_0 + "21" + key_1 + "52ae";
const std::string nested_script =
    "00208c2353173743b595dfb4a07b72ba8e42e3797da74e87fe7d9d7497e3b2028903";
const std::string inner_script = "5221" + key_2 + "21" + key_3 + "52ae";
const std::string signature_0 = "3044022074018ad4180097b873323c0015720b3684cc8123891048e7dbcd9b55ad"
                                "679c99022073d369b740e3eb53dce"
                                "fa33823c8070514ca55a7dd9544f157c167913261118c01";
const std::string signature_1 = "3045022100f61038b308dc1da865a34852746f015772934208c6d24454393cd99b"
                                "df2217770220056e675a675a6d0a0"
                                "2b85b14e5e29074d8a25a9b5760bea2816f661910a006ea01";
const std::string signature_2 = "3044022062eb7a556107a7c73f45ac4ab5a1dddf6f7075fb1275969a7f383efff7"
                                "84bcb202200c05dbb7470dbf2f085"
                                "57dd356c7325c1ed30913e996cd3840945db12228da5f01";
const std::string signature_3 = "3044022065f45ba5998b59a27ffe1a7bed016af1f1f90d54b3aa8f7450aa5f56a2"
                                "5103bd02207f724703ad1edb96680"
                                "b284b56d4ffcb88f7fb759eabbe08aa30f29b851383d201";

std::string path(int last) {
  return "10d90c6a4f00000080000000800" + std::to_string(last) + "000080";
}
std::string signature(const std::string& key, const std::string& value) {
  return "2202" + key + (value.size() == 142 ? "47" : "48") + value;
}

const std::string walk_outputs = "002202" + key_4 + path(4) + "002202" + key_5 + path(5) + "00";
const std::string spent_second = "01012000c2eb0b0000000017a914b7f5faf40e3d40a5a459b1db3535f2b72fa9"
                                 "21e887";
const std::string sighash_all = "01030401000000";

/// The updated PSBT, with these signatures and sighash fields in its inputs.
std::string walk(const std::string& first, const std::string& second, const std::string& type) {
  return walk_global + "0100bb" + first_previous + first + type + "010447" + multisig_script +
         "2206" + key_0 + path(0) + "2206" + key_1 + path(1) + "00" + spent_second + second + type +
         "010422" + nested_script + "010547" + inner_script + "2206" + key_3 + path(3) + "2206" +
         key_2 + path(2) + "00" + walk_outputs.substr(2);
}

const std::string first_final = "00"
                                "47" +
                                signature_0 + "48" + signature_1 + "47" + multisig_script;
const std::string second_final = "0400"
                                 "47" +
                                 signature_2 + "47" + signature_3 + "47" + inner_script;
const std::string walk_final = walk_global + "0100bb" + first_previous + "0107da" + first_final +
                               "00" + spent_second + "010723" + "22" + nested_script + "0108da" +
                               second_final + walk_outputs;

const std::string extracted =
    "0200000000010258e87a21b56daf0c23be8e7070456c336f7cbaa5c8757924f545887bb2abdd7500000000da" +
    first_final + "ffffffff" +
    "838d0427d0ec650a68aa46bb0b098aea4422c071b2ca78352a077959d07cea1d010000002322" + nested_script +
    "ffffffff0270aaf00800000000160014d85c2b71d0060b09c9886aeb815e50991dda124d00e1f50500000000160014"
    "00aea9a2e5f0f876a588df5546e8742d1d87008f00" +
    second_final + "00000000";

const std::string unknown_tx =
    psbt_magic +
    "01003f0200000001ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff0000000000ffff"
    "ffff010000000000000000036a010000000000";
const std::string unknown_a = "0af00102030405060708090f0102030405060708090a0b0c0d0e0f";
const std::string unknown_b = "0af00102030405060708100f0102030405060708090a0b0c0d0e0f";

ec_secret_key from_wif(const std::string& wif) {
  const bytes payload = chain::decode_base58check(wif).value();
  BOOST_REQUIRE(payload.size() == 34U);
  return ec_secret_key{byte_view{payload}.subspan<1, 32>()};
}

/// Signs as the BIP's signer, which takes the second amount on trust; here its whole transaction is
/// added before and removed after.
psbt signed_by(const psbt& from, std::initializer_list<const char*> keys) {
  psbt result = from;
  BOOST_TEST((sign(result, from_wif(*(keys.begin() + 1))).error() == errc::missing_previous));
  BOOST_REQUIRE(result.put_input(1, psbt_input::previous_transaction, *from_hex(second_previous)));
  for (const auto* key : keys)
    BOOST_TEST(sign(result, from_wif(key)).value() == 1);
  result.erase_input(1, psbt_input::previous_transaction);
  return result;
}

void put(psbt& to, std::size_t input, psbt_type type, const std::string& value,
         const std::string& key_data = "") {
  BOOST_REQUIRE(to.put_input(input, type, *from_hex(value), *from_hex(key_data)));
}

} // namespace

BOOST_AUTO_TEST_SUITE(bip174)

BOOST_AUTO_TEST_CASE(invalid) {
  const auto shared = [](const std::string& from, const std::string& to) {
    return with(shared_input, from, to);
  };
  const std::string odd =
      psbt_magic +
      "0100730200000001301ae986e516a1ec8ac5b4bc6573d32f83b465e23ad76167d68b38e730b4dbdb0000000000ff"
      "ffffff02747b01000000000017a91403aa17ae882b5d0d54b25d63104e4ffece7b9ea2876043993b0000000017a9"
      "14b921b1ba6f722e4bfa83b6557a3139986a42ec838700000000"
      "0001011f00ca9a3b00000000160014d2d94b64ae08587eefc8eeb187c601e939f9037c";
  const std::string odd_script = "16001462e9e982fff34dd8239610316b090cd2a3b747cb";
  const std::string odd_rest =
      "000100220020876bad832f1d168015ed41232a9ea65a1815d9ef13c0ef8759f64b5b2b278a65010125512103b7ce"
      "23a01c5b4bf00a642537cdfabb315b668332867478ef51309d2bd57f8a8751ae00";
  check_refused({
      {"network transaction",
       "0200000001268171371edff285e937adeea4b37b78000c0566cbb3ad64641713ca42171bf6000000006a473044"
       "022070b2245123e6bf474d60c5b50c043d4c691a5d2435f09a34a7662a9dc251790a022001329ca9dacf280bdf"
       "30740ec0390422422c81cb45839457aeb76fc12edd95b3012102657d118d3357b8e0f4c2cd46db7b39f6d9c38d"
       "9a70abcb9b2de5dc8dbfe4ce31feffffff02d3dff505000000001976a914d0c59903c5bac2868760e90fd521a4"
       "665aa7652088ac00e1f5050000000017a9143545e6e33b832c47050f24d3eeb93c9c03948bc787b32e1300",
       errc::not_a_psbt},
      {"missing outputs", psbt_magic + one_input + "00" + one_input_previous + "00",
       errc::truncated},
      {"filled scriptSig in the unsigned tx",
       psbt_magic + "0100fd0a01" +
           with(two_inputs.substr(6), "e40000000000feffffff",
                "e400000000" + final_script + "feffffff") +
           "0000" + nested_output + "000000",
       errc::bad_psbt_field},
      {"no unsigned tx", psbt_magic + "00" + one_input_previous + "0000000000",
       errc::missing_psbt_field},
      {"duplicate keys in an input",
       psbt_magic + one_input + "00" + one_input_previous +
           "01003f0200000001ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff0000000"
           "000"
           "ffffffff010000000000000000036a0100000000000000",
       errc::repeated_psbt_key},
      {"global transaction typed key", shared("0100550200000001", "020001550200000001"),
       errc::bad_psbt_field},
      {"witness utxo typed key", shared("010120955eea0b", "02010020955eea0b"),
       errc::bad_psbt_field},
      {"pubkey length of a partial signature",
       shared("220203b1341ccba7683b6af4f1238cd6e97e7167d569fac47f1e48d47541844355bd4646",
              "210203b1341ccba7683b6af4f1238cd6e97e7167d569fac47f1e48d47541844355bd46"),
       errc::bad_psbt_field},
      {"redeemscript typed key", shared("0104220020", "020400220020"), errc::bad_psbt_field},
      {"witnessscript typed key", shared("0105475221", "020500475221"), errc::bad_psbt_field},
      {"pubkey of an input's derivation",
       shared("220603b1341ccba7683b6af4f1238cd6e97e7167d569fac47f1e48d47541844355bd46",
              "210603b1341ccba7683b6af4f1238cd6e97e7167d569fac47f1e48d47541844355bd"),
       errc::bad_psbt_field},
      {"non-witness utxo typed key", with(walk_final, "0100bb", "020000bb"), errc::bad_psbt_field},
      {"final scriptsig typed key", with(walk_final, "0107da", "020700da"), errc::bad_psbt_field},
      {"final script witness typed key", with(walk_final, "0108da", "020800da"),
       errc::bad_psbt_field},
      {"pubkey of an output's derivation",
       with(walk_final, "2202" + key_4, "2102" + key_4.substr(0, 64)), errc::bad_psbt_field},
      {"input sighash type typed key", odd + "0203000100000000" + "0100" + odd_script + odd_rest,
       errc::bad_psbt_field},
      {"output redeemScript typed key", odd + "00020000" + odd_script.substr(2) + odd_rest,
       errc::bad_psbt_field},
      {"output witnessScript typed key",
       odd + "000100" + odd_script +
           "000100220020876bad832f1d168015ed41232a9ea65a1815d9ef13c0ef8759f64b5b2b278a6521010025512"
           "103"
           "b7ce23a01c5b4bf00a642537cdfabb315b668332867478ef51309d06d57f8a8751ae00",
       errc::bad_psbt_field},
      {"unsigned tx with witness serialization",
       psbt_magic + "0100780200000000010126" + one_input_tx.substr(12, one_input_tx.size() - 20) +
           "00b32e1300" + "00" + one_input_previous + "000000",
       errc::bad_psbt_field},
  });
}

BOOST_AUTO_TEST_CASE(valid) {
  check_valid({
      {"one P2PKH input", psbt_magic + one_input + "00" + one_input_previous + "000000"},
      {"first input final",
       psbt_magic + two_inputs + "000107" + final_script + "00" + nested_output + "000000"},
      {"with a sighash type",
       psbt_magic + one_input + "00" + one_input_previous + sighash_all + "000000"},
      {"non-final scriptSigs, outputs filled", psbt_magic + two_inputs +
                                                   "000100df0200000001268171371edff285e937adeea4b37"
                                                   "b78000c0566cbb3ad64641713ca42171bf60000000"
                                                   "06a473044022070b2245123e6bf474d60c5b50c043d4c69"
                                                   "1a5d2435f09a34a7662a9dc251790a022001329ca9d"
                                                   "acf280bdf30740ec0390422422c81cb45839457aeb76fc1"
                                                   "2edd95b3012102657d118d3357b8e0f4c2cd46db7b3"
                                                   "9f6d9c38d9a70abcb9b2de5dc8dbfe4ce31feffffff02d3"
                                                   "dff505000000001976a914d0c59903c5bac2868760e"
                                                   "90fd521a4665aa7652088ac00e1f5050000000017a91435"
                                                   "45e6e33b832c47050f24d3eeb93c9c03948bc787b32"
                                                   "e130000" +
                                                   nested_output + filled_outputs},
      {"2 of 2, one signature", shared_input},
      {"2 of 2 with extended keys",
       psbt_magic +
           "01005202000000019dfc6628c26c5899fe1bd3dc338665bfd55d7ada10f6220973df2d386dec12760100000"
           "0"
           "00ffffffff01f03dcd1d000000001600147b3a00bfdc14d27795c2b74901d09da6ef13357900000000"
           "4f01043587cf02da3fd0088000000097048b1ad0445b1ec8275517727c87b4e4ebc18a203ffa0f94c01566b"
           "d"
           "38e9000351b743887ee1d40dc32a6043724f2d6459b3b5a4d73daec8fbae0472f3bc43e20cd90c6a4fae000"
           "0"
           "8000000080"
           "4f01043587cf02da3fd00880000001b90452427139cd78c2cff2444be353cd58605e3e513285e528b407fae"
           "3"
           "f6173503d30a5e97c8adbc557dac2ad9a7e39c1722ebac69e668b6f2667cc1d671c83cab0cd90c6a4fae000"
           "0"
           "8001000080"
           "0001012b0065cd1d000000002200202c5486126c4978079a814e13715d65f36459e4d6ccaded266d0508645"
           "b"
           "afa6320105475221029da12cdb5b235692b91536afefe5c91c3ab9473d8e43b533836ab456299c887121033"
           "7"
           "2b34234ed7cf9c1fea5d05d441557927be9542b162eb02e1ab2ce80224c00b52ae2206029da12cdb5b23569"
           "2"
           "b91536afefe5c91c3ab9473d8e43b533836ab456299c887110d90c6a4fae000080000000800000000022060"
           "3"
           "372b34234ed7cf9c1fea5d05d441557927be9542b162eb02e1ab2ce80224c00b10d90c6a4fae00008001000"
           "0"
           "8000000000002202039eff1f547a1d5f92dfa2ba7af6ac971a4bd03ba4a734b03156a256b8ad3a1ef910ede"
           "4"
           "5cc500000080000000800100008000"},
      {"with extended keys and signatures",
       psbt_magic + "01009d0100000002710ea76ab45c5cb6438e607e59cc037626981805ae9e0dfd9089012abb0be5"
                    "3501000000"
                    "00ffffffff190994d6a8b3c8c82ccbcfb2fba4106aa06639b872a8d447465c0d42588d6d670000"
                    "000000ffff"
                    "ffff0200e1f505000000001976a914b6bc2c0ee5655a843d79afedd0ccc3f7dd64340988ac605a"
                    "f405000000"
                    "001600141188ef8e4ce0449eaac8fb141cbf5a1176e6a08800000000"
                    "4f010488b21e039e530cac800000003dbc8a5c9769f031b17e77fea1518603221a18fd18f2b9a5"
                    "4c6c8c1ac7"
                    "5cbc3502f230584b155d1c7f1cd45120a653c48d650b431b67c5b2c13f27d7142037c169102756"
                    "9c50310000"
                    "8000000080000000800001011f00e1f5050000000016001433b982f91b28f160c920b4ab95e58c"
                    "e50dda3a4a"
                    "220203309680f33c7de38ea6a47cd4ecd66f1f5a49747c6ffb8808ed09039243e3ad5c47304402"
                    "202d704ced"
                    "830c56a909344bd742b6852dccd103e963bae92d38e75254d2bb424502202d86c437195df46c0c"
                    "eda084f2a2"
                    "91c3da2d64070f76bf9b90b195e7ef28f77201220603309680f33c7de38ea6a47cd4ecd66f1f5a"
                    "49747c6ffb"
                    "8808ed09039243e3ad5c1827569c5031000080000000800000008000000000010000000001011f"
                    "00e1f50500"
                    "00000016001"
                    "4388fb944307eb77ef45197d0b0b245e079f011de220202c777161f73d0b7c72b9ee7bde650293"
                    "d13f095bc7"
                    "656ad1f525da5fd2e10b11047304402204cb1fb5f869c942e0e26100576125439179ae88dca8a9"
                    "dc3ba08f79"
                    "53988faa60220521f49ca791c27d70e273c9b14616985909361e25be274ea200d7e08827e514d0"
                    "1220602c77"
                    "7161f73d0b7c72b9ee7bde650293d13f095bc7656ad1f525da5fd2e10b1101827569c503100008"
                    "0000000800"
                    "000008000000000000000000000220202d20ca502ee289686d21815bd43a80637b0698e1fbcdbe"
                    "4caed445f6"
                    "c1a0a90ef1827569c50310000800000008000000080000000000400000000"},
      {"unknown types", unknown_tx + "00" + unknown_a + "0000"},
      {"no inputs and no outputs", psbt_magic + "01000a0000000000000000000000"},
      {"no inputs", psbt_magic +
                        "01004c020000000002d3dff505000000001976a914d0c59903c5bac2868760e90fd521a466"
                        "5aa7652088ac00e1f5050000000017a9143545e6e33b832c47050f24d3eeb93c9c03948bc7"
                        "87b32e1300000000"},
  });
}

// "Fails Signer checks": sound PSBTs that must not be signed, though our keys are asked for.
BOOST_AUTO_TEST_CASE(fails_signer_checks) {
  const auto claimed = decode_hex(
      psbt_magic + two_inputs +
      "00010122d3dff505000000001976a914d48ed3110b94014cb114bd32d6f4d066dc74256b88ac0001012000e1f505"
      "0000000017a9143545e6e33b832c47050f24d3eeb93c9c03948bc787010416001485d13537f2e265405a34dbafa9"
      "e3dda01fb82308" +
      filled_outputs);
  BOOST_REQUIRE(claimed.has_value());
  BOOST_TEST(!claimed->spent(0).is_proven());

  const std::string half =
      walk(signature(key_1, signature_1), signature(key_3, signature_3), sighash_all);
  const auto key = *compressed_key::from_bytes(*from_hex(key_0));
  const auto other = *compressed_key::from_bytes(*from_hex(key_2));
  for (const auto& [from, to] : std::initializer_list<std::pair<std::string, std::string>>{
           {multisig_script, "5221" + key_0 + "21" + key_1 + "52af"},
           {"010422" + nested_script, "010422" + nested_script.substr(0, 66) + "00"},
           {inner_script, "5221" + key_2 + "21" + key_3 + "52ad"}}) {
    const auto altered = decode_hex(with(half, from, to));
    BOOST_REQUIRE(altered.has_value());
    BOOST_TEST(
        (signature_requests(*altered, std::array{key, other}).error() == errc::conflicting_fields));
    auto finalised = *altered;
    BOOST_TEST(!finalise(finalised).empty());
    BOOST_TEST((finalised == *altered));
  }
}

BOOST_AUTO_TEST_CASE(creator_to_extractor) {
  transaction tx;
  const auto created = decode_hex(walk_global + "00000000").value();
  tx.inputs = {{created.unsigned_transaction().inputs[0].previous, {}, sequence_final, {}},
               {created.unsigned_transaction().inputs[1].previous, {}, sequence_final, {}}};
  BOOST_TEST(to_text(tx.inputs[0].previous.id) ==
             "75ddabb27b8845f5247975c8a5ba7c6f336c4570708ebe230caf6db5217ae858");
  BOOST_TEST(to_text(tx.inputs[1].previous.id) ==
             "1dea7cd05979072a3578cab271c02244ea8a090bbb46aa680a65ecd027048d83");
  tx.outputs = {{satoshi{149'990'000}, *from_hex("0014d85c2b71d0060b09c9886aeb815e50991dda124d")},
                {satoshi{100'000'000}, *from_hex("001400aea9a2e5f0f876a588df5546e8742d1d87008f")}};
  psbt walked = psbt::create(tx, psbt_version::v0).value();
  BOOST_TEST(to_hex(walked.encode()) == walk_global + "00000000");

  put(walked, 0, psbt_input::previous_transaction, first_previous);
  put(walked, 0, psbt_input::redeem_script, multisig_script);
  put(walked, 1, psbt_input::spent_output, spent_second.substr(6));
  put(walked, 1, psbt_input::redeem_script, nested_script);
  put(walked, 1, psbt_input::witness_script, inner_script);
  put(walked, 0, psbt_input::derivation, path(0).substr(2), key_0);
  put(walked, 0, psbt_input::derivation, path(1).substr(2), key_1);
  put(walked, 1, psbt_input::derivation, path(2).substr(2), key_2);
  put(walked, 1, psbt_input::derivation, path(3).substr(2), key_3);
  BOOST_REQUIRE(walked.put_output(0, psbt_output::derivation, *from_hex(path(4).substr(2)),
                                  *from_hex(key_4)));
  BOOST_REQUIRE(walked.put_output(1, psbt_output::derivation, *from_hex(path(5).substr(2)),
                                  *from_hex(key_5)));
  BOOST_TEST(to_hex(walked.encode()) == walk("", "", ""));
  for (std::size_t i = 0; i < 2; ++i)
    put(walked, i, psbt_input::sighash, "01000000");
  BOOST_TEST(to_hex(walked.encode()) == walk("", "", sighash_all));

  const psbt first = signed_by(walked, {"cP53pDbR5WtAD8dYAW9hhTjuvvTVaEiQBdrz9XPrgLBeRFiyCbQr",
                                        "cR6SXDoyfQrcp4piaiHE97Rsgta9mNhGTen9XeonVgwsh4iSgw6d"});
  BOOST_TEST(to_hex(first.encode()) ==
             walk(signature(key_0, signature_0), signature(key_2, signature_2), sighash_all));
  const psbt second = signed_by(walked, {"cT7J9YpCwY3AVRFSjN6ukeEeWY6mhpbJPxRaDaP5QTdygQRxP9Au",
                                         "cNBc3SWUip9PPm1GjRoLEJT6T41iNzCYtD7qro84FMnM5zEqeJsE"});
  BOOST_TEST(to_hex(second.encode()) ==
             walk(signature(key_1, signature_1), signature(key_3, signature_3), sighash_all));

  psbt both = combine(first, second).value();
  BOOST_TEST((combine(second, first).value() == both));
  // The BIP prints the second input's signatures in the order of the keys' hashes.
  BOOST_TEST((both == decode_hex(walk(signature(key_0, signature_0) + signature(key_1, signature_1),
                                      signature(key_2, signature_2) + signature(key_3, signature_3),
                                      sighash_all))
                          .value()));
  BOOST_TEST((extract(both).error() == errc::missing_signatures));
  psbt half = first;
  const std::vector<unfinished_input> both_left{{0, errc::missing_signatures},
                                                {1, errc::missing_signatures}};
  BOOST_TEST((finalise(half) == both_left));
  BOOST_TEST((half == first));
  BOOST_REQUIRE(finalise(both).empty());
  BOOST_TEST(to_hex(both.encode()) == walk_final);
  BOOST_TEST(to_hex(encode(extract(both).value())) == extracted);
}

BOOST_AUTO_TEST_CASE(combines_unknown_fields) {
  const auto all = [](const std::string& fields) {
    return unknown_tx + fields + "00" + fields + "00" + fields + "00";
  };
  const auto first = decode_hex(all(unknown_a)).value();
  const auto second = decode_hex(all(unknown_b)).value();
  BOOST_TEST(to_hex(combine(first, second).value().encode()) == all(unknown_a + unknown_b));
  BOOST_TEST(to_hex(combine(second, first).value().encode()) == all(unknown_a + unknown_b));
}

BOOST_AUTO_TEST_SUITE_END()
