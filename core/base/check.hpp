// CHECK: our own bugs stop the process, in every build.
//
// For a broken invariant of ours only. What comes from a peer or a user is never checked with
// this: it is refused with an errc (errc.hpp).
#pragma once

namespace quorate {

[[noreturn]] void check_failed(const char* condition, const char* file, int line) noexcept;

} // namespace quorate

#define QUORATE_CHECK(condition)                                                                   \
  (static_cast<bool>(condition) ? static_cast<void>(0)                                             \
                                : ::quorate::check_failed(#condition, __FILE__, __LINE__))
