// BIP-370's vectors, "Test Vectors": version 2, and the lock time that it determines.
#include "core/chain/bitcoin/psbt_sign.hpp"
#include "tests/vectors/bitcoin_psbt_vectors.hpp"

using namespace quorate;
using namespace quorate::bitcoin;

namespace {

const std::string previous =
    "0100520200000001c1aa256e214b96a1822f93de42bff3b5f3ff8d0519306e3515d7515a5e805b120000000000ffff"
    "ffff0118c69a3b00000000160014b0a3af144208412693ca7d166852b52db0aef06e00000000";
const std::string spent = "01011f18c69a3b00000000160014b0a3af144208412693ca7d166852b52db0aef06e";
const std::string witness =
    "01086b02473044022005275a485734e0ae1f3b971237586f0e72dc85833d278c0e474cd23112c0fa5e02206b048c83"
    "cebc3c41d0b93cc7da76185cedbd030d005b08018be2b98bbacbdf7b012103760dcca05f3997dc65b293060f7f29f1"
    "514c8c527048e12802b041d4fc340a27";
const std::string derivation_0 =
    "220202d601f84846a6755f776be00e3d9de8fb10acc935fb83c45fb0162d4cad5ab79218f69d873e54000080010000"
    "8000000080000000002a000000";
const std::string derivation_1 =
    "2202036efe2c255621986553ba9d65c3ddc64165ca1436e05aa35a4c6eb02451cf796d18f69d873e54000080010000"
    "80000000800100000062000000";
const std::string id = "010e200b0ad921419c1c8719735d72dc739f9ea9e0638d1fe4c1eef0f9944084815fc8";
const std::string index_0 = "010f0400000000";
const std::string not_final = "011004feffffff";

/// Version 0 with one more field in one of its maps.
std::string version_0(const std::string& global, const std::string& input,
                      const std::string& output_0, const std::string& output_1) {
  return psbt_magic +
         "01007102000000010b0ad921419c1c8719735d72dc739f9ea9e0638d1fe4c1eef0f9944084815fc8000000000"
         "0feffffff020008af2f00000000160014c430f64c4756da310dbd1a085572ef299926272c8bbdeb0b00000000"
         "160014a07dac8ab6ca942d379ed795f835ba71c9cc688500000000" +
         global + "00" + previous + spent + witness + input + "00" + derivation_0 + output_0 +
         "00" + output_1 + derivation_1 + "00";
}

const std::string amount_0 = "0103080008af2f00000000";
const std::string script_0 = "010416"
                             "0014c430f64c4756da310dbd1a085572ef299926272c";
const std::string output_1 =
    "220202e36fbff53dd534070cf8fd396614680f357a9b85db7340bf1cfa745d2ad7b34018f69d873e54000080010000"
    "800000008001000000640000000103088bbdeb0b0000000001041600144dd193ac964a56ac1b9e1cca8454fe2f474f"
    "851300";

const std::string tx_version = "01020402000000";
const std::string fallback = "01030400000000";
const std::string counts = "010401010105010"
                           "2";
const std::string psbt_2 = "01fb0402000000";

/// Version 2 of one input and two outputs.
std::string version_2(const std::string& global, const std::string& input,
                      const std::string& output = amount_0 + script_0) {
  return psbt_magic + tx_version + global + psbt_2 + "00" + previous + spent + input + "00" +
         derivation_0 + output + "00" + output_1;
}

/// Version 2 of two inputs with these lock times, and one output.
std::string two_inputs(const std::string& first, const std::string& second) {
  return psbt_magic + tx_version + fallback + "010401020105010101fb040200000000" +
         "010e200f758dbfbd4da7c16c8a3309c3c81e1100f561ea646db5b01752c485e1bdde9f010f0401000000" +
         first +
         "00010e203a1b3b3c837d6489ea7a31d8e6c7dd503c001bef3e06958e7574808d68ca78a5010f0400"
         "000000" +
         second + "000103084f9335770000000001041600140b1352cacd03cf6aa1b7f3c8d6388671b34a5e1100";
}

const std::string height_10000 = "01120410270000";
const std::string height_9000 = "01120428230000";
const std::string time_59 = "0111048b8dc462"; // 1657048459
const std::string time_60 = "0111048c8dc462";

const std::string required_only =
    psbt_magic + tx_version + counts + psbt_2 + "00" + id + index_0 + "00" + amount_0 + script_0 +
    "0001030"
    "88bbdeb0b0000000001041600144dd193ac964a56ac1b9e1cca8454fe2f474f851300";

} // namespace

BOOST_AUTO_TEST_SUITE(bip370)

