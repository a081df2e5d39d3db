#include "actors/storage/lmdb_store.hpp"

#include "actors/fatal.hpp"
#include "actors/storage/fault_guard.hpp"
#include "actors/storage/lmdb_value.hpp"

namespace quorate {

/// A snapshot of the environment. Ends before anything is waited for; keeps the map in place.
class lmdb_store::read_transaction {
public:
  explicit read_transaction(const lmdb_store& store) : map_(store.map_) {
    code_ = mdb_txn_begin(store.environment_, nullptr, MDB_RDONLY, &transaction_);
  }
  ~read_transaction() {
    if (cursor_ != nullptr) mdb_cursor_close(cursor_);
    if (transaction_ != nullptr) mdb_txn_abort(transaction_);
  }
  read_transaction(const read_transaction&) = delete;
  read_transaction& operator=(const read_transaction&) = delete;

  /// The LMDB error of beginning, or 0.
  int code() const noexcept { return code_; }
  MDB_txn* get() const noexcept { return transaction_; }

  int open_cursor(MDB_dbi handle) { return mdb_cursor_open(transaction_, handle, &cursor_); }
  MDB_cursor* cursor() const noexcept { return cursor_; }

private:
  std::shared_lock<std::shared_mutex> map_;
  MDB_txn* transaction_ = nullptr;
  MDB_cursor* cursor_ = nullptr;
  int code_ = 0;
};

unsigned lmdb_store::handle(table where) const {
  const auto& slot = handles_.at(static_cast<std::size_t>(where));
  QUORATE_CHECK(slot); // a table that this environment was not opened with
  return *slot;
}

// --- writing ---------------------------------------------------------------------------------

int lmdb_store::put(MDB_txn* transaction, const record& r) const {
  QUORATE_CHECK(!r.key.empty() && r.key.size() <= limits::record_key_bytes_max);
  const auto database = handle(r.where);
  MDB_val key = lmdb::to_val(r.key);
  if (!r.value) {
    const int code = mdb_del(transaction, database, &key, nullptr);
    return code == MDB_NOTFOUND ? 0 : code;
  }
  QUORATE_CHECK(r.value->size() <= limits::record_value_bytes_max);
  // Reserving lets hash and value go straight into LMDB's page.
  MDB_val room{lmdb::tag_size + r.value->size(), nullptr};
  int code = MDB_KEYEXIST;
  // Appending fills pages instead of splitting them in halves; it refuses a key that is not the
  // highest, which is no error here.
  if (mostly_rising(r.where))
    code = mdb_put(transaction, database, &key, &room, MDB_RESERVE | MDB_APPEND);
  if (code == MDB_KEYEXIST) {
    room = {lmdb::tag_size + r.value->size(), nullptr};
    code = mdb_put(transaction, database, &key, &room, MDB_RESERVE);
  }
  if (code != 0) return code;
  auto* out = static_cast<std::uint8_t*>(room.mv_data);
  const auto tag = lmdb::tag_of(r.where, r.key, *r.value);
  std::memcpy(out, tag.data(), tag.size());
  if (!r.value->empty()) std::memcpy(out + tag.size(), r.value->data(), r.value->size());
  return 0;
}

void lmdb_store::commit_from(const source& put_all) {
  QUORATE_CHECK(!read_only_);
  const std::lock_guard one_writer{writing_};
  const fault_guard guard{directory_text_.c_str()};
  for (;;) {
    int code = 0;
    {
      const std::shared_lock map_stays{map_};
      MDB_txn* transaction = nullptr;
      code = mdb_txn_begin(environment_, nullptr, 0, &transaction);
      if (code != 0) fail_write("beginning a transaction", code);
      code = put_all(transaction);
      if (code == 0) {
        // Frees the transaction whatever it returns. Durable when it returns 0.
        code = mdb_txn_commit(transaction);
        if (code == 0) return;
      } else {
        mdb_txn_abort(transaction);
      }
    }
    if (code != MDB_MAP_FULL) fail_write("writing", code);
    // Nothing of it is in the file, so the whole transaction is done again in a larger map.
    grow();
  }
}

void lmdb_store::commit(std::span<const record> records) {
  if (records.empty()) return;
  commit_from([&](MDB_txn* transaction) {
    for (const auto& r : records)
      if (const int code = put(transaction, r); code != 0) return code;
    return 0;
  });
}

void lmdb_store::commit(std::span<const record_list> lists) {
  bool empty = true;
  for (const auto& list : lists)
    empty = empty && list->empty();
  if (empty) return;
  commit_from([&](MDB_txn* transaction) {
    for (const auto& list : lists)
      for (const auto& r : *list)
        if (const int code = put(transaction, r); code != 0) return code;
    return 0;
  });
}

void lmdb_store::grow() {
  const std::unique_lock no_transaction{map_};
  const std::size_t now = map_size_bytes_.load();
  if (now >= map_size_bytes_limit_) {
    const auto reason = "The database in " + directory_text_ + " needs more than its limit of " +
                        std::to_string(map_size_bytes_limit_) + " bytes; raise the limit.";
    fatal(exit_code::storage_write_failed, reason);
  }
  const std::size_t wanted = now > map_size_bytes_limit_ / 2 ? map_size_bytes_limit_ : now * 2;
  if (const int code = mdb_env_set_mapsize(environment_, wanted); code != 0)
    fail_write("growing the map", code);
  MDB_envinfo info{};
  mdb_env_info(environment_, &info);
  map_size_bytes_ = info.me_mapsize;
}

void lmdb_store::fail_write(const char* step, int code) const {
  auto reason = "The database in " + directory_text_ + " failed while " + step + ": " +
                mdb_strerror(code) + ".";
  // LMDB reports a write that was cut short by a full disk as EIO; this tells the two apart.
  std::error_code ignored;
  if (const auto space = std::filesystem::space(directory_, ignored); !ignored)
    reason += " Free on its file system: " + std::to_string(space.available) + " bytes.";
  fatal(lmdb::means_damage(code) ? exit_code::storage_corrupt : exit_code::storage_write_failed,
        reason);
}

// --- reading ---------------------------------------------------------------------------------

store_error lmdb_store::read_error(table where, byte_view key, int code) const {
  const bool damage = code == 0 || lmdb::means_damage(code);
  auto reason = "Reading table " + std::string{name(where)} + ", key " + to_hex(key) + " in " +
                directory_text_ + ": ";
  if (code == 0)
    reason += "the value does not fit its hash; the file was damaged after it was written.";
  else
    reason += std::string{mdb_strerror(code)} + ".";
  return {damage ? store_errc::corrupted : store_errc::io, std::move(reason)};
}

store_result<std::optional<bytes>> lmdb_store::get(table where, byte_view key) const {
  QUORATE_CHECK(!key.empty() && key.size() <= limits::record_key_bytes_max);
  const fault_guard guard{directory_text_.c_str()};
  const read_transaction transaction{*this};
  if (transaction.code() != 0) return read_error(where, key, transaction.code());
  MDB_val at = lmdb::to_val(key);
  MDB_val stored{};
  const int code = mdb_get(transaction.get(), handle(where), &at, &stored);
  if (code == MDB_NOTFOUND) return std::optional<bytes>{};
  if (code != 0) return read_error(where, key, code);
  const auto value = lmdb::unwrap(where, key, lmdb::to_view(stored));
  if (!value) return read_error(where, key, 0);
  return std::optional<bytes>{std::in_place, value->begin(), value->end()};
}

store_result<std::size_t> lmdb_store::scan(table where, byte_view from_key, std::size_t limit,
                                           const visitor& visit) const {
  QUORATE_CHECK(from_key.size() <= limits::record_key_bytes_max);
  std::optional<fault_guard> guard{directory_text_.c_str()};
  read_transaction transaction{*this};
  int code = transaction.code();
  if (code == 0) code = transaction.open_cursor(handle(where));
  if (code != 0) return read_error(where, from_key, code);
  MDB_val at = lmdb::to_val(from_key);
  MDB_val stored{};
  std::size_t visited = 0;
  for (auto step = from_key.empty() ? MDB_FIRST : MDB_SET_RANGE; visited < limit; step = MDB_NEXT) {
    code = mdb_cursor_get(transaction.cursor(), &at, &stored, step);
    if (code == MDB_NOTFOUND) break;
    if (code != 0) return read_error(where, from_key, code);
    const auto value = lmdb::unwrap(where, lmdb::to_view(at), lmdb::to_view(stored));
    if (!value) return read_error(where, lmdb::to_view(at), 0);
    ++visited;
    // Hashing has touched every byte; a fault inside the visitor is the visitor's own.
    guard.reset();
    if (!visit(lmdb::to_view(at), *value)) break;
    guard.emplace(directory_text_.c_str());
  }
  guard.emplace(directory_text_.c_str());
  return visited;
}

store_result<std::optional<bytes>> lmdb_store::edge_key(table where, bool last) const {
  const fault_guard guard{directory_text_.c_str()};
  read_transaction transaction{*this};
  int code = transaction.code();
  if (code == 0) code = transaction.open_cursor(handle(where));
  MDB_val at{};
  MDB_val stored{};
  if (code == 0)
    code = mdb_cursor_get(transaction.cursor(), &at, &stored, last ? MDB_LAST : MDB_FIRST);
  if (code == MDB_NOTFOUND) return std::optional<bytes>{};
  if (code != 0) return read_error(where, {}, code);
  const auto key = lmdb::to_view(at);
  // The hash covers the key as well, so a damaged one does not pass for a position.
  if (!lmdb::unwrap(where, key, lmdb::to_view(stored))) return read_error(where, key, 0);
  return std::optional<bytes>{std::in_place, key.begin(), key.end()};
}

store_result<std::optional<bytes>> lmdb_store::first_key(table where) const {
  return edge_key(where, false);
}

store_result<std::optional<bytes>> lmdb_store::last_key(table where) const {
  return edge_key(where, true);
}

store_result<std::size_t> lmdb_store::count(table where) const {
  const fault_guard guard{directory_text_.c_str()};
  const read_transaction transaction{*this};
  MDB_stat statistics{};
  int code = transaction.code();
  if (code == 0) code = mdb_stat(transaction.get(), handle(where), &statistics);
  if (code != 0) return read_error(where, {}, code);
  return statistics.ms_entries;
}

store_result<std::size_t> lmdb_store::verify() const {
  const fault_guard guard{directory_text_.c_str()};
  std::size_t sum = 0;
  for (const auto where : all_tables) {
    if (!handles_[static_cast<std::size_t>(where)]) continue;
    read_transaction transaction{*this};
    MDB_stat statistics{};
    int code = transaction.code();
    if (code == 0) code = mdb_stat(transaction.get(), handle(where), &statistics);
    if (code == 0) code = transaction.open_cursor(handle(where));
    if (code != 0) return read_error(where, {}, code);
    std::size_t visited = 0;
    MDB_val at{};
    MDB_val stored{};
    while ((code = mdb_cursor_get(transaction.cursor(), &at, &stored, MDB_NEXT)) == 0) {
      const auto key = lmdb::to_view(at);
      if (!lmdb::unwrap(where, key, lmdb::to_view(stored))) return read_error(where, key, 0);
      // A damaged branch can send a search elsewhere and break no hash: search for each as well.
      MDB_val found{};
      if (mdb_get(transaction.get(), handle(where), &at, &found) != 0 ||
          found.mv_data != stored.mv_data)
        return read_error(where, key, MDB_CORRUPTED);
      ++visited;
    }
    if (code != MDB_NOTFOUND) return read_error(where, {}, code);
    if (visited != statistics.ms_entries)
      return store_error{store_errc::corrupted,
                         "Table " + std::string{name(where)} + " in " + directory_text_ +
                             " should hold " + std::to_string(statistics.ms_entries) +
                             " records, but " + std::to_string(visited) + " can be reached."};
    sum += visited;
  }
  return sum;
}

} // namespace quorate
