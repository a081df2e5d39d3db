#include "actors/hid/hidapi_transport.hpp"

#include <algorithm>
#include <hidapi.h>

namespace quorate {

namespace {

struct closes_device {
  void operator()(hid_device* device) const noexcept { ::hid_close(device); }
};
struct frees_list {
  void operator()(hid_device_info* list) const noexcept { ::hid_free_enumeration(list); }
};

class hidapi_transport : public offline::hid_transport {
public:
  hidapi_transport(std::unique_ptr<hid_device, closes_device> device, int timeout_ms)
      : device_(std::move(device)), timeout_ms_(timeout_ms) {}

  outcome write(const offline::hid_report& report) override {
    // hidapi wants the number of the report first: 0 for devices that have one kind alone.
    std::array<std::uint8_t, offline::hid_report_bytes + 1> numbered{};
    std::ranges::copy(report, numbered.begin() + 1);
    if (::hid_write(device_.get(), numbered.data(), numbered.size()) !=
        static_cast<int>(numbered.size()))
      return errc::hid_failed;
    return {};
  }

  expected<offline::hid_report> read() override {
    offline::hid_report report{};
    const int got = ::hid_read_timeout(device_.get(), report.data(), report.size(), timeout_ms_);
    if (got == 0) return errc::timed_out;
    if (got != static_cast<int>(report.size())) return errc::hid_failed;
    return report;
  }

private:
  std::unique_ptr<hid_device, closes_device> device_;
  int timeout_ms_;
};

/// The path of the one interface that fits.
expected<std::string> find(const hid_choice& choice) {
  const std::unique_ptr<hid_device_info, frees_list> all{
      ::hid_enumerate(choice.vendor, choice.product)};
  const hid_device_info* found = nullptr;
  for (const auto* each = all.get(); each != nullptr; each = each->next) {
    if (choice.usage_page != 0 && each->usage_page != choice.usage_page) continue;
    if (found != nullptr) return errc::hid_ambiguous;
    found = each;
  }
  if (found == nullptr || found->path == nullptr) return errc::hid_absent;
  return std::string{found->path};
}

} // namespace

expected<std::unique_ptr<offline::hid_transport>> open_hid(const hid_choice& choice,
                                                           int timeout_ms) {
  if (::hid_init() != 0) return errc::hid_failed;
  auto path = choice.path;
  if (path.empty()) {
    QUORATE_ASSIGN(path, find(choice));
  }
  std::unique_ptr<hid_device, closes_device> device{::hid_open_path(path.c_str())};
  if (!device) return errc::hid_absent;
  return std::unique_ptr<offline::hid_transport>{
      std::make_unique<hidapi_transport>(std::move(device), timeout_ms)};
}

} // namespace quorate
