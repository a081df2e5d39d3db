// One LMDB environment: the tables of a data directory, durable and checked on every read.
//
// Guarantees: commit() returns only when its records are on the disk, all of them or none; what a
// read gives is what was written, or it is an error; one process at a time has a directory open.
// A failed write never returns: it ends the process (actors/fatal.hpp).
#pragma once

#include "core/store/record.hpp"
#include "core/store/store_error.hpp"

#include <array>
#include <atomic>
#include <filesystem>
#include <functional>
#include <mutex>
#include <shared_mutex>

struct MDB_env;
struct MDB_txn;

namespace quorate {

enum class exit_code : int;

/// Version of what is in the tables and of how values are wrapped. Another one is refused.
inline constexpr std::uint32_t store_format_version = 2;

struct store_options {
  /// Address space to begin with; the file itself grows with its content only. Doubled when full.
  std::size_t map_size_bytes = 1024 * limits::MiB;
  /// Growing beyond it is fatal with storage_write_failed.
  std::size_t map_size_bytes_max = std::size_t{1} << 40;
  /// Tables of this environment; meta is always there.
  std::vector<table> tables{table::slots,   table::bodies,   table::blocks,
                            table::results, table::attested, table::evidence};
  /// Off: the kernel reads single pages, right for point reads of a history larger than memory.
  /// On: right for an environment that is read from end to end at start, such as the ledger's.
  bool read_ahead = false;
  /// Data files up to this size are checked page by page when they are opened (data_file.hpp).
  std::uint64_t tree_check_bytes_max = std::uint64_t{2048} * limits::MiB;
  /// Only reads, and may do so beside the process that has the directory. It has to be there.
  bool read_only = false;
};

class lmdb_store {
public:
  /// Opens or creates the environment in `directory`, and keeps it locked for this process.
  /// Checks the file before mapping it, the format version, and drops readers that died.
  /// A read-only one locks nothing, and its file is not checked: somebody may be writing to it.
  /// Errors: in_use; io; corrupted; wrong_version.
  static store_result<std::unique_ptr<lmdb_store>> open(const std::filesystem::path& directory,
                                                        const store_options& options);

  ~lmdb_store();
  lmdb_store(const lmdb_store&) = delete;
  lmdb_store& operator=(const lmdb_store&) = delete;

  /// Ties the directory to one node of one cluster: writes both ids at first, compares afterwards.
  /// @param cluster_id, node_id  1 to 64 bytes each.
  /// Errors: wrong_identity; corrupted; io. Nothing is written on error.
  /// A read-only one writes nothing: wrong_identity when the directory is tied to nobody.
  store_outcome bind_identity(byte_view cluster_id, byte_view node_id);

  /// Makes all records durable in one transaction, in order: a later one of the same key wins.
  /// Grows the map when it is full. Any other failure ends the process with
  /// storage_write_failed or storage_corrupt.
  /// @pre every table is one of this environment; sizes are within record's invariant.
  void commit(std::span<const record> records);
  /// As above, for a group of lists, without copying them together.
  void commit(std::span<const record_list> lists);

  /// The value of a key, or none. Errors: corrupted, naming table and key; io.
  store_result<std::optional<bytes>> get(table where, byte_view key) const;

  /// Called with views that live until it returns; false ends the scan. Must not call the store
  /// for writing and should be quick: a map that is full cannot grow meanwhile.
  using visitor = std::function<bool(byte_view key, byte_view value)>;

  /// Visits at most `limit` records with key >= from_key, in order of keys, as of one moment.
  /// An empty from_key starts at the first. Returns how many were visited.
  /// Errors: corrupted (records before it have been visited); io.
  store_result<std::size_t> scan(table where, byte_view from_key, std::size_t limit,
                                 const visitor& visit) const;

  /// Lowest and highest key, or none for an empty table. Errors: corrupted; io.
  store_result<std::optional<bytes>> first_key(table where) const;
  store_result<std::optional<bytes>> last_key(table where) const;

  /// Records of a table. Errors: io.
  store_result<std::size_t> count(table where) const;

  /// Reads every record of every table, checks it, and checks that a search finds it too.
  /// Returns how many there are. Errors: corrupted; io.
  store_result<std::size_t> verify() const;

  const std::filesystem::path& directory() const noexcept { return directory_; }
  std::size_t map_size_bytes() const noexcept { return map_size_bytes_.load(); }

private:
  lmdb_store() = default;

  class read_transaction;
  using source = std::function<int(MDB_txn*)>;

  static store_result<std::unique_ptr<lmdb_store>>
  open_read_only(const std::filesystem::path& directory, const store_options& options);
  int open_environment(const store_options& options, unsigned more_flags);
  store_outcome open_tables(const std::vector<table>& tables);
  store_outcome check_format();
  void commit_from(const source& put_all);
  int put(MDB_txn* transaction, const record& r) const;
  void grow();
  [[noreturn]] void fail_write(const char* step, int code) const;
  store_error read_error(table where, byte_view key, int code) const;
  store_result<std::optional<bytes>> edge_key(table where, bool last) const;
  unsigned handle(table where) const;

  std::filesystem::path directory_;
  std::string directory_text_;
  bool read_only_ = false;
  std::size_t map_size_bytes_limit_ = 0;
  std::atomic<std::size_t> map_size_bytes_{0};
  int lock_file_ = -1;
  MDB_env* environment_ = nullptr;
  std::array<std::optional<unsigned>, all_tables.size()> handles_;
  std::mutex writing_;
  /// Shared by transactions, exclusive while the map moves: LMDB forbids that under a transaction.
  mutable std::shared_mutex map_;
};

/// The exit code for a node that cannot run on its store.
exit_code exit_code_of(store_errc code) noexcept;

} // namespace quorate
