// A node's side of the signer: brings it orders, and the epochs that it has not heard of.
#pragma once

#include "actors/network_interfaces.hpp"
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

struct signer_connected {
  caf::strong_actor_ptr gate;
  std::string why;
};

} // namespace local

using desk_actor =
    caf::typed_actor<caf::replies_to<local::signer_wanted>::with<local::signer_said>, // gateway
                     caf::reacts_to<local::signer_connected>>; // from the transport

struct desk_setup {
  transport::target signer;
  std::shared_ptr<const lmdb_store> log; ///< proofs of epochs
  std::uint64_t answer_timeout_ms = 10'000;
};

/// Questions that wait for a connection. More: busy.
inline constexpr std::size_t desk_waiting_max = 64;

/// Connects when there is something to ask; `net` outlives the actor.
desk_actor spawn_desk(caf::actor_system& system, transport::endpoint& net, desk_setup setup);

} // namespace quorate

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::signer_wanted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::signer_said)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::signer_connected)
