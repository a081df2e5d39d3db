// Hardware wallets over USB: HID reports through hidapi. Built with -D QUORATE_HIDAPI=ON only
// (Debian: libhidapi-dev).
#pragma once

#include "core/offline/hid.hpp"

#include <memory>
#include <string>

namespace quorate {

/// Which device is meant.
struct hid_choice {
  std::uint16_t vendor = 0x2c97;     ///< Ledger
  std::uint16_t product = 0;         ///< 0: any
  std::uint16_t usage_page = 0xffa0; ///< of the interface that takes APDUs; 0: any
  std::string path;                  ///< of one interface, e.g. /dev/hidraw3; empty: by the above
};

/// How long one report is waited for: a person reads a screen in the meantime.
inline constexpr int hid_timeout_ms_default = 120'000;

/// Opens the one device of the choice.
/// Errors: hid_absent when there is none, or it may not be opened; hid_ambiguous; hid_failed when
///   hidapi itself does not work. Those of the transport: hid_failed; timed_out.
expected<std::unique_ptr<offline::hid_transport>> open_hid(const hid_choice& choice,
                                                           int timeout_ms = hid_timeout_ms_default);

} // namespace quorate
