// BIP-371's vectors, "Test Vectors": taproot's fields.
#include "core/chain/bitcoin/psbt_finish.hpp"
#include "core/chain/bitcoin/taproot.hpp"
#include "tests/vectors/bitcoin_psbt_vectors.hpp"

using namespace quorate;
using namespace quorate::bitcoin;

namespace {

const std::string key = "fe349064c98d6e2a853fa3c9b12bd8b304a19c195c60efa7ee2393046d3fa232";
const std::string outpoint_a = "27744ababf3027fe0d6cf23a96eee2efb188ef52301954585883e69b6624b242";
const std::string outpoint_b = "9bd48765230bf9a72e662001f972556e54f0c6f97feb56bcb5600d817f699526";
const std::string spent_a = "01012b00f2052a01000000225120"
                            "5a2c2cf5b52cf31f83ad2e8da63ff03183ecd8f609c7510ae8a48e03910a0757";
const std::string spent_b = "01012b00f2052a01000000225120"
                            "c2247efbfd92ac47f6f40b8d42d169175a19fa9fa10e4a25d7f35eb4dd85b692";
const std::string origin = "1900772b2da75600008001000080000000800100000000000000";

const std::string to_two =
    psbt_magic + "0100710200000001" + outpoint_a +
    "0000000000ffffffff02787c01000000000016001483a7e34bd99ff03a4962ef8a1a101bb295461ece606b042a0100"
    "00001600147ac369df1b20e033d6116623957b0ac49f3c52e80000000000" +
    spent_a;
const std::string to_taproot_change =
    psbt_magic + "01007d0200000001" + outpoint_a +
    "0000000000ffffffff02887b0100000000001600142382871c7e8421a00093f754d91281e675874b9f606b042a0100"
    "00002251205a2c2cf5b52cf31f83ad2e8da63ff03183ecd8f609c7510ae8a48e03910a07570000000000" +
    spent_a + "00";
const std::string to_one = psbt_magic + "01005e0200000001" + outpoint_b +
                           "0100000000ffffffff0148e6052a01000000225120030da4fce4f7db28c2cb2951631e"
                           "003713856597fe963882cb500e68112cca630000000000" +
                           spent_b;

const std::string signature_65 =
    "173bb3d36c074afb716fec6307a069a2e450b995f3c82785945ab8df0e24260dcd703b0cbf34de399184a9481ac2b3"
    "586db6601f026a77f7e4938481bc3475";

const std::string leaf_1 = "cd970e15f53fc0c82f950fd560ffa919b76172be017368a89913af074f400b09";
const std::string leaf_2 = "115f2e490af7cc45c4f78511f36057ce5c5a5c56325a29fb44dfc203f356e1f8";
const std::string leaf_3 = "6f7d62059e9497a1a4a267569d9876da60101aff38e3529b9b939ce7f91ae970";
const std::string script_key_1 = "2cb13ac68248de806aa6a3659cf3c03eb6821d09c8114a4e868febde865bb6d2";
const std::string script_key_2 = "4320b0bf16f011b53ea7be615924aa7f27e5d29ad20ea1155d848676c3bad1b2";
const std::string script_key_3 = "fa0f7a3cef3b1d0c0a6ce7d26e17ada0b2e5c92d19efad48b41859cb8a451ca9";
const std::string unspendable = "50929b74c1a04954b78b4b6035e97a5e078a5a0f28ec96d547bfee9ace803ac0";
const std::string script_signature =
    "89756aa3739ccc689ec0fcf3a360be32cc0b59b16e93a1e8bb4605726b2ca7a3ff706c4176649632b2cc68e1f912b8"
    "a578e3719ce7710885c7a966f49bcd43cb";

std::string own_input() { return "2116" + key + origin + "011720" + key; }

std::string leaf_script(const std::string& control, const std::string& script_key) {
  const std::size_t size = control.size() / 2 + 1;
  static constexpr char digits[] = "0123456789abcdef";
  return std::string{digits[size >> 4]} + digits[size & 15] + "15" + control + "2320" + script_key +
         "acc0";
}

std::string script_path_input() {
  return leaf_script("c1" + unspendable + leaf_3 + leaf_2, script_key_1) +
         leaf_script("c1" + unspendable +
                         "97c6e6fea5ff714ff5724499990810e406e98aa10f5bf7e5f6784bc1d0a9a6ce",
                     script_key_2) +
         leaf_script("c1" + unspendable + leaf_1 + leaf_2, script_key_3) + "2116" + script_key_1 +
         "3901" + leaf_1 + "772b2da75600008001000080020000800000000000000000" + "2116" +
         script_key_2 + "3901" + leaf_2 + "772b2da75600008001000080010000800000000000000000" +
         "2116" + unspendable + "05007c461e5d" + "2116" + script_key_3 + "3901" + leaf_3 +
         "772b2da75600008001000080030000800000000000000000" + "011720" + unspendable + "011820" +
         "f0362e2f75a6f420a5bde3eb221d96ae6720cf25f81890c95b1d775acb515e65";
}

const std::string key_output =
    "0105201124da7aec92ccd06c954562647f437b138b95721a84be2bf2276bbddab3e67121071124da7aec92ccd06c95"
    "4562647f437b138b95721a84be2bf2276bbddab3e6711900772b2da756000080010000800000008000000000050000"
    "00";
const std::string to_wpkh =
    psbt_magic + "0100520200000001" + outpoint_a +
    "0000000000ffffffff0148e6052a01000000160014768e1eeb4cf420866033f80aceff0f97207449690000000000" +
    spent_a;
const std::string wpkh_output =
    "002202036b772a6db74d8753c98a827958de6c78ab3312109f37d3e0304484242ece73d818772b2da7540000800100"
    "00800000008000000000000000000"
    "0";
const std::string key_signature =
    "bb53ec917bad9d906af1ba87181c48b86ace5aae2b53605a725ca74625631476fc6f5baedaf4f2ee0f477f36f58f39"
    "70d5b8273b7e497b97af2e3f125c97af34";

std::string to_taproot(const std::string& previous, const char* index, const std::string& script,
                       const std::string& utxo) {
  return psbt_magic + "01005e0200000001" + previous + index + "00ffffffff0148e6052a01000000225120" +
         script + "0000000000" + utxo;
}

} // namespace

