#include "core/base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace quorate {

void check_failed(const char* condition, const char* file, int line) noexcept {
  std::fprintf(stderr,
               "invariant broken: %s at %s:%d; this is a defect in quorate, not bad input\n",
               condition, file, line);
  std::abort();
}

} // namespace quorate
