// The real hidapi, and devices that are not there.
#include "actors/hid/hidapi_transport.hpp"

#include <boost/test/unit_test.hpp>

using namespace quorate;

BOOST_AUTO_TEST_CASE(an_absent_device) {
  hid_choice nobody;
  nobody.vendor = 0xfffe;
  nobody.product = 0xfffe;
  BOOST_TEST((open_hid(nobody).error() == errc::hid_absent));
  nobody.path = "/dev/hidraw-that-is-not-there";
  BOOST_TEST((open_hid(nobody).error() == errc::hid_absent));
  const std::string says{explain(errc::hid_absent)};
  BOOST_TEST(says.find("connect") != std::string::npos);
}
