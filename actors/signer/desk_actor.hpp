// A node's side of the signer: brings it orders, and the epochs that it has not heard of.
#pragma once

#include "actors/network_interfaces.hpp"
#include "actors/signer/signer_view.hpp"
#include "actors/storage/lmdb_store.hpp"
#include "actors/transport/transport.hpp"
#include "core/signer/message.hpp"

#include <caf/allowed_unsafe_message_type.hpp>

namespace quorate {

namespace local {

/// A question for the signer.
struct signer_wanted {
  std::shared_ptr<const signer::question> what;
};
/// Its answer, or refused_answer with unreachable, timed_out or busy when none came.
struct signer_said {
  std::shared_ptr<const signer::answer> what;
};

/// The signer was asked for a signature: its log has new entries.
struct log_moved {};

struct signer_connected {
  caf::strong_actor_ptr gate;
  std::string why;
};

} // namespace local

/// Is told of the signer's log.
using log_watcher_actor = caf::typed_actor<caf::reacts_to<local::log_moved>>;

namespace local {
/// Tell this one from now on, and nobody else.
struct watch_log {
  log_watcher_actor watcher;
};
} // namespace local

using desk_actor = caf::typed_actor<
    caf::replies_to<local::signer_wanted>::with<local::signer_said>, // from gateway and log bearer
    caf::reacts_to<local::watch_log>,                                // from the log bearer
    caf::reacts_to<local::signer_connected>>;                        // from the transport

struct desk_setup {
  transport::target signer;
  std::shared_ptr<const lmdb_store> log; ///< proofs of epochs
  std::shared_ptr<signer_view> view;     ///< told of every answer
  std::uint64_t answer_timeout_ms = 10'000;
};

/// Questions that wait for a connection, or for others' answers. More: busy.
inline constexpr std::size_t desk_waiting_max = 64;
/// Questions under way. More wait. The signer takes signer::patience::questions_max from a node.
inline constexpr std::size_t desk_asked_max = 48;

/// Connects when there is something to ask; `net` outlives the actor.
desk_actor spawn_desk(caf::actor_system& system, transport::endpoint& net, desk_setup setup);

} // namespace quorate

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::signer_wanted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::signer_said)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::log_moved)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::watch_log)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::signer_connected)
