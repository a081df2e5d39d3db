// Bytewords, fountain codes and UR, held to Blockchain Commons' own tests.
// Source: BlockchainCommons/bc-ur, test/test.cpp at 603c21c7 (earlier ones have another word list);
// test numbers as there.
#include "core/codec/cbor.hpp"
#include "core/offline/bytewords.hpp"
#include "core/offline/ur.hpp"

#include <boost/test/unit_test.hpp>

using namespace quorate;
using namespace quorate::offline;

namespace {

// make_message of test-utils.cpp: bytes that the generator draws.
bytes message(std::size_t size) {
  fountain_random random{as_bytes("Wolf")};
  bytes made(size);
  for (auto& byte : made)
    byte = static_cast<std::uint8_t>(random.next_integer(0, 255));
  return made;
}

ur message_ur(std::size_t size) {
  cbor::writer w;
  w.byte_string(message(size));
  return {"bytes", std::move(w).take()};
}

} // namespace

BOOST_AUTO_TEST_SUITE(uniform_resources)

BOOST_AUTO_TEST_CASE(checksums) {
  BOOST_TEST(crc32(as_bytes("Hello, world!")) == 0xebe6c6e6U);
  BOOST_TEST(crc32(as_bytes("Wolf")) == 0x598c84dcU);
}

BOOST_AUTO_TEST_CASE(bytewords_1) {
  const bytes input{0, 1, 2, 128, 255};
  const std::vector<std::pair<bytewords_style, std::string>> texts{
      {bytewords_style::standard, "able acid also lava zoom jade need echo taxi"},
      {bytewords_style::uri, "able-acid-also-lava-zoom-jade-need-echo-taxi"},
      {bytewords_style::minimal, "aeadaolazmjendeoti"}};
  for (const auto& [style, text] : texts) {
    BOOST_TEST(encode_bytewords(style, input) == text);
    BOOST_TEST((decode_bytewords(style, text) && *decode_bytewords(style, text) == input), text);
  }
  const auto why = [](bytewords_style style, std::string_view text) {
    return decode_bytewords(style, text).error();
  };
  using enum bytewords_style;
  const auto bad = errc::bytewords_bad_checksum;
  BOOST_TEST((why(standard, "able acid also lava zoom jade need echo wolf") == bad));
  BOOST_TEST((why(uri, "able-acid-also-lava-zoom-jade-need-echo-wolf") == bad));
  BOOST_TEST((why(minimal, "aeadaolazmjendeowf") == bad));
  BOOST_TEST((why(standard, "wolf") == errc::truncated));
  BOOST_TEST((why(standard, "") == errc::truncated));
  // Not in the source: words that are none, though their first and last letters are.
  for (const auto* text : {"able-acid", "able  acid", "able acid ", " able", "aple acid", "abl"})
    BOOST_TEST((why(standard, text) == errc::bytewords_bad_word), text);
  for (const auto* text : {"aeadaolazmjendeot", "aq", "a1", "ae-d"})
    BOOST_TEST((why(minimal, text) == errc::bytewords_bad_word), text);
}

BOOST_AUTO_TEST_CASE(bytewords_2) {
  const bytes input{245, 215, 20,  198, 241, 235, 69,  59,  209, 205, 165, 18,  150, 158, 116,
                    135, 229, 212, 19,  159, 17,  37,  239, 240, 253, 11,  109, 191, 37,  242,
                    38,  120, 223, 41,  156, 189, 242, 254, 147, 204, 66,  163, 216, 175, 191,
                    72,  169, 54,  32,  60,  144, 230, 210, 137, 184, 197, 33,  113, 88,  14,
                    157, 31,  177, 46,  1,   115, 205, 69,  225, 150, 65,  235, 58,  144, 65,
                    240, 133, 69,  113, 247, 63,  53,  242, 165, 160, 144, 26,  13,  79,  237,
                    133, 71,  82,  69,  254, 165, 138, 41,  85,  24};
  const std::string minimal =
      "yktsbbswwnwmfefrttsnonbgmtnnjyltvwtybwnebydawswtzcbdjnrsdawzdsksurdtns"
      "rywzzemusffwottppersfdptencxfnmhvatdldroskcljshdbantctpadmadjksnfevymt"
      "fpwmftmhfpwtlpfejsylfhecwzonnbmhcybtgwwelpflgmfezeonledtgocsfzhycypf";
  BOOST_TEST(encode_bytewords(bytewords_style::minimal, input) == minimal);
  BOOST_TEST((*decode_bytewords(bytewords_style::minimal, minimal) == input));
  const auto standard = encode_bytewords(bytewords_style::standard, input);
  BOOST_TEST(standard.substr(0, 50) == "yank toys bulb skew when warm free fair tent swan ");
  BOOST_TEST(standard.substr(standard.size() - 20) == " fizz holy city puff");
}

