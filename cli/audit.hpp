// The parts of `quorate audit`, a file each.
#pragma once

#include "cli/commands.hpp"

namespace quorate::cli {

void add_audit_export(CLI::App& group, chosen& run);
void add_audit_prove(CLI::App& group, chosen& run);

} // namespace quorate::cli