BOOST_AUTO_TEST_CASE(version_0_excludes) {
  BOOST_REQUIRE(decode_hex(version_0("", "", "", "")).has_value());
  check_refused({
      {"version 2", version_0(psbt_2, "", "", ""), errc::excluded_psbt_field},
      {"TX_VERSION", version_0(tx_version, "", "", ""), errc::excluded_psbt_field},
      {"FALLBACK_LOCKTIME", version_0("01030402000000", "", "", ""), errc::excluded_psbt_field},
      {"INPUT_COUNT", version_0("01040102", "", "", ""), errc::excluded_psbt_field},
      {"OUTPUT_COUNT", version_0("01050102", "", "", ""), errc::excluded_psbt_field},
      {"TX_MODIFIABLE", version_0("01060100", "", "", ""), errc::excluded_psbt_field},
      {"PREVIOUS_TXID", version_0("", id, "", ""), errc::excluded_psbt_field},
      {"OUTPUT_INDEX", version_0("", index_0, "", ""), errc::excluded_psbt_field},
      {"SEQUENCE", version_0("", "011004ffffffff", "", ""), errc::excluded_psbt_field},
      {"REQUIRED_TIME", version_0("", time_60, "", ""), errc::excluded_psbt_field},
      {"REQUIRED_HEIGHT", version_0("", height_10000, "", ""), errc::excluded_psbt_field},
      {"OUT_AMOUNT", version_0("", "", amount_0, ""), errc::excluded_psbt_field},
      {"OUT_SCRIPT", version_0("", "", "0104160014a07dac8ab6ca942d379ed795f835ba71c9cc6885", ""),
       errc::excluded_psbt_field},
  });
}

BOOST_AUTO_TEST_CASE(version_2_requires) {
  const std::string input = id + index_0 + not_final;
  check_refused({
      {"INPUT_COUNT", version_2(fallback + "01050102", input), errc::missing_psbt_field},
      {"OUTPUT_COUNT", version_2(fallback + "01040101", input), errc::missing_psbt_field},
      {"PREVIOUS_TXID", version_2(fallback + counts, index_0 + not_final),
       errc::missing_psbt_field},
      {"OUTPUT_INDEX", version_2(fallback + counts, id + not_final), errc::missing_psbt_field},
      {"OUT_AMOUNT", version_2(fallback + counts, input, script_0), errc::missing_psbt_field},
      {"OUT_SCRIPT", version_2(fallback + counts, input, amount_0), errc::missing_psbt_field},
      {"time below 500000000", version_2(counts, id + index_0 + "011104ff64cd1d"),
       errc::bad_psbt_field},
      {"height from 500000000", version_2(counts, id + index_0 + "0112040065cd1d"),
       errc::bad_psbt_field},
  });
}

BOOST_AUTO_TEST_CASE(valid) {
  const std::string input = id + index_0;
  const std::string locked = input + not_final + time_60 + height_10000;
  std::vector<psbt_vector> vectors{
      {"required fields only", required_only},
      {"updated", version_2(counts, input)},
      {"sequence", version_2(counts, input + not_final)},
      {"sequence and lock times", version_2(fallback + counts, locked)},
      {"all fields", version_2(fallback + counts + "01060107", locked)},
  };
  for (const char* flags : {"01", "02", "04", "08", "03", "05", "06", "07", "ff"})
    vectors.push_back({std::string{"flags "} + flags, version_2(counts + "010601" + flags, input)});
  check_valid(vectors);
  const auto tx = decode_hex(required_only).value().unsigned_transaction();
  BOOST_TEST(tx.inputs.at(0).sequence == sequence_final);
  BOOST_TEST(tx.outputs.at(1).value.value == 199'998'859U);
}

BOOST_AUTO_TEST_CASE(lock_times) {
  struct lock_time {
    std::string hex;
    std::uint32_t expected;
  };
  for (const auto& [hex, expected] : std::initializer_list<lock_time>{
           {required_only, 0},
           {two_inputs("", ""), 0},
           {two_inputs(height_10000, ""), 10'000},
           {two_inputs(height_10000, height_9000), 10'000},
           {two_inputs(height_10000, time_60 + height_9000), 10'000},
           {two_inputs(time_59 + height_10000, time_60 + height_9000), 10'000},
           {two_inputs(time_59, time_60 + height_9000), 1'657'048'460},
           {two_inputs(time_59 + height_10000, time_60), 1'657'048'460},
           {two_inputs("", time_60), 1'657'048'460}})
    BOOST_TEST(decode_hex(hex).value().unsigned_transaction().lock_time == expected);
  BOOST_TEST(
      (decode_hex(two_inputs(height_10000, time_60)).error() == errc::conflicting_lock_times));
}

BOOST_AUTO_TEST_SUITE_END()