BOOST_AUTO_TEST_CASE(rng_1) {
  fountain_random random{as_bytes("Wolf")};
  for (const auto expected :
       {42, 81, 85, 8,  82, 84, 76, 73, 70, 88, 2,  74, 40, 48, 77, 54, 88, 7,  5,  88,
        37, 25, 82, 13, 69, 59, 30, 39, 11, 82, 19, 99, 45, 87, 30, 15, 32, 22, 89, 44,
        92, 77, 29, 78, 4,  92, 44, 68, 92, 69, 1,  42, 89, 50, 37, 84, 63, 34, 32, 3,
        17, 62, 40, 98, 82, 89, 24, 43, 85, 39, 15, 3,  99, 29, 20, 42, 27, 10, 85, 66,
        50, 35, 69, 70, 70, 74, 30, 13, 72, 54, 11, 5,  70, 55, 91, 52, 10, 43, 43, 52})
    BOOST_TEST(random.next() % 100 == static_cast<std::uint64_t>(expected));
}

BOOST_AUTO_TEST_CASE(rng_3) {
  fountain_random random{as_bytes("Wolf")};
  for (const auto expected :
       {6, 5,  8, 4, 10, 5, 7, 10, 4, 9,  10, 9, 7,  7, 1, 1,  2, 9, 9, 2, 6, 4, 5,  7, 8,
        5, 4,  2, 3, 8,  7, 4, 5,  1, 10, 9,  3, 10, 2, 6, 8,  5, 7, 9, 3, 1, 5, 2,  7, 1,
        4, 4,  4, 4, 9,  4, 5, 5,  6, 9,  5,  1, 2,  8, 3, 3,  2, 8, 4, 3, 2, 1, 10, 8, 9,
        3, 10, 8, 5, 5,  6, 7, 10, 5, 8,  9,  4, 6,  4, 2, 10, 2, 1, 7, 9, 6, 7, 4,  2, 5})
    BOOST_TEST(random.next_integer(1, 10) == static_cast<std::uint64_t>(expected));
}

// A message of 1024 bytes in fragments of 10 to 100 bytes: 11 of them.
BOOST_AUTO_TEST_CASE(choose_degree_of_11) {
  const std::vector<std::size_t> expected{
      11, 3, 6, 5,  2,  1, 2, 11, 1,  3, 9,  10, 10, 4, 2, 1, 1, 2, 1, 1,  5,  2,  4,  10, 3,
      2,  1, 1, 3,  11, 2, 6, 2,  9,  9, 2,  6,  7,  2, 5, 2, 4, 3, 1, 6,  11, 2,  11, 3,  1,
      6,  3, 1, 4,  5,  3, 6, 1,  1,  3, 1,  2,  2,  1, 4, 5, 1, 1, 9, 1,  1,  6,  4,  1,  5,
      1,  2, 2, 3,  1,  1, 5, 2,  6,  1, 7,  11, 1,  8, 1, 5, 1, 1, 2, 2,  6,  4,  10, 1,  2,
      5,  5, 5, 1,  1,  4, 1, 1,  1,  3, 5,  5,  5,  1, 4, 3, 3, 5, 1, 11, 3,  2,  8,  1,  2,
      1,  1, 4, 5,  2,  1, 1, 1,  5,  6, 11, 10, 7,  4, 7, 1, 5, 3, 1, 1,  9,  1,  2,  5,  5,
      2,  2, 3, 10, 1,  3, 2, 3,  3,  1, 1,  2,  1,  3, 2, 2, 1, 3, 8, 4,  1,  11, 6,  3,  1,
      1,  1, 1, 1,  3,  1, 2, 1,  10, 1, 1,  8,  2,  7, 1, 2, 1, 9, 2, 10, 2,  1,  3,  4,  10};
  BOOST_REQUIRE(expected.size() == 200U);
  for (std::size_t nonce = 1; nonce <= expected.size(); ++nonce) {
    fountain_random random{as_bytes("Wolf-" + std::to_string(nonce))};
    BOOST_TEST(choose_degree(11, random) == expected[nonce - 1], "nonce " << nonce);
  }
}

