// The status of all nodes as one table, and in sentences what needs a look, and each node's signer.
#pragma once

#include "cli/client_setup.hpp"

namespace quorate::cli {

/// @param tls_keys  of the same nodes, SHA-256 in hex: by them a signer says who lied to it
void print_status_table(const std::vector<node_page>& all,
                        const std::vector<std::string>& tls_keys);

} // namespace quorate::cli
