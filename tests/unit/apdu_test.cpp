// A hardware wallet on the other side of 64-byte reports, simulated so that it checks every byte.
#include "core/chain/cosmos/amino_json.hpp"
#include "core/crypto/hash.hpp"
#include "core/offline/hid.hpp"

#include <boost/test/unit_test.hpp>

#include <deque>

using namespace quorate;
using namespace quorate::offline;

namespace {

constexpr std::uint8_t cosmos_class = 0x55;
constexpr std::uint8_t sign_instruction = 0x02;

// m/44'/118'/0'/0/0, 4 bytes a step, little-endian.
const bytes path{0x2c, 0, 0, 0x80, 0x76, 0, 0, 0x80, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0};

// Works from the bytes of the reports alone and takes nothing that a strict device would not: what
// it does not expect it notes, and answers 6f00.
class simulated_device : public hid_transport {
public:
  simulated_device() : secret_(sha256(as_bytes("device")).data) {}

  compressed_key key() const { return ec_public_key::of(secret_)->compressed(); }
  const std::vector<std::string>& complaints() const { return complaints_; }
  std::string signed_text;
  bool user_says_yes = true;
  std::size_t reports_seen = 0;

  outcome write(const hid_report& report) override {
    ++reports_seen;
    const std::size_t head = sequence_ == 0 ? 7 : 5;
    expect(report[0] == 0x01 && report[1] == 0x01, "channel");
    expect(report[2] == 0x05, "tag");
    expect((report[3] << 8 | report[4]) == sequence_, "sequence number");
    if (sequence_ == 0) left_ = static_cast<std::size_t>(report[5] << 8 | report[6]);
    const std::size_t here = std::min(left_, hid_report_bytes - head);
    message_.insert(message_.end(), report.begin() + static_cast<std::ptrdiff_t>(head),
                    report.begin() + static_cast<std::ptrdiff_t>(head + here));
    for (std::size_t i = head + here; i < hid_report_bytes; ++i)
      expect(report[i] == 0, "padding");
    left_ -= here;
    ++sequence_;
    if (left_ == 0) finish();
    return {};
  }

  expected<hid_report> read() override {
    if (answer_.empty()) return errc::timed_out;
    const auto report = answer_.front();
    answer_.pop_front();
    return report;
  }

  std::deque<hid_report> answer_; ///< what will be read

private:
  void expect(bool holds, const std::string& what) {
    if (!holds) complaints_.push_back(what);
  }

  void finish() {
    const auto command = std::exchange(message_, {});
    sequence_ = 0;
    const auto answer = run(command);
    // Framed here by hand, to repeat no mistake of to_reports(), with stale bytes at the end.
    bytes framed{static_cast<std::uint8_t>(answer.size() >> 8),
                 static_cast<std::uint8_t>(answer.size())};
    framed.insert(framed.end(), answer.begin(), answer.end());
    for (std::size_t from = 0, number = 0; from < framed.size(); from += 59, ++number) {
      hid_report report;
      report.fill(0xee);
      const std::array<std::uint8_t, 5> head{1, 1, 5, static_cast<std::uint8_t>(number >> 8),
                                             static_cast<std::uint8_t>(number)};
      std::copy(head.begin(), head.end(), report.begin());
      std::copy_n(framed.begin() + static_cast<std::ptrdiff_t>(from),
                  std::min<std::size_t>(59, framed.size() - from), report.begin() + 5);
      answer_.push_back(report);
    }
  }

  bytes run(const bytes& c) {
    expect(c.size() >= 5 && c[4] == c.size() - 5, "Lc");
    expect(c[0] == cosmos_class && c[1] == sign_instruction && c[3] == 0, "CLA, INS or P2");
    const byte_view data = byte_view{c}.subspan(5);
    if (c[2] == 0) {
      expect(!inside_ && std::equal(data.begin(), data.end(), path.begin(), path.end()), "path");
      inside_ = true;
      return {0x90, 0x00};
    }
    expect(inside_, "a chunk without a path");
    expect(!data.empty() && (c[2] == 2 || data.size() == chunk_bytes), "chunk size");
    signed_text.append(data.begin(), data.end());
    if (c[2] == 1) return {0x90, 0x00};
    expect(c[2] == 2, "P1");
    inside_ = false;
    if (!user_says_yes) return {0x69, 0x86};
    auto out = to_der(*sign_ecdsa(secret_, sha256(as_bytes(signed_text))));
    out.insert(out.end(), {0x90, 0x00});
    return out;
  }

