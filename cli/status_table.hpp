// The status of all nodes as one table, and in sentences what needs a look, and each node's signer.
#pragma once

#include "cli/client_setup.hpp"

#include <map>

namespace quorate::cli {

/// Where the node with a TLS key is, by the first 16 hex digits of its SHA-256: so signers name
/// those who lied to them.
using address_book = std::map<std::string, std::string>;

/// @param addresses  of the nodes that are known
void print_status_table(const std::vector<node_page>& all, const address_book& addresses);

} // namespace quorate::cli