BOOST_AUTO_TEST_SUITE(bip371)

BOOST_AUTO_TEST_CASE(invalid) {
  const std::string control_128 = "c1" + unspendable + leaf_3 + leaf_2;
  check_refused({
      {"internal key too long",
       to_two +
           "011721"
           "02" +
           key + "000000",
       errc::bad_psbt_field},
      {"key signature too short", to_two + "01133f" + signature_65.substr(0, 126) + "000000",
       errc::bad_psbt_field},
      {"key signature too long",
       to_two + "011342" + signature_65 +
           "1701aa"
           "000000",
       errc::bad_psbt_field},
      {"derivation key too long", to_two + "221602" + key + origin + "000000",
       errc::bad_psbt_field},
      {"output's internal key too long",
       to_taproot_change +
           "00"
           "010521"
           "02" +
           key + "00",
       errc::bad_psbt_field},
      {"output's derivation key too long",
       to_taproot_change +
           "00"
           "220702" +
           key + origin + "00",
       errc::bad_psbt_field},
      {"script signature's key too long",
       to_one + "421402" + script_key_1 + leaf_1 + "40" + script_signature + "0000",
       errc::bad_psbt_field},
      {"script signature too long",
       to_one + "4114" + script_key_1 + leaf_1 + "42" + script_signature +
           "0101"
           "0000",
       errc::bad_psbt_field},
      {"script signature too short",
       to_one + "4114" + script_key_1 + leaf_1 + "3f" + script_signature.substr(0, 126) + "0000",
       errc::bad_psbt_field},
      {"control block too long", to_one + leaf_script(control_128 + "00", script_key_1) + "0000",
       errc::bad_psbt_field},
      {"control block too short",
       to_one + leaf_script(control_128.substr(0, control_128.size() - 2), script_key_1) + "0000",
       errc::bad_psbt_field},
  });
}

