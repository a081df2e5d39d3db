// Random bytes of the operating system, for keys, salts, nonces and blinding.
#pragma once

#include <cstdint>
#include <span>

namespace quorate {

/// Fills all of `into`; waits, early after boot, until the system has gathered enough.
/// @returns false when the system gives none: nothing may be made of `into` then.
[[nodiscard]] bool os_random(std::span<std::uint8_t> into) noexcept;

} // namespace quorate
