// The status of all nodes as one table, and in sentences what needs a look, and each node's signer.
#pragma once

#include "cli/client_setup.hpp"

namespace quorate::cli {

void print_status_table(const std::vector<node_page>& all);

} // namespace quorate::cli
