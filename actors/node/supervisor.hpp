// Watches the actors that a node cannot do without.
//
// An actor of ours ends only by an exception, that is by a defect. Its state is then unknown, and
// its votes are on disk: the process ends, is restarted by whoever runs it, and rejoins. Links and
// inboxes hold nothing that matters and are not watched: a broken link connects again by itself.
#pragma once

#include <caf/actor.hpp>
#include <caf/actor_system.hpp>

#include <string>
#include <vector>

namespace quorate {

struct supervised_actor {
  std::string name;
  caf::actor actor;
};

/// Ends the process with exit_code::internal when one of them ends for another reason than
/// user_shutdown.
caf::actor spawn_supervisor(caf::actor_system& system, std::vector<supervised_actor> watched);

} // namespace quorate
