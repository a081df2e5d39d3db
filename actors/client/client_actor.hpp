// The client as an actor, for programs that are actor systems themselves.
//
// It connects to the best node that it knows (core/registry/directory.hpp: those of its list, and
// those that registered), fails over to another, moves when a better one registers, submits again
// what was not answered (the sequence numbers make that safe), and hands out only results that it
// verified: a Merkle path to a root that f+1 replicas signed.
#pragma once

#include "actors/client/trust_anchor.hpp"
#include "actors/transport/transport.hpp"
#include "core/protocol/client.hpp"
#include "core/registry/directory.hpp"

#include <caf/actor_system.hpp>
#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

#include <functional>
#include <memory>

namespace quorate {

/// A signed operation, ready to be sent.
struct prepared_operation {
  ledger::operation_id id;
  bytes encoded;
};

/// What became of one operation.
struct submitted {
  ledger::operation_id id;
  /// The verified result (its code tells whether the ledger did it), or why there is none:
  /// timed_out (it may still be ordered: submit the same bytes again), or the error of admission.
  expected<ledger::operation_result> result = errc::timed_out;
  /// The block that proves it; receipt_of() cuts a receipt from it. Null without a result.
  std::shared_ptr<const protocol::receipt_group> proof;
  /// What the node said with its refusal: its mode, since when and why. Not proven; may be empty.
  std::string why = {};
};

/// Called with everything that was finished at once, on the client actor's thread: be quick.
using on_submitted = std::function<void(const std::vector<submitted>&)>;

struct submit_many {
  std::shared_ptr<std::vector<prepared_operation>> operations;
  std::shared_ptr<const on_submitted> done;
};
struct submit_one {
  std::shared_ptr<const prepared_operation> operation;
};
struct submit_answer {
  submitted what;
};
struct read_query {
  protocol::query what;
};
/// The answer's bytes as the node gave them; the caller decodes and verifies.
struct read_answer {
  expected<bytes> what = errc::timed_out;
  std::string why = {}; ///< what the node said with its refusal
};
struct client_gate_found {
  std::uint64_t attempt = 0;
  caf::strong_actor_ptr gate;
  std::string why;
};
struct client_tick {};

using client_actor = caf::typed_actor<
    // One operation; the answer comes when its receipt was verified, or it failed.
    caf::replies_to<submit_one>::with<submit_answer>,
    // Many, with a callback in place of answers.
    caf::reacts_to<submit_many>,
    // A read from the node it is connected to.
    caf::replies_to<read_query>::with<read_answer>,
    // From nodes and from itself.
    caf::reacts_to<wire::receipt_push>, caf::reacts_to<client_gate_found>,
    caf::reacts_to<client_tick>>;

struct client_settings {
  std::vector<transport::target> nodes; ///< at least one
  std::string region;                   ///< whose nodes are preferred; may be empty
  bool follow_registry = true;          ///< false: these nodes and no others
  std::uint64_t registry_refresh_ms = registry::interval_ms;
  std::uint64_t salt = 0; ///< another one for each client, so that they spread over the nodes
  /// From genesis on; the actor replaces it as it learns of changes of membership.
  std::shared_ptr<trust_anchor> trusted;
  std::uint64_t connect_timeout_ms = 2'000;    ///< for each step of connecting: try another node
  std::uint64_t answer_timeout_ms = 5'000;     ///< without any result: try another node
  std::uint64_t quiet_ms = 500;                ///< without any result: ask whether it is there
  std::uint64_t probe_timeout_ms = 1'000;      ///< without an answer to that: try another node
  std::uint64_t operation_timeout_ms = 60'000; ///< then it ends with timed_out
  std::size_t pending_max = 200'000;           ///< operations under way; beyond: busy
  std::size_t bundle_operations_max = 1'000;
  std::size_t bundles_outstanding_max = 4;
};

/// @param net  outlives the actor.
client_actor spawn_client(caf::actor_system& system, transport::endpoint& net,
                          client_settings settings);

} // namespace quorate

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::submit_many)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::submit_one)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::submit_answer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::read_query)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::read_answer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::client_gate_found)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::client_tick)
