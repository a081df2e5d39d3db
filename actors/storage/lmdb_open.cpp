// Opening: everything that can be wrong with a data directory is found here, before the first vote.

#include "actors/fatal.hpp"
#include "actors/storage/data_file.hpp"
#include "actors/storage/fault_guard.hpp"
#include "actors/storage/lmdb_store.hpp"
#include "actors/storage/lmdb_value.hpp"
#include "core/codec/reader.hpp"
#include "core/codec/writer.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace quorate {

namespace {

/// Read transactions at one time. Each thread that reads holds one for as long as a read takes.
constexpr unsigned readers_max = 256;

constexpr std::string_view format_key = "format";
constexpr std::string_view cluster_key = "cluster_id";
constexpr std::string_view node_key = "node_id";

std::string system_reason(const std::string& what, int error) {
  return what + ": " + std::strerror(error) + ".";
}

/// Takes the directory for this process. The lock goes with the file descriptor, so it ends with
/// the process however that ends, and it also keeps a second open of our own process out.
store_result<int> lock_directory(const std::filesystem::path& directory) {
  const auto path = (directory / "LOCK").string();
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0)
    return store_error{store_errc::io, system_reason("Cannot open the lock file " + path, errno)};
  if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
    const int error = errno;
    std::array<char, 32> owner{};
    const auto length = ::pread(file, owner.data(), owner.size() - 1, 0);
    ::close(file);
    if (error != EWOULDBLOCK)
      return store_error{store_errc::io, system_reason("Cannot lock " + path, error)};
    const long pid = length > 0 ? std::strtol(owner.data(), nullptr, 10) : 0;
    return store_error{store_errc::in_use,
                       "The data directory " + directory.string() + " is in use by " +
                           (pid > 0 ? "process " + std::to_string(pid) : "another process") +
                           ", which holds its lock file."};
  }
  // For the message above only; losing it harms nothing.
  const auto pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(file, 0) == 0) {
    [[maybe_unused]] const auto written = ::pwrite(file, pid.data(), pid.size(), 0);
  }
  return file;
}

/// New names in a directory survive a power loss only once the directory itself is synced.
int sync_directory(const std::filesystem::path& directory) {
  const int file = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return errno;
  const int error = ::fsync(file) == 0 ? 0 : errno;
  ::close(file);
  return error;
}

void on_lmdb_assertion(MDB_env* environment, const char* message) {
  const auto* directory = static_cast<const std::string*>(mdb_env_get_userctx(environment));
  const auto reason = "LMDB found its tree in " + (directory ? *directory : "?") +
                      " inconsistent: " + (message ? message : "") + ".";
  fatal(exit_code::storage_corrupt, reason);
}

store_error open_error(const std::string& directory, int code) {
  const auto what = "Cannot open the database in " + directory + ": ";
  if (code == MDB_VERSION_MISMATCH)
    return {store_errc::wrong_version, what + "it was written by another version of LMDB."};
  if (lmdb::means_damage(code))
    return {store_errc::corrupted, what + mdb_strerror(code) + "; it is no intact LMDB file."};
  return {store_errc::io, what + mdb_strerror(code) + "."};
}

} // namespace

store_result<std::unique_ptr<lmdb_store>> lmdb_store::open(const std::filesystem::path& directory,
                                                           const store_options& options) {
  QUORATE_CHECK(options.map_size_bytes > 0 && options.map_size_bytes <= options.map_size_bytes_max);
  if (options.read_only) return open_read_only(directory, options);
  std::error_code failure;
  const bool created = std::filesystem::create_directories(directory, failure);
  if (failure)
    return store_error{store_errc::io,
                       system_reason("Cannot create " + directory.string(), failure.value())};
  if (created) {
    std::filesystem::permissions(directory, std::filesystem::perms::owner_all, failure);
    if (const int error = sync_directory(std::filesystem::absolute(directory).parent_path());
        error != 0)
      return store_error{store_errc::io,
                         system_reason("Cannot sync the parent of " + directory.string(), error)};
  }

  std::unique_ptr<lmdb_store> store{new lmdb_store};
  store->directory_ = directory;
  store->directory_text_ = directory.string();
  store->map_size_bytes_limit_ = options.map_size_bytes_max;

  auto lock = lock_directory(directory);
  if (!lock) return lock.error();
  store->lock_file_ = *lock;

  const auto& text = store->directory_text_;
  const fault_guard guard{text.c_str()};
  if (auto sound = check_data_file(directory / "data.mdb", options.tree_check_bytes_max); !sound)
    return sound.error();

  if (const int code = store->open_environment(options, 0); code != 0)
    return open_error(text, code);
  auto* environment = store->environment_;
  // Slots of readers that were killed would keep old pages from being used again.
  int dead_readers = 0;
  if (const int code = mdb_reader_check(environment, &dead_readers); code != 0)
    return open_error(text, code);
  MDB_envinfo info{};
  mdb_env_info(environment, &info);
  store->map_size_bytes_ = info.me_mapsize;

  if (auto opened = store->open_tables(options.tables); !opened) return opened.error();
  if (auto format = store->check_format(); !format) return format.error();
  if (const int error = sync_directory(directory); error != 0)
    return store_error{store_errc::io, system_reason("Cannot sync " + text, error)};
  return store;
}

store_result<std::unique_ptr<lmdb_store>>
lmdb_store::open_read_only(const std::filesystem::path& directory, const store_options& options) {
  std::unique_ptr<lmdb_store> store{new lmdb_store};
  store->directory_ = directory;
  store->directory_text_ = directory.string();
  store->read_only_ = true;
  const fault_guard guard{store->directory_text_.c_str()};
  if (const int code = store->open_environment(options, MDB_RDONLY); code != 0)
    return open_error(store->directory_text_, code);
  if (auto opened = store->open_tables(options.tables); !opened) return opened.error();
  if (auto format = store->check_format(); !format) return format.error();
  return store;
}

