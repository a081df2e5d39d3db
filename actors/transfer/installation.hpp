// Putting a whole snapshot in the place of the stored state, before any actor runs.
#pragma once

#include "actors/storage/lmdb_store.hpp"
#include "core/ledger/genesis.hpp"

namespace quorate {

struct installation_site {
  const std::filesystem::path& data_directory;
  std::size_t map_size_bytes = 0;
  lmdb_store& log;
  lmdb_store& states;
  const ledger::genesis& genesis;
  const cluster_id& cluster;
  const node_id& self;
};

/// Installs what is staged, if it is complete, proven, and ahead of this node's blocks; leaves it
/// for going on where it is not complete; removes it otherwise.
///
/// Nothing is taken from the staging area on trust: certificate and root are checked again. Order:
/// first what the log needs to know (stable checkpoint, end of the epoch), then the state in one
/// transaction, then the staging area goes. A crash in between is made good by doing it again.
/// Votes that this replica gave stay in the log; it starts as after a crash at that height.
void install_staged(const installation_site& site);

} // namespace quorate
