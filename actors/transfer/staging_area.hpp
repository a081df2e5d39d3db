// Where the records of a snapshot lie until all are there: an environment of its own beside the
// state's, so that half a snapshot is never taken for a state.
#pragma once

#include "actors/storage/lmdb_store.hpp"
#include "core/state_transfer/snapshot_progress.hpp"

namespace quorate {

class staging_area {
public:
  /// Opens or creates it. Damage, another node's data or one in use end the process.
  static std::unique_ptr<staging_area> open(const std::filesystem::path& data_directory,
                                            std::size_t map_size_bytes, const cluster_id& cluster,
                                            const node_id& self);
  /// Whether there is one to open.
  static bool exists(const std::filesystem::path& data_directory);
  /// @pre it is not open.
  static void remove(const std::filesystem::path& data_directory);

  /// None: nothing is staged.
  std::optional<state_transfer::snapshot_progress> progress() const;
  /// Rising by key.
  std::vector<state_transfer::state_entry> records() const;

  /// Returns when both are durable.
  void keep(std::vector<state_transfer::state_entry> records,
            const state_transfer::snapshot_progress& progress);
  void discard();

private:
  explicit staging_area(std::unique_ptr<lmdb_store> store) : store_(std::move(store)) {}
  std::unique_ptr<lmdb_store> store_;
};

/// Every record of table::state. Errors: as lmdb_store::scan.
store_result<std::vector<state_transfer::state_entry>> load_state_records(const lmdb_store& store);

} // namespace quorate
