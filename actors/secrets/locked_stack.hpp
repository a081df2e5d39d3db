// A thread that handles secrets, and the pages that its calls stand in.
#pragma once

#include "core/base/expected.hpp"

namespace quorate {

/// Locks the stack of the calling thread into memory and leaves it out of core dumps: all that is
/// in use, and the next 256 KiB below. What calls leave there is theirs to wipe. In a forked child
/// it is a copy like any other. Not for the first thread of a process, whose stack grows.
/// Errors: secret_memory_refused.
outcome lock_own_stack() noexcept;

} // namespace quorate
