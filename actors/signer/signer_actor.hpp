// The signer as an actor: runs signer::signer_core on its disk and its keys.
#pragma once

#include "actors/network_interfaces.hpp"
#include "actors/signer/key_backend.hpp"
#include "actors/storage/lmdb_store.hpp"
#include "actors/storage/storage_actor.hpp"
#include "core/signer/signer_core.hpp"

#include <caf/actor_system.hpp>
#include <caf/allowed_unsafe_message_type.hpp>

#include <atomic>
#include <memory>

namespace quorate {

namespace local {
/// Wipes every secret of the signer, which goes on and refuses until it is started again.
struct lock_signer {};
} // namespace local

/// The published gate, what the signer's own storage says, and what its operator wants.
using signer_actor =
    signer_gate_actor::extend<caf::reacts_to<durable>, caf::reacts_to<local::lock_signer>>;

struct signer_parts {
  std::shared_ptr<lmdb_store> store; ///< opened with signer_tables
  storage_actor storage;             ///< on that store; nobody else writes to it
  ledger::genesis genesis;
  std::map<digest, signer::held_key> keys;
  std::map<digest, std::shared_ptr<key_backend>> backends; ///< one for each key
  std::shared_ptr<const signing_key> log_key;              ///< null: the log's heads go nowhere
};

/// Tables of a signer's store.
inline const std::vector<table> signer_tables{table::decisions, table::audit, table::audit_nodes};

/// What stands on the disk; none before the first start. Damage ends the process (storage_corrupt):
/// a signer that forgot what it signed must not run.
std::optional<signer::stored> load_signer(const lmdb_store& store,
                                          const std::map<digest, signer::held_key>& keys);

/// The lives of the keys alone, off the disk. As above.
signer::key_book load_key_book(const lmdb_store& store);

/// On a thread of its own: devices block. What cannot be restored ends the process
/// (config_invalid for keys and policies, storage_corrupt for the disk).
signer_actor spawn_signer(caf::actor_system& system, signer_parts parts);

} // namespace quorate

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::lock_signer)
