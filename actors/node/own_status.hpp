// Asks the node for its status from outside its actors, as a client would.
#pragma once

#include "actors/interfaces.hpp"

#include <caf/actor_system.hpp>

namespace quorate {

/// Blocks the calling thread, which is none of the system's; none when no answer comes in time.
std::optional<protocol::node_status>
ask_own_status(caf::actor_system& system, const gateway_actor& gateway, std::uint64_t timeout_ms);

} // namespace quorate
