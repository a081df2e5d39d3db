// The actor that makes records durable: many requests, one commit.
//
// Requests that wait while a commit is under way go into the next one together (group commit), so
// the cost of a sync is shared by all that arrived meanwhile. Answers come only after the commit.
#pragma once

#include "actors/storage/lmdb_store.hpp"
#include "actors/storage/storage_counters.hpp"

#include <caf/actor_system.hpp>
#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

namespace quorate {

/// Asks for `records` to be made durable. Tokens of one sender must rise.
struct persist_request {
  std::uint64_t token = 0;
  record_list records;
};

/// Answer to the sender of persist_requests: all of its requests up to `token` are on the disk.
/// An ordinary message, so that any actor can take it; one a group, not one a request.
struct durable {
  std::uint64_t token = 0;
};

/// To itself: everything that was in the mailbox before it has been collected.
struct flush_group {};

/// To itself: everything asked for before the exit has been collected.
struct stop_storage {};

/// Local only: its messages hold pointers and cannot be serialised.
using storage_actor = caf::typed_actor<
    // Collects; the sender gets a `durable` later. Sent, never requested. A failed write ends the
    // process. Without a sender (anonymous) the records are kept all the same.
    caf::reacts_to<persist_request>,
    // From itself only.
    caf::reacts_to<flush_group>, caf::reacts_to<stop_storage>>;

struct storage_options {
  /// Keys and values of one commit. What comes on top goes into the next one, so that a burst
  /// cannot make its first vote wait for all of its bodies. A larger single request goes alone.
  std::size_t group_bytes_max = 8 * limits::MiB;
};

/// Spawns the actor on a thread of its own: it blocks in fdatasync.
/// The mailbox has no limit of its own: senders bound what they have under way (the replica by its
/// watermark window). On exit, all requests sent before are committed first.
/// @param counters  updated after each commit; may be read at any time.
storage_actor spawn_storage(caf::actor_system& system, std::shared_ptr<lmdb_store> store,
                            std::shared_ptr<storage_counters> counters,
                            const storage_options& options = {});

} // namespace quorate

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::persist_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::durable)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::flush_group)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::stop_storage)