BOOST_AUTO_TEST_CASE(choose_fragments_of_11) {
  const std::vector<std::vector<std::size_t>> expected{{0},
                                                       {1},
                                                       {2},
                                                       {3},
                                                       {4},
                                                       {5},
                                                       {6},
                                                       {7},
                                                       {8},
                                                       {9},
                                                       {10},
                                                       {9},
                                                       {2, 5, 6, 8, 9, 10},
                                                       {8},
                                                       {1, 5},
                                                       {1},
                                                       {0, 2, 4, 5, 8, 10},
                                                       {5},
                                                       {2},
                                                       {2},
                                                       {0, 1, 3, 4, 5, 7, 9, 10},
                                                       {0, 1, 2, 3, 5, 6, 8, 9, 10},
                                                       {0, 2, 4, 5, 7, 8, 9, 10},
                                                       {3, 5},
                                                       {4},
                                                       {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10},
                                                       {0, 1, 3, 4, 5, 6, 7, 9, 10},
                                                       {6},
                                                       {5, 6},
                                                       {7}};
  const auto checksum = crc32(message(1024));
  for (std::uint32_t number = 1; number <= expected.size(); ++number)
    BOOST_TEST((choose_fragments(number, 11, checksum) == expected[number - 1]), number);
}

BOOST_AUTO_TEST_CASE(fragment_length) {
  BOOST_TEST(fountain_encoder::make(bytes(12345), 1955)->fragment_bytes() == 1764U);
  BOOST_TEST(fountain_encoder::make(bytes(12345), 30000)->fragment_bytes() == 12345U);
}

BOOST_AUTO_TEST_CASE(fountain_encoder_cbor) {
  const std::vector<std::string> expected{
      "916ec65cf77cadf55cd7f9cda1a1030026ddd42e905b77adc36e4f2d3c",
      "cba44f7f04f2de44f42d84c374a0e149136f25b01852545961d55f7f7a",
      "8cde6d0e2ec43f3b2dcb644a2209e8c9e34af5c4747984a5e873c9cf5f",
      "965e25ee29039fdf8ca74f1c769fc07eb7ebaec46e0695aea6cbd60b3e",
      "c4bbff1b9ffe8a9e7240129377b9d3711ed38d412fbb4442256f1e6f59",
      "5e0fc57fed451fb0a0101fb76b1fb1e1b88cfdfdaa946294a47de8fff1",
      "73f021c0e6f65b05c0a494e50791270a0050a73ae69b6725505a2ec8a5",
      "791457c9876dd34aadd192a53aa0dc66b556c0c215c7ceb8248b717c22",
      "951e65305b56a3706e3e86eb01c803bbf915d80edcd64d4d0000000000",
      "330f0f33a05eead4f331df229871bee733b50de71afd2e5a79f196de09",
      "3b205ce5e52d8c24a52cffa34c564fa1af3fdffcd349dc4258ee4ee828",
      "dd7bf725ea6c16d531b5f03254783803048ca08b87148daacd1cd7a006",
      "760be7ad1c6187902bbc04f539b9ee5eb8ea6833222edea36031306c01",
      "5bf4031217d2c3254b088fa7553778b5003632f46e21db129416f65b55",
      "73f021c0e6f65b05c0a494e50791270a0050a73ae69b6725505a2ec8a5",
      "b8546ebfe2048541348910267331c643133f828afec9337c318f71b7df",
      "23dedeea74e3a0fb052befabefa13e2f80e4315c9dceed4c8630612e64",
      "d01a8daee769ce34b6b35d3ca0005302724abddae405bdb419c0a6b208",
      "3171c5dc365766eff25ae47c6f10e7de48cfb8474e050e5fe997a6dc24",
      "e055c2433562184fa71b4be94f262e200f01c6f74c284b0dc6fae6673f"};
  const auto encoder = *fountain_encoder::make(message(256), 30);
  BOOST_TEST(encoder.count() == 9U);
  for (std::uint32_t number = 1; number <= expected.size(); ++number) {
    const auto part = encoder.part(number);
    const auto raw = encode(part);
    BOOST_TEST(to_hex(raw) == "85" + to_hex(bytes{static_cast<std::uint8_t>(number)}) +
                                  "091901001a0167aa07581d" + expected[number - 1]);
    BOOST_TEST((decode_fountain_part(raw) && *decode_fountain_part(raw) == part));
  }
}

BOOST_AUTO_TEST_CASE(single_part_ur) {
  const std::string expected =
      "ur:bytes/hdeymejtswhhylkepmykhhtsytsnoyoyaxaedsuttydmmhhpktpmsrjtgwdpf"
      "nsboxgwlbaawzuefywkdplrsrjynbvygabwjldapfcsdwkbrkch";
  BOOST_TEST(*encode_ur(message_ur(50)) == expected);
  ur_decoder decoder;
  BOOST_TEST(decoder.add(expected).has_value());
  BOOST_TEST((*decoder.take() == message_ur(50)));
}

