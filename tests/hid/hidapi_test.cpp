// The transport over hidapi. Its functions are those of fake_hidapi.cpp here, which plays the
// library and devices byte by byte; tests/hid_absent opens what is not there with the real one.
#include "actors/hid/hidapi_transport.hpp"
#include "tests/hid/fake_hidapi.hpp"

#include <boost/test/unit_test.hpp>

using namespace quorate;
using namespace quorate::offline;

namespace {

struct fixture {
  fixture() { fake_hid::world() = {}; }
  fake_hid::state& world = fake_hid::world();
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(hidapi, fixture)

BOOST_AUTO_TEST_CASE(finds_the_interface_for_apdus) {
  world.interfaces = {{"/dev/keyboard", 0x2c97, 0x1011, 0x0001},
                      {"/dev/fido", 0x2c97, 0x1011, 0xf1d0},
                      {"/dev/wallet", 0x2c97, 0x1011, 0xffa0},
                      {"/dev/other", 0x1234, 0x1011, 0xffa0}};
  BOOST_TEST(open_hid({}).has_value());
  BOOST_TEST(world.opened == "/dev/wallet");
  BOOST_TEST(world.open == 0); // closed with the transport
  BOOST_TEST(world.lists == 0);
  world.interfaces.push_back({"/dev/second", 0x2c97, 0x5011, 0xffa0});
  BOOST_TEST((open_hid({}).error() == errc::hid_ambiguous));
  hid_choice nano;
  nano.product = 0x5011;
  BOOST_TEST(open_hid(nano).has_value());
  BOOST_TEST(world.opened == "/dev/second");
  nano.path = "/dev/wallet";
  BOOST_TEST(open_hid(nano).has_value());
  BOOST_TEST(world.opened == "/dev/wallet");
}

BOOST_AUTO_TEST_CASE(what_is_not_there) {
  BOOST_TEST((open_hid({}).error() == errc::hid_absent));
  world.interfaces = {{"/dev/wallet", 0x2c97, 0x1011, 0xffa0}};
  world.may_open = false;
  BOOST_TEST((open_hid({}).error() == errc::hid_absent));
  world.works = false;
  BOOST_TEST((open_hid({}).error() == errc::hid_failed));
}

BOOST_AUTO_TEST_CASE(a_command_and_its_answer) {
  world.interfaces = {{"/dev/wallet", 0x2c97, 0x1011, 0xffa0}};
  const auto transport = *open_hid({}, 1234);
  const auto answer = encode(apdu_answer{bytes(80, 7), 0x9000});
  const auto answered = *to_reports(answer);
  for (const auto& report : answered)
    world.to_read.emplace_back(report.begin(), report.end());
  const apdu_command command{0x55, 2, 0, 0, bytes(100, 3)};
  const auto got = transact(*transport, command);
  BOOST_REQUIRE(got);
  BOOST_TEST(got->is(apdu_status::ok));
  BOOST_TEST(got->data == bytes(80, 7));
  BOOST_TEST(world.timeout_ms == 1234);
  const auto reports = *to_reports(*encode(command));
  BOOST_REQUIRE(world.written.size() == reports.size());
  for (std::size_t i = 0; i < reports.size(); ++i) {
    bytes numbered{0};
    numbered.insert(numbered.end(), reports[i].begin(), reports[i].end());
    BOOST_TEST(world.written[i] == numbered);
  }
}

BOOST_AUTO_TEST_CASE(a_device_that_fails) {
  world.interfaces = {{"/dev/wallet", 0x2c97, 0x1011, 0xffa0}};
  const auto transport = *open_hid({});
  BOOST_TEST((transport->read().error() == errc::timed_out));
  world.to_read = {bytes(63)};
  BOOST_TEST((transport->read().error() == errc::hid_failed));
  world.unplugged = true;
  BOOST_TEST((transport->read().error() == errc::hid_failed));
  BOOST_TEST((transport->write({}).error() == errc::hid_failed));
}

BOOST_AUTO_TEST_SUITE_END()
