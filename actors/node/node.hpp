// One node: everything started in order, supervised, stopped on a signal.
#pragma once

#include <filesystem>

namespace quorate {

/// Runs until SIGTERM or SIGINT. @returns the exit code of the process: 0, or one of exit_code.
int run_node(const std::filesystem::path& config_file);

} // namespace quorate
