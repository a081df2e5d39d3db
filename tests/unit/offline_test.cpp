// The offline channel: what a device answers and what it refuses, and scanning parts of a message.
#include "core/crypto/hash.hpp"
#include "core/offline/device.hpp"
#include "core/offline/ur.hpp"

#include <boost/test/unit_test.hpp>

#include <random>

using namespace quorate;
using namespace quorate::offline;

namespace {

constexpr std::string_view text = "Send 1 uatom";
constexpr std::uint64_t now_ms = 1'700'000'000'000;

struct channel {
  device_state device;
  host_state host;

  channel() {
    device.device.data.fill(7);
    host.device = device.device;
  }

  static request draft() {
    request r;
    r.expires_ms = now_ms + 1000;
    r.what = payload::cosmos;
    r.key.data.fill(2);
    r.transaction = {1, 2, 3};
    r.shown = sha256(as_bytes(text));
    return r;
  }

  // The host's next request, as the device reads it.
  request ask() {
    host = *make_request(host, draft());
    return *decode_request(encode(*host.open));
  }

  answer reply(const request& r, std::variant<signed_result, refused_result> result) {
    auto done = answer_request(device, r, now_ms, std::move(result));
    device = *decode_device_state(encode(done.next));
    return *decode_answer(encode(done.what));
  }
};

template <class T, class Decode>
void check_canonical(const T& value, Decode decode) {
  const bytes good = encode(value);
  BOOST_REQUIRE(decode(good));
  BOOST_TEST((*decode(good) == value));
  for (std::size_t n = 0; n < good.size(); ++n)
    BOOST_TEST(!decode(byte_view{good}.first(n)));
  auto longer = good;
  longer.push_back(0);
  BOOST_TEST(!decode(longer));
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    auto bent = good;
    bent[bit / 8] = static_cast<std::uint8_t>(bent[bit / 8] ^ (1U << bit % 8));
    if (const auto other = decode(bent)) BOOST_TEST((encode(*other) == bent));
  }
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(offline_channel, channel)

BOOST_AUTO_TEST_CASE(one_encoding) {
  check_canonical(device, [](byte_view b) { return decode_device_state(b); });
  check_canonical(host, [](byte_view b) { return decode_host_state(b); });
  const auto r = ask();
  check_canonical(r, [](byte_view b) { return decode_request(b); });
  check_canonical(host, [](byte_view b) { return decode_host_state(b); });
  check_canonical(reply(r, signed_result{{9, 9}}), [](byte_view b) { return decode_answer(b); });
  check_canonical(device, [](byte_view b) { return decode_device_state(b); });
  check_canonical(answer{device.device, 2, {}, refused_result{errc::offline_expired}},
                  [](byte_view b) { return decode_answer(b); });
}

BOOST_AUTO_TEST_CASE(a_network_is_there_or_not) {
  auto r = ask();
  const auto without = encode(r);
  BOOST_TEST(without[0] == 0xa8); // a map of eight
  r.what = payload::evm_transaction;
  r.network = 1;
  check_canonical(r, [](byte_view b) { return decode_request(b); });
  auto with = encode(r);
  BOOST_TEST(with[0] == 0xa9);
  BOOST_TEST(with.back() == 1); // key 9, then the number
  with.back() = 0;
  BOOST_TEST((decode_request(with).error() == errc::not_canonical));
  r.what = static_cast<payload>(6);
  BOOST_TEST((decode_request(encode(r)).error() == errc::bad_enum));
  r.what = static_cast<payload>(0);
  BOOST_TEST((decode_request(encode(r)).error() == errc::bad_enum));
}

BOOST_AUTO_TEST_CASE(answers_in_turn) {
  for (std::uint64_t counter = 1; counter <= 3; ++counter) {
    const auto r = ask();
    BOOST_TEST(r.counter == counter);
    BOOST_TEST(in_turn(device, r).has_value());
    BOOST_TEST(may_sign(device, r, now_ms, text).has_value());
    host = *take_answer(host, reply(r, signed_result{{1}}));
    BOOST_TEST(!host.open);
    // The second time it is a replay, whatever it asks for.
    BOOST_TEST((in_turn(device, r).error() == errc::offline_replayed));
    auto other = r;
    other.transaction = {4, 5, 6};
    BOOST_TEST((in_turn(device, other).error() == errc::offline_replayed));
  }
}

BOOST_AUTO_TEST_CASE(gaps_and_strangers) {
  auto r = ask();
  r.counter = 2;
  BOOST_TEST((in_turn(device, r).error() == errc::offline_gap));
  r.counter = ~0ULL;
  BOOST_TEST((in_turn(device, r).error() == errc::offline_gap));
  r.counter = 1;
  r.device.data[0] ^= 1;
  BOOST_TEST((in_turn(device, r).error() == errc::offline_wrong_device));
  r.counter = 0;
  BOOST_TEST((decode_request(encode(r)).error() == errc::offline_replayed));
}

BOOST_AUTO_TEST_CASE(expiry_and_display) {
  const auto r = ask();
  BOOST_TEST(may_sign(device, r, r.expires_ms, text).has_value());
  BOOST_TEST((may_sign(device, r, r.expires_ms + 1, text).error() == errc::offline_expired));
  BOOST_TEST((may_sign(device, r, now_ms, "Send 2 uatom").error() == errc::offline_wrong_display));
  // A clock that is set back behind the last signature revives nothing.
  device.clock_ms = r.expires_ms + 1;
  BOOST_TEST((may_sign(device, r, 0, text).error() == errc::offline_expired));
}

// A device whose clock was too far ahead once refuses what comes then, and no more than that.
BOOST_AUTO_TEST_CASE(only_signatures_raise_the_clock) {
  const auto at = [this](std::uint64_t when, auto result) {
    const auto r = ask();
    device = answer_request(device, r, when, std::move(result)).next;
    host = resume_after(host, device.last_counter);
  };
  const auto far = now_ms + (std::uint64_t{1} << 40);
  at(now_ms, signed_result{{1}});
  for (const auto why :
       {errc::offline_expired, errc::offline_wrong_display, errc::not_authorised}) {
    at(far, refused_result{why});
    BOOST_TEST(device.clock_ms == now_ms);
    BOOST_TEST(may_sign(device, ask(), now_ms, text).has_value());
    host = resume_after(host, device.last_counter);
  }
  at(now_ms + 1, signed_result{{1}});
  BOOST_TEST(device.clock_ms == now_ms + 1);
  at(now_ms, signed_result{{1}}); // a clock that was set back a little
  BOOST_TEST(device.clock_ms == now_ms + 1);
}

BOOST_AUTO_TEST_CASE(an_operator_sets_the_clock) {
  const auto r = ask();
  device.clock_ms = r.expires_ms + 1;
  BOOST_TEST((may_sign(device, r, now_ms, text).error() == errc::offline_expired));
  const auto set = set_clock(device, now_ms);
  BOOST_TEST(may_sign(set, r, now_ms, text).has_value());
  BOOST_TEST(set.last_counter == device.last_counter); // nothing is answered twice
  BOOST_TEST(set.last_answer == device.last_answer, boost::test_tools::per_element());
}

// A refused request is answered and over; the next one is in turn.
BOOST_AUTO_TEST_CASE(refusals_do_not_stop_the_channel) {
  const auto r = ask();
  BOOST_TEST((make_request(host, draft()).error() == errc::busy));
  host = *take_answer(host, reply(r, refused_result{errc::offline_expired}));
  BOOST_TEST(in_turn(device, ask()).has_value());
}

// A request was altered on the way and refused: the number is used up, and the answer is to another
// request than the one that is open.
BOOST_AUTO_TEST_CASE(an_operator_resumes) {
  auto altered = ask();
  altered.transaction = {4, 5, 6};
  const auto refusal = reply(altered, refused_result{errc::offline_wrong_display});
  BOOST_TEST((take_answer(host, refusal).error() == errc::offline_unasked));
  host = resume_after(host, device.last_counter);
  const auto r = ask();
  BOOST_TEST(in_turn(device, r).has_value());
  BOOST_TEST(take_answer(host, reply(r, signed_result{{1}})).has_value());
  // A wrong number gets no answer, and the right one still does.
  host = resume_after(host, 0);
  BOOST_TEST((in_turn(device, ask()).error() == errc::offline_replayed));
  host = resume_after(host, 7);
  BOOST_TEST((in_turn(device, ask()).error() == errc::offline_gap));
}

BOOST_AUTO_TEST_CASE(answers_to_nothing) {
  const auto r = ask();
  const auto good = reply(r, signed_result{{1}});
  auto bad = good;
  bad.device.data[0] ^= 1;
  BOOST_TEST((take_answer(host, bad).error() == errc::offline_wrong_device));
  bad = good;
  bad.counter = 2;
  BOOST_TEST((take_answer(host, bad).error() == errc::offline_unasked));
  bad = good;
  bad.request.data[0] ^= 1;
  BOOST_TEST((take_answer(host, bad).error() == errc::offline_unasked));
  host = *take_answer(host, good);
  BOOST_TEST((take_answer(host, good).error() == errc::offline_unasked));
  // After a crash behind the write, the device still has what it answered.
  BOOST_TEST((*decode_answer(device.last_answer) == good));
  host.last_counter = ~0ULL;
  BOOST_TEST((make_request(host, draft()).error() == errc::over_limit));
}

BOOST_AUTO_TEST_CASE(states_that_cannot_be) {
  auto state = device;
  state.last_counter = 1;
  BOOST_TEST((decode_device_state(encode(state)).error() == errc::not_canonical));
  ask();
  auto open = host;
  open.last_counter = 2;
  BOOST_TEST((decode_host_state(encode(open)).error() == errc::not_canonical));
}

// Half of the parts lost, the rest in any order and some twice: 100 messages of random size.
BOOST_AUTO_TEST_CASE(parts_in_any_order) {
  const auto seed = std::random_device{}();
  std::mt19937 random{seed};
  BOOST_TEST_MESSAGE("seed " << seed);
  std::size_t parts_used = 0;
  std::size_t parts_needed = 0;
  for (int round = 0; round < 100; ++round) {
    bytes payload(1 + random() % 3000);
    for (auto& byte : payload)
      byte = static_cast<std::uint8_t>(random());
    const auto encoder = *ur_encoder::make({"quorate-request", payload}, 20 + random() % 200);
    ur_decoder decoder;
    while (!decoder.complete()) {
      const auto number = 1 + random() % (4 * encoder.count() + 8);
      BOOST_REQUIRE(decoder.add(encoder.part(static_cast<std::uint32_t>(number))));
      BOOST_REQUIRE(++parts_used < 100'000U);
    }
    parts_needed += encoder.count();
    BOOST_TEST((decoder.take()->cbor == payload), "seed " << seed);
  }
  BOOST_TEST_MESSAGE(parts_used << " parts scanned for " << parts_needed << " fragments");
}

BOOST_AUTO_TEST_CASE(texts_that_are_none) {
  const auto why = [](std::string_view scanned) {
    ur_decoder decoder;
    return decoder.add(scanned).error();
  };
  for (const auto* scanned :
       {"", "ur:", "bytes/aeadaolazojendeoti", "ur:By_tes/aeadaolazojendeoti"})
    BOOST_TEST((why(scanned) == errc::ur_malformed), scanned);
  const auto encoder = *ur_encoder::make({"bytes", bytes(100, 1)}, 30);
  auto part = encoder.part(2);
  // What stands in the path must be what the part says.
  BOOST_TEST((why("ur:bytes/3" + part.substr(part.find("-"))) == errc::ur_malformed));
  part.back() = part.back() == 'a' ? 'b' : 'a';
  const auto bent = why(part);
  BOOST_TEST((bent == errc::bytewords_bad_checksum || bent == errc::bytewords_bad_word));

  ur_decoder decoder;
  BOOST_TEST((decoder.take().error() == errc::ur_incomplete));
  BOOST_TEST(decoder.add(encoder.part(1)).has_value());
  BOOST_TEST((decoder.take().error() == errc::ur_incomplete));
  const auto other = *ur_encoder::make({"bytes", bytes(100, 2)}, 30);
  BOOST_TEST((decoder.add(other.part(1)).error() == errc::ur_other_message));
  const auto type = *ur_encoder::make({"byte", bytes(100, 1)}, 30);
  BOOST_TEST((decoder.add(type.part(2)).error() == errc::ur_other_message));
  BOOST_TEST((decoder.add(*encode_ur({"bytes", {1}})).error() == errc::ur_other_message));
  // Upper case is what a QR code holds best.
  std::string shouted = encoder.part(2);
  for (auto& c : shouted)
    c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  BOOST_TEST(decoder.add(shouted).has_value());
  BOOST_TEST(decoder.known() == 2U);
}

BOOST_AUTO_TEST_CASE(parts_that_no_message_has) {
  const fountain_part good{1, 2, 15, 0, bytes(8)};
  BOOST_TEST(decode_fountain_part(encode(good)).has_value());
  const auto why = [&](auto change) {
    auto part = good;
    change(part);
    return decode_fountain_part(encode(part)).error();
  };
  BOOST_TEST((why([](auto& p) { p.number = 0; }) == errc::ur_malformed));
  BOOST_TEST((why([](auto& p) { p.count = 0; }) == errc::ur_malformed));
  BOOST_TEST((why([](auto& p) { p.data.clear(); }) == errc::ur_malformed));
  BOOST_TEST((why([](auto& p) { p.message_size = 17; }) == errc::ur_malformed));
  BOOST_TEST((why([](auto& p) { p.message_size = 8; }) == errc::ur_malformed));
  BOOST_TEST((why([](auto& p) { p.count = fragments_max + 1; }) == errc::over_limit));
  BOOST_TEST((why([](auto& p) { p.message_size = message_bytes_max + 1; }) == errc::over_limit));
  BOOST_TEST((fountain_encoder::make({}, 10).error() == errc::ur_malformed));
  BOOST_TEST(
      (fountain_encoder::make(bytes(fragments_max * 20 + 1), 20).error() == errc::over_limit));
}

BOOST_AUTO_TEST_SUITE_END()
