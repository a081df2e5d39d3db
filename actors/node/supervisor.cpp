#include "actors/node/supervisor.hpp"

#include "actors/fatal.hpp"

#include <caf/event_based_actor.hpp>

namespace quorate {

caf::actor spawn_supervisor(caf::actor_system& system, std::vector<supervised_actor> watched) {
  return system.spawn(
      [watched = std::move(watched)](caf::event_based_actor* self) -> caf::behavior {
        std::vector<std::pair<caf::actor_addr, std::string>> names;
        for (const auto& one : watched) {
          names.emplace_back(one.actor.address(), one.name);
          self->monitor(one.actor);
        }
        self->set_down_handler([names](caf::down_msg& down) {
          if (down.reason == caf::exit_reason::user_shutdown) return;
          for (const auto& [address, name] : names)
            if (address == down.source)
              fatal(exit_code::internal,
                    "the " + name + " actor ended: " + caf::to_string(down.reason));
        });
        return {[](caf::unit_t) {}};
      });
}

} // namespace quorate
