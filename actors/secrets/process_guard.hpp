// What a process that holds secrets asks of the system and of OpenSSL before it reads the first.
#pragma once

#include <string>

namespace quorate {

enum class core_dumps { never, allowed };

/// Closes the process to others of its user: no /proc/PID/mem, no debugger, and no core dump. Its
/// children inherit that. @param wanted  allowed: for tests and investigations only
/// @returns a sentence when the system refuses.
std::string guard_process(core_dumps wanted);

/// What OpenSSL frees is wiped from now on, and private keys stand in pages that are locked and
/// left out of core dumps: scalars on curves and the numbers of an RSA key. What OpenSSL derives
/// from an RSA key's factors to be fast is elsewhere. A forked child has copies of those pages.
/// Before OpenSSL is used at all, and once a process.
/// @returns a sentence when that is not possible.
std::string guard_openssl();

} // namespace quorate
