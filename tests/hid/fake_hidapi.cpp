#include "tests/hid/fake_hidapi.hpp"

#include <algorithm>
#include <hidapi.h>

namespace quorate::fake_hid {

state& world() {
  static state one;
  return one;
}

} // namespace quorate::fake_hid

using quorate::bytes;
using quorate::fake_hid::world;

struct hid_device_ {};

extern "C" {

int hid_init() { return world().works ? 0 : -1; }

hid_device_info* hid_enumerate(unsigned short vendor, unsigned short product) {
  hid_device_info* first = nullptr;
  for (auto each = world().interfaces.rbegin(); each != world().interfaces.rend(); ++each) {
    if ((vendor != 0 && each->vendor != vendor) || (product != 0 && each->product != product))
      continue;
    auto* made = new hid_device_info{};
    made->path = each->path.data();
    made->vendor_id = each->vendor;
    made->product_id = each->product;
    made->usage_page = each->usage_page;
    made->next = first;
    first = made;
  }
  if (first != nullptr) ++world().lists;
  return first;
}

void hid_free_enumeration(hid_device_info* list) {
  if (list != nullptr) --world().lists;
  while (list != nullptr)
    delete std::exchange(list, list->next);
}

hid_device* hid_open_path(const char* path) {
  const bool there = std::ranges::any_of(world().interfaces,
                                         [path](const auto& each) { return each.path == path; });
  if (!there || !world().may_open) return nullptr;
  world().opened = path;
  ++world().open;
  return new hid_device_{};
}

void hid_close(hid_device* device) {
  --world().open;
  delete device;
}

int hid_write(hid_device*, const unsigned char* data, std::size_t size) {
  if (world().unplugged) return -1;
  world().written.emplace_back(data, data + size);
  return static_cast<int>(size);
}

int hid_read_timeout(hid_device*, unsigned char* data, std::size_t size, int timeout_ms) {
  world().timeout_ms = timeout_ms;
  if (world().unplugged) return -1;
  if (world().to_read.empty()) return 0;
  const auto report = world().to_read.front();
  world().to_read.pop_front();
  const auto count = std::min(size, report.size());
  std::copy_n(report.begin(), count, data);
  return static_cast<int>(count);
}

} // extern "C"