int lmdb_store::open_environment(const store_options& options, unsigned more_flags) {
  if (const int code = mdb_env_create(&environment_); code != 0) return code;
  mdb_env_set_userctx(environment_, &directory_text_);
  mdb_env_set_assert(environment_, on_lmdb_assertion);
  mdb_env_set_maxdbs(environment_, all_tables.size());
  mdb_env_set_maxreaders(environment_, readers_max);
  if (const int code = mdb_env_set_mapsize(environment_, options.map_size_bytes); code != 0)
    return code;
  // MDB_NOTLS: actors move between threads. Never MDB_WRITEMAP: a full disk would be SIGBUS. Never
  // MDB_NOSYNC and the like: commit() means durable. Never MDB_NOMEMINIT: it would leave scraps of
  // our memory in the file.
  const unsigned flags = MDB_NOTLS | (options.read_ahead ? 0U : MDB_NORDAHEAD) | more_flags;
  return mdb_env_open(environment_, directory_text_.c_str(), flags, 0600);
}

lmdb_store::~lmdb_store() {
  if (environment_ != nullptr) mdb_env_close(environment_);
  if (lock_file_ >= 0) ::close(lock_file_);
}

store_outcome lmdb_store::open_tables(const std::vector<table>& tables) {
  for (;;) {
    MDB_txn* transaction = nullptr;
    int code = mdb_txn_begin(environment_, nullptr, read_only_ ? MDB_RDONLY : 0U, &transaction);
    if (code != 0) return open_error(directory_text_, code);
    std::array<std::optional<unsigned>, all_tables.size()> handles;
    const auto open_one = [&](table where) {
      MDB_dbi database = 0;
      const int result = mdb_dbi_open(transaction, std::string{name(where)}.c_str(),
                                      read_only_ ? 0U : MDB_CREATE, &database);
      if (result == 0) handles.at(static_cast<std::size_t>(where)) = database;
      return result;
    };
    code = open_one(table::meta);
    for (const auto where : tables)
      if (code == 0) code = open_one(where);
    if (code == 0)
      code = mdb_txn_commit(transaction);
    else
      mdb_txn_abort(transaction);
    if (code == 0) {
      handles_ = handles;
      return std::monostate{};
    }
    if (code != MDB_MAP_FULL) return open_error(directory_text_, code);
    grow();
  }
}

store_outcome lmdb_store::check_format() {
  const auto found = get(table::meta, as_bytes(format_key));
  if (!found) return found.error();
  if (!*found) {
    // No format yet: only right when nothing else was ever written.
    for (const auto where : all_tables) {
      if (!handles_[static_cast<std::size_t>(where)]) continue;
      const auto entries = count(where);
      if (!entries) return entries.error();
      if (*entries != 0)
        return store_error{store_errc::wrong_version,
                           "The database in " + directory_text_ +
                               " names no format version but holds records: it was not written by "
                               "this program, or its meta table was lost."};
    }
    writer version;
    version.u32(store_format_version);
    if (read_only_)
      return store_error{store_errc::wrong_version,
                         "The database in " + directory_text_ + " was never written to."};
    const record first{table::meta, key_of(format_key), std::move(version).take()};
    commit(std::span{&first, 1});
    return std::monostate{};
  }
  reader r{**found};
  const auto version = r.u32();
  if (!r.finish() || version != store_format_version)
    return store_error{store_errc::wrong_version,
                       "The database in " + directory_text_ + " has format version " +
                           std::to_string(version) + "; this program reads and writes version " +
                           std::to_string(store_format_version) + "."};
  return std::monostate{};
}

store_outcome lmdb_store::bind_identity(byte_view cluster_id, byte_view node_id) {
  std::vector<record> missing;
  const auto check = [&](std::string_view key, byte_view ours) -> store_outcome {
    QUORATE_CHECK(!ours.empty() && ours.size() <= 64);
    const auto found = get(table::meta, as_bytes(key));
    if (!found) return found.error();
    if (!*found) {
      missing.push_back({table::meta, key_of(key), bytes{ours.begin(), ours.end()}});
      return std::monostate{};
    }
    if (std::ranges::equal(**found, ours)) return std::monostate{};
    return store_error{store_errc::wrong_identity,
                       "The database in " + directory_text_ + " belongs to another " +
                           (key == cluster_key ? "cluster" : "node") + ": " + std::string{key} +
                           " is " + to_hex(**found) + " there and " + to_hex(ours) +
                           " in the configuration."};
  };
  if (auto same = check(cluster_key, cluster_id); !same) return same;
  if (auto same = check(node_key, node_id); !same) return same;
  if (read_only_ && !missing.empty())
    return store_error{store_errc::wrong_identity,
                       "The database in " + directory_text_ + " belongs to no cluster yet."};
  // Both or neither is there: they are written in one transaction.
  commit(missing);
  return std::monostate{};
}

exit_code exit_code_of(store_errc code) noexcept {
  switch (code) {
  case store_errc::in_use:
    return exit_code::data_directory_in_use;
  case store_errc::io:
    return exit_code::storage_unavailable;
  case store_errc::corrupted:
    return exit_code::storage_corrupt;
  case store_errc::wrong_version:
  case store_errc::wrong_identity:
    return exit_code::storage_mismatch;
  }
  return exit_code::internal;
}

} // namespace quorate