  ec_secret_key secret_;
  bytes message_;
  std::size_t left_ = 0;
  int sequence_ = 0;
  bool inside_ = false;
  std::vector<std::string> complaints_;
};

std::string amino_document() {
  using namespace chain::cosmos;
  const auto key = *fixed_from_hex<compressed_key>(
      "034f04181eeba35391b858633a765c4a0c189697b40d216354d50890d350c70290");
  const auto from = *address_of("cosmos", account_of(key));
  const tx_body body{
      {msg_send{from, from, {{"uatom", amount{1}}}}, msg_send{from, from, {{"uatom", amount{2}}}}},
      std::string(300, 'm'),
      0};
  const auth_info auth{{{key, sign_mode::legacy_amino_json, {}, 1}}, {{}, 1, "", ""}};
  return *amino_json(*make_document(body, auth, "test-1", 1), 1);
}

} // namespace

BOOST_AUTO_TEST_SUITE(hardware_wallet)

// Every byte of both reports of a command, as the protocol of ledgerjs (hid-framing) has them.
BOOST_AUTO_TEST_CASE(reports_byte_by_byte) {
  const auto one = *to_reports(*from_hex("e016000000"));
  BOOST_REQUIRE(one.size() == 1U);
  BOOST_TEST(to_hex(one[0]) == "01010500000005e016000000" + std::string(104, '0'));
  bytes message(58);
  for (std::size_t i = 0; i < message.size(); ++i)
    message[i] = static_cast<std::uint8_t>(i + 1);
  const auto two = *to_reports(message, 0xabcd);
  BOOST_REQUIRE(two.size() == 2U);
  BOOST_TEST(to_hex(two[0]) == "abcd050000003a" + to_hex(byte_view{message}.first(57)));
  BOOST_TEST(to_hex(two[1]) == "abcd0500013a" + std::string(116, '0'));
  for (std::size_t size = 1; size <= hid_message_bytes_max; ++size) {
    const bytes any(size, 0xa5);
    hid_assembler assembler;
    const auto reports = *to_reports(any);
    for (std::size_t i = 0; i < reports.size(); ++i) {
      const auto got = assembler.add(reports[i]);
      BOOST_REQUIRE(got);
      BOOST_TEST(got->has_value() == (i + 1 == reports.size()));
      if (*got) BOOST_TEST((**got == any));
    }
  }
  BOOST_TEST((to_reports({}).error() == errc::apdu_malformed));
  BOOST_TEST((to_reports(bytes(hid_message_bytes_max + 1)).error() == errc::over_limit));
}

BOOST_AUTO_TEST_CASE(reports_that_do_not_fit) {
  const auto reports = *to_reports(bytes(100, 1));
  const auto why = [&](std::size_t number, std::size_t byte, std::uint8_t value) {
    hid_assembler assembler;
    for (std::size_t i = 0; i < number; ++i)
      BOOST_TEST(assembler.add(reports[i]).has_value());
    auto bent = reports[number];
    bent[byte] = value;
    return assembler.add(bent).error();
  };
  for (const std::size_t number : {0, 1}) {
    BOOST_TEST((why(number, 0, 2) == errc::hid_bad_report));
    BOOST_TEST((why(number, 2, 2) == errc::hid_bad_report));
    BOOST_TEST((why(number, 4, 2) == errc::hid_bad_report));
  }
  BOOST_TEST((why(0, 5, 2) == errc::over_limit));
  BOOST_TEST((why(0, 6, 0) == errc::hid_bad_report)); // a length of 0
  // The same report twice; and behind the error it starts over.
  hid_assembler assembler;
  BOOST_TEST(assembler.add(reports[0]).has_value());
  BOOST_TEST((assembler.add(reports[0]).error() == errc::hid_bad_report));
  BOOST_TEST(assembler.add(reports[0]).has_value());
  BOOST_TEST(assembler.add(reports[1])->has_value());
}

