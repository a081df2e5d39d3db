// Checks signatures of operations, off the path of everything else.
#pragma once

#include "actors/interfaces.hpp"

#include <caf/actor_system.hpp>

namespace quorate {

worker_actor spawn_worker(caf::actor_system& system,
                          std::shared_ptr<const ledger::authoriser> authoriser);

} // namespace quorate
