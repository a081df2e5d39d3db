// The version of the program, as CMake knows it.
#pragma once

namespace quorate {

inline constexpr const char* version = QUORATE_VERSION;

} // namespace quorate
