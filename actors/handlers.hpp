// What every actor does with what it did not ask for.
#pragma once

#include "actors/log.hpp"

#include <caf/actor_system.hpp>
#include <caf/error.hpp>
#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

namespace quorate {

/// An error response, a lost monitor or an unknown message must never end an actor of a node: CAF's
/// defaults do that. Exit messages end it only when they come from this node's own supervisor.
template <class Actor>
void set_robust_handlers(Actor* self, const char* component) {
  self->set_error_handler([component](caf::scheduled_actor*, caf::error& e) {
    log::debug(component, "ignored an error response: " + caf::to_string(e));
  });
  self->set_down_handler([](caf::scheduled_actor*, caf::down_msg&) {});
  self->set_default_handler(
      [component](caf::scheduled_actor*, caf::message_view&) -> caf::result<caf::message> {
        log::debug(component, "ignored a message that is not of its interface");
        return caf::sec::unexpected_message;
      });
  self->set_exception_handler(
      [component](caf::scheduled_actor*, std::exception_ptr& e) -> caf::error {
        try {
          std::rethrow_exception(e);
        } catch (const std::exception& what) {
          log::error(component, std::string{"ended by an exception: "} + what.what());
        }
        return caf::exit_reason::unhandled_exception;
      });
}

} // namespace quorate
