// QR codes (libqrencode) of texts that cameras read: UR in upper case, which has a mode of its own.
#pragma once

#include <string>
#include <string_view>

namespace quorate::cli {

/// Half blocks, dark on light, with the quiet zone. Throws std::runtime_error when it does not fit.
std::string qr_for_terminal(std::string_view ur);

/// One path in a viewBox of a unit a module, with the quiet zone. Throws as above.
std::string qr_as_svg(std::string_view ur);

} // namespace quorate::cli
