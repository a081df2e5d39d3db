// How a replica's durable state lies in the store, and how it is read back after a restart.
#pragma once

#include "core/pbft/durable.hpp"
#include "core/store/record.hpp"

namespace quorate {

class lmdb_store;

/// Appends the records of one persist effect.
void append_records(std::vector<record>& out, const pbft::slot_record& slot,
                    const pbft::body_ptr& body);
void append_records(std::vector<record>& out, const pbft::view_record& view);
void append_records(std::vector<record>& out, const pbft::block_record& block,
                    const pbft::body_ptr& body);
void append_records(std::vector<record>& out, const pbft::checkpoint_certificate& stable);
void append_records(std::vector<record>& out, const lease::promise& promised);

/// The newest stable checkpoint; that of genesis at first.
pbft::checkpoint_certificate load_stable_checkpoint(const lmdb_store& store);

/// With which certificate an epoch ended; kept for good, for peers that are behind.
record epoch_end_record(const pbft::checkpoint_certificate& end);
std::optional<pbft::checkpoint_certificate> load_epoch_end(const lmdb_store& store,
                                                           configuration_epoch epoch);

/// The newest certificate of a snapshot's height, so that the stored state can be served again
/// after a restart.
record snapshot_certificate_record(const pbft::checkpoint_certificate& certificate);
std::optional<pbft::checkpoint_certificate> load_snapshot_certificate(const lmdb_store& store);

/// Marks a replica that may vote (or not): one whose disk was lost must not, until it has caught up
/// far enough. Read at start-up.
record voter_record(bool voter);
/// None on the very first start.
std::optional<bool> load_voter(const lmdb_store& store);

/// A stored block: its proof and its body.
struct stored_block {
  pbft::commit_certificate certificate;
  pbft::body_ptr body;
};

/// The block of one height; none when it is not there.
/// A record that does not decode or a body that is gone ends the process (storage_corrupt).
std::optional<stored_block> load_block(const lmdb_store& store, sequence_number height);

/// The highest height up to which blocks are stored without a gap above `from`.
sequence_number last_stored_block(const lmdb_store& store, sequence_number from);

/// View, promise, stable checkpoint, slots above it and certificates of delivered blocks. The
/// caller adds `delivered_state` and `voter`, which the ledger and the first start decide. Damage
/// ends the process (storage_corrupt): a replica that forgot a vote must not run.
pbft::restored_state load_replica_state(const lmdb_store& store, sequence_number delivered);

} // namespace quorate
