// A world of HID devices for tests.
#pragma once

#include "core/base/bytes.hpp"

#include <deque>

namespace quorate::fake_hid {

struct interface {
  std::string path;
  std::uint16_t vendor = 0;
  std::uint16_t product = 0;
  std::uint16_t usage_page = 0;
};

struct state {
  std::vector<interface> interfaces;
  bool works = true;
  bool may_open = true;
  bool unplugged = false;
  std::deque<bytes> to_read;
  std::vector<bytes> written; ///< as hidapi was given them
  std::string opened;         ///< the last path
  int timeout_ms = 0;         ///< of the last read
  int open = 0;               ///< devices that were not closed
  int lists = 0;              ///< that were not freed
};

state& world();

} // namespace quorate::fake_hid
