// The signer as a process of its own: keys, a disk and one port, and nothing else.
#pragma once

#include "core/base/bytes.hpp"

#include <filesystem>

namespace quorate {

/// Runs until SIGTERM or SIGINT. @param password  of the keystore; not used after it is open.
/// @returns the exit code of the process: 0; other ends are by fatal() with one of exit_code.
int run_signer(const std::filesystem::path& config_file, byte_view password);

} // namespace quorate
