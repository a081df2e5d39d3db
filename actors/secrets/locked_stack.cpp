#include "actors/secrets/locked_stack.hpp"

#include <algorithm>
#include <cstdint>
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

namespace quorate {

namespace {

/// Several times what signing takes, and what is wiped below it.
constexpr std::uintptr_t depth_bytes = 256 * 1024;

} // namespace

outcome lock_own_stack() noexcept {
  pthread_attr_t about;
  void* lowest = nullptr;
  std::size_t size = 0;
  if (::pthread_getattr_np(::pthread_self(), &about) != 0) return errc::secret_memory_refused;
  const bool is_known = ::pthread_attr_getstack(&about, &lowest, &size) == 0;
  ::pthread_attr_destroy(&about);
  if (!is_known) return errc::secret_memory_refused;
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto bottom = reinterpret_cast<std::uintptr_t>(lowest);
  const auto here = reinterpret_cast<std::uintptr_t>(&about);
  const auto from = std::max(bottom, (here - depth_bytes) / page * page);
  void* const at = reinterpret_cast<void*>(from);
  const auto length = (bottom + size - from) / page * page;
  if (::mlock(at, length) != 0 || ::madvise(at, length, MADV_DONTDUMP) != 0)
    return errc::secret_memory_refused;
  return {};
}

} // namespace quorate
