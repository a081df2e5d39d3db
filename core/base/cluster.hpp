// Which cluster a statement belongs to.
#pragma once

#include "core/base/bytes.hpp"

namespace quorate {

/// Tagged SHA-256 of the canonical genesis: every signature is bound to one cluster.
using cluster_id = fixed_bytes<struct cluster_id_tag, 32>;

/// SHA-256 of a replica's public key.
using node_id = fixed_bytes<struct node_id_tag, 32>;

} // namespace quorate