BOOST_AUTO_TEST_CASE(ur_encoder_parts) {
  // Behind each number: the head of the array and the number; count, length and checksum, which all
  // parts have alike; the data.
  const std::vector<std::pair<std::string, std::string>> expected{
      {"lpad", "hkadaemejtswhhylkepmykhhtsytsnoyoyaxaedsuttydmmhhpktpmsrjtdkgslpgh"},
      {"lpao", "gwdpfnsboxgwlbaawzuefywkdplrsrjynbvygabwjldapfcsgmghhkhstlrdcxaefz"},
      {"lpax", "helbknlkuejnbadmssfhfrdpsbiegecpasvssovlgeykssjykklronvsjksopdzmol"},
      {"lpaa", "sotkhemthydawydtaxneurlkosgwcekonertkbrlwmplssjtammdplolsbrdzcrtas"},
      {"lpah", "tbbdfmssrkzmcwnezelennjpfzbgmuktrhtejscktelgfpdlrkfyfwdajldejokbwf"},
      {"lpam", "ckjlhkhybssklbwefectpfnbbectrljectpavyrolkzczcpkmwidmwoxkilghdsowp"},
      {"lpat", "vszmwnjkwtclrtvaynhpahrtoxmwvwatmedibkaegdosftvandiodagdhthtrlnnhy"},
      {"lpay", "dmsponkkbbhgsoltjntegepmttmoonftnbuoiyrehfrtsabzsttorodklubbuyaetk"},
      {"lpas", "jskecpmdckihdyhphfotjojtfmlnwmadspaxrkytbztpbauotbgtgtaeaevtgavtny"},
      {"lpbk", "hkadaemejtswhhylkepmykhhtsytsnoyoyaxaedsuttydmmhhpktpmsrjtwdkiplzs"},
      {"lpbd", "helbknlkuejnbadmssfhfrdpsbiegecpasvssovlgeykssjykklronvsjkvetiiapk"},
      {"lpbn", "rllaluzmdmgstospeyiefmwejlwtpedamktksrvlcygmzemovovllarodtmtbnptrs"},
      {"lpbt", "mtkgtpknghchchyketwsvwgwfdhpgmgtylctotzopdrpayoschcmhplffziachrfgd"},
      {"lpba", "pazewnvonnvdnsbyleynwtnsjkjndeoldydkbkdslgjkbbkortbelomueekgvstegt"},
      {"lpbs", "ynmhpddpzmversbdqdfyrehnqzlugmjzmnmtwmrouohtstgsbsahpawkditkckynwt"},
      {"lpbe", "wygekobamwtlihsnpalnsghenskkiynthdzotsimtojetprsttmukirlrsbtamjtpd"},
      {"lpby", "mklgftaxykpewyrtqzhydntpnytyisincxmhtbceaykolduortotiaiaiafhiaoyce"},
      {"lpbg", "hkadaemejtswhhylkepmykhhtsytsnoyoyaxaedsuttydmmhhpktpmsrjtntwkbkwy"},
      {"lpbw", "dekicpaajootjzpsdrbalpeywllbdsnbinaerkurspbncxgslgftvtsrjtksplcpeo"},
      {"lpbb", "yapmrleeleaxpasfrtrdkncffwjyjzgyetdmlewtkpktgllepfrltataztksmhkbot"}};
  const std::string common = "ascfadaxcywenbpljkhdca";
  const auto encoder = *ur_encoder::make(message_ur(256), 30);
  for (std::uint32_t number = 1; number <= expected.size(); ++number) {
    const auto& [first, rest] = expected[number - 1];
    BOOST_TEST(encoder.part(number) ==
               "ur:bytes/" + std::to_string(number) + "-9/" + first + common + rest);
  }
}

// From part 101 on, so that every part is a mixture.
BOOST_AUTO_TEST_CASE(multipart_ur) {
  const auto what = message_ur(32767);
  const auto encoder = *ur_encoder::make(what, 1000);
  ur_decoder decoder;
  std::uint32_t number = 100;
  while (!decoder.complete() && number < 1000)
    BOOST_REQUIRE(decoder.add(encoder.part(++number)));
  BOOST_TEST_MESSAGE(number - 100 << " mixtures gave " << encoder.count() << " fragments");
  BOOST_REQUIRE(decoder.complete());
  BOOST_TEST((*decoder.take() == what));
}

BOOST_AUTO_TEST_SUITE_END()
