#include "actors/secrets/os_random.hpp"

#include <cerrno>
#include <sys/random.h>

namespace quorate {

bool os_random(std::span<std::uint8_t> into) noexcept {
  while (!into.empty()) {
    const auto got = ::getrandom(into.data(), into.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    into = into.subspan(static_cast<std::size_t>(got));
  }
  return true;
}

} // namespace quorate
