// How the membership changed, as this node keeps it: what proves each epoch to clients, and to
// nodes that are several epochs behind.
#pragma once

#include "actors/storage/lmdb_store.hpp"
#include "core/ledger/trust.hpp"

namespace quorate {

/// None for an epoch that has not begun, as far as this node knows.
std::optional<ledger::epoch_proof> load_epoch_proof(const lmdb_store& log,
                                                    configuration_epoch epoch);

/// At most epoch_proofs_max, rising by one from `from`.
std::vector<ledger::epoch_proof> load_epoch_proofs(const lmdb_store& log, configuration_epoch from);

/// From genesis on, everything checked again.
ledger::trusted_epochs load_trusted_epochs(const lmdb_store& log, const ledger::genesis& genesis);

/// What load_epoch_proof() reads. @pre trusted_epochs::extend() took it.
std::vector<record> records_of(const ledger::epoch_proof& proof);

} // namespace quorate
