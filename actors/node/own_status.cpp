#include "actors/node/own_status.hpp"

#include <caf/logger.hpp>
#include <caf/scoped_actor.hpp>

namespace quorate {

namespace {

std::optional<protocol::node_status> read(const wire::query_reply& in) {
  const auto reply = decode<protocol::query_reply>(in.bytes);
  if (!reply || reply->code != 0) return std::nullopt;
  auto status = decode<protocol::node_status>(reply->answer);
  return status ? std::optional{std::move(*status)} : std::nullopt;
}

} // namespace

std::optional<protocol::node_status>
ask_own_status(caf::actor_system& system, const gateway_actor& gateway, std::uint64_t timeout_ms) {
  std::optional<protocol::node_status> told;
  {
    caf::scoped_actor self{system};
    self->request(gateway, std::chrono::milliseconds(timeout_ms),
                  wire::query_request{encode(protocol::query{protocol::status_query{}})})
        .receive([&told](const wire::query_reply& in) { told = read(in); }, [](caf::error&) {});
  }
  // A scoped actor leaves the system's logger with its thread, and no system ends before its
  // logger: this thread outlives the system.
  caf::logger::set_current_actor_system(nullptr);
  return told;
}

} // namespace quorate