BOOST_AUTO_TEST_CASE(valid) {
  const std::string output_a = "83698e458c6664e1595d75da2597de1e22ee97d798e706c4c0a4b5a9823cd743";
  const std::string output_b = "0a8cbdc86de1ce1c0f9caeb22d6df7ced3683fe423e05d1e402a879341d6f6f5";
  const std::string tree =
      "01052050929b74c1a04954b78b4b6035e97a5e078a5a0f28ec96d547bfee9ace803ac001066f02c02220736e5729"
      "00fe1252589a2143c8f3c79f71a0412d2353af755e9701c782694a02ac02c02220631c5f3b5832b8fbdebfb19704"
      "ceeb323c21f40f7a24f43d68ef0cc26b125969ac01c0222044faa49a0338de488c8dfffecdfb6f329f380bd566ef"
      "20c8df6d813eab1c4273ac210744faa49a0338de488c8dfffecdfb6f329f380bd566ef20c8df6d813eab1c427339"
      "01f06b798b92a10ed9a9d0bbfd3af173a53b1617da3a4159ca008216cd856b2e0e772b2da7560000800100008001"
      "0000800000000003000000210750929b74c1a04954b78b4b6035e97a5e078a5a0f28ec96d547bfee9ace803ac005"
      "007c461e5d2107631c5f3b5832b8fbdebfb19704ceeb323c21f40f7a24f43d68ef0cc26b125969390118ace40988"
      "9785e0ea70ceebb8e1ca892a7a78eaede0f2e296cf435961a8f4ca772b2da7560000800100008002000080000000"
      "00030000002107736e572900fe1252589a2143c8f3c79f71a0412d2353af755e9701c782694a02390129a5b49150"
      "90162d759afd3fe0f93fa3326056d0b4088cb933cae7826cb8d82c772b2da7560000800100008003000080000000"
      "0003000000";
  const std::string signatures = "4114" + script_key_1 + leaf_1 + "40" +
                                 "bf818d9757d6ffeb538ba057fb4c1fc4e0f5ef186e765beb564791e02af5fd3d5"
                                 "e2551d4e34e33d86f276b82c99c79"
                                 "aed3f0395a081efcd2cc2c65dd7e693d79" +
                                 "4114" + script_key_2 + leaf_2 + "40" +
                                 "e1f1ab6fabfa26b236f21833719dc1d428ab768d80f91f9988d8abef47bfb863b"
                                 "b1f2a529f768c15f00ce34ec283cd"
                                 "c07e88f8428be28f6ef64043c32911811a" +
                                 "4114" + script_key_3 + leaf_3 + "40" +
                                 "ec1f0379206461c83342285423326708ab031f0da4a253ee45aafa5b8c92034d8"
                                 "b605490f8cd13e00f989989b97e21"
                                 "5faa36f12dee3693d2daccf3781c1757f6";
  check_valid({
      {"key path input", to_wpkh + own_input() + wpkh_output},
      {"key path input with signature",
       to_wpkh + "011340" + key_signature + own_input() + wpkh_output},
      {"key path output", to_taproot(outpoint_a, "00000000", output_a, spent_a) + own_input() +
                              "00" + key_output + "00"},
      {"script path input", to_taproot(outpoint_b, "01000000", output_a, spent_b) +
                                script_path_input() + "00" + key_output + "00"},
      {"script path output with its tree",
       to_taproot(outpoint_a, "00000000", output_b, spent_a) + own_input() + "00" + tree + "00"},
      {"script path signatures", to_taproot(outpoint_b, "01000000", output_a, spent_b) +
                                     signatures + script_path_input() + "00" + key_output + "00"},
  });
}

// The BIP's key signature is a valid one, of the internal key without scripts.
BOOST_AUTO_TEST_CASE(its_signature_is_final) {
  auto from = decode_hex(to_wpkh + "011340" + key_signature + own_input() + wpkh_output).value();
  BOOST_REQUIRE(finalise(from).empty());
  const auto tx = extract(from).value();
  BOOST_TEST(to_hex(tx.inputs[0].witness.at(0)) == key_signature);
  BOOST_TEST(!from.input(0).contains(psbt_input::taproot_internal_key));
}

BOOST_AUTO_TEST_SUITE_END()