BOOST_AUTO_TEST_CASE(commands_and_answers) {
  const apdu_command command{0x55, 0x04, 1, 2, {9, 8}};
  BOOST_TEST(to_hex(*encode(command)) == "55040102020908");
  BOOST_TEST((*decode_command(*from_hex("55040102020908")) == command));
  for (const auto* hex : {"", "550401", "5504010202", "550401020209", "5504010202090807"})
    BOOST_TEST((decode_command(*from_hex(hex)).error() == errc::apdu_malformed), hex);
  BOOST_TEST((encode(apdu_command{0, 0, 0, 0, bytes(256)}).error() == errc::over_limit));
  const auto answer = *decode_answer_apdu(*from_hex("01029000"));
  BOOST_TEST((answer == apdu_answer{{1, 2}, 0x9000}));
  BOOST_TEST(to_hex(encode(answer)) == "01029000");
  BOOST_TEST((decode_answer_apdu(*from_hex("90")).error() == errc::apdu_malformed));
  BOOST_TEST((decode_answer_apdu(bytes(259)).error() == errc::over_limit));
}

BOOST_AUTO_TEST_CASE(chunks) {
  const auto sizes = [](std::size_t payload) {
    std::string text;
    const auto commands = *chunked(1, 2, path, bytes(payload));
    for (const auto& c : commands)
      text += std::to_string(c.parameter_1) + ":" + std::to_string(c.data.size()) + " ";
    return text;
  };
  BOOST_TEST(sizes(1) == "0:20 2:1 ");
  BOOST_TEST(sizes(250) == "0:20 2:250 ");
  BOOST_TEST(sizes(251) == "0:20 1:250 2:1 ");
  BOOST_TEST((chunked(1, 2, path, {}).error() == errc::apdu_malformed));
  BOOST_TEST((chunked(1, 2, bytes(256), bytes(1)).error() == errc::over_limit));
}

BOOST_AUTO_TEST_CASE(signs_a_cosmos_document) {
  simulated_device device;
  const auto text = amino_document();
  const auto commands = *chunked(cosmos_class, sign_instruction, path, as_bytes(text));
  const auto answer = transact(device, commands);
  BOOST_REQUIRE(answer);
  BOOST_TEST(device.complaints().empty());
  BOOST_TEST(device.reports_seen > 10U);
  BOOST_TEST(device.signed_text == text);
  BOOST_TEST(answer->is(apdu_status::ok));
  const auto signature = from_der(answer->data);
  BOOST_REQUIRE(signature);
  BOOST_TEST(
      verify(*ec_public_key::parse(device.key()), sha256(as_bytes(text)), *signature).has_value());
}

BOOST_AUTO_TEST_CASE(refusals) {
  simulated_device device;
  device.user_says_yes = false;
  const auto commands = *chunked(cosmos_class, sign_instruction, path, bytes(600, 'x'));
  const auto answer = transact(device, commands);
  BOOST_REQUIRE(answer);
  BOOST_TEST(answer->is(apdu_status::refused_by_user));
  BOOST_TEST(answer->data.empty());
  // The device notices what it must: a chunk without a path, and a wrong class.
  BOOST_TEST(transact(device, commands.back()).has_value());
  BOOST_TEST(!device.complaints().empty());
  // Silence, and an answer on another channel.
  class : public hid_transport {
    outcome write(const hid_report&) override { return {}; }
    expected<hid_report> read() override { return errc::timed_out; }
  } silent;
  BOOST_TEST((transact(silent, commands.front()).error() == errc::timed_out));
  simulated_device stranger;
  stranger.answer_.push_back(to_reports(bytes{0x90, 0}, 0x0202)->front());
  BOOST_TEST((transact(stranger, commands.front()).error() == errc::hid_bad_report));
}

BOOST_AUTO_TEST_SUITE_END()
