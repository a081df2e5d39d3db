// `quorate account open`.
#pragma once

#include "cli/commands.hpp"

namespace quorate::cli {

/// Adds it below `quorate account`.
CLI::App* add_account_open(CLI::App& account, chosen& run);

} // namespace quorate::cli
