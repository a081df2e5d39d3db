#include "actors/transfer/staging_area.hpp"

#include "actors/fatal.hpp"
#include "core/codec/reader.hpp"
#include "core/codec/writer.hpp"

namespace quorate {

namespace {

const bytes progress_key = key_of("transfer.progress");

std::filesystem::path folder_in(const std::filesystem::path& data_directory) {
  return data_directory / "staging";
}

template <class T>
T value_or_die(store_result<T> from) {
  if (!from) fatal(exit_code_of(from.error().code), from.error().reason);
  return std::move(*from);
}

} // namespace

bool staging_area::exists(const std::filesystem::path& data_directory) {
  std::error_code ignored;
  return std::filesystem::exists(folder_in(data_directory), ignored);
}

void staging_area::remove(const std::filesystem::path& data_directory) {
  std::error_code error;
  std::filesystem::remove_all(folder_in(data_directory), error);
  if (error)
    fatal(exit_code::storage_unavailable,
          "cannot remove " + folder_in(data_directory).string() + ": " + error.message());
}

std::unique_ptr<staging_area> staging_area::open(const std::filesystem::path& data_directory,
                                                 std::size_t map_size_bytes,
                                                 const cluster_id& cluster, const node_id& self) {
  const auto folder = folder_in(data_directory);
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error)
    fatal(exit_code::storage_unavailable,
          "cannot create " + folder.string() + ": " + error.message());
  store_options options;
  options.map_size_bytes = map_size_bytes;
  options.tables = {table::state};
  options.read_ahead = true;
  auto store = value_or_die(lmdb_store::open(folder, options));
  if (const auto bound = store->bind_identity(cluster.view(), self.view()); !bound)
    fatal(exit_code_of(bound.error().code), bound.error().reason);
  return std::unique_ptr<staging_area>{new staging_area{std::move(store)}};
}

std::optional<state_transfer::snapshot_progress> staging_area::progress() const {
  const auto stored = value_or_die(store_->get(table::meta, progress_key));
  if (!stored) return std::nullopt;
  auto progress = decode<state_transfer::snapshot_progress>(*stored);
  if (!progress) return std::nullopt; // of another version of this program: fetched again
  return std::move(*progress);
}

std::vector<state_transfer::state_entry> staging_area::records() const {
  return value_or_die(load_state_records(*store_));
}

void staging_area::keep(std::vector<state_transfer::state_entry> records,
                        const state_transfer::snapshot_progress& progress) {
  std::vector<record> all;
  all.reserve(records.size() + 1);
  for (auto& [key, value] : records)
    all.push_back({table::state, {key.data.begin(), key.data.end()}, std::move(value)});
  all.push_back({table::meta, progress_key, encode(progress)});
  store_->commit(std::span<const record>{all});
}

void staging_area::discard() {
  std::vector<record> all{{table::meta, progress_key, std::nullopt}};
  value_or_die(store_->scan(table::state, {}, ~std::size_t{0}, [&all](byte_view key, byte_view) {
    all.push_back({table::state, {key.begin(), key.end()}, std::nullopt});
    return true;
  }));
  store_->commit(std::span<const record>{all});
}

store_result<std::vector<state_transfer::state_entry>> load_state_records(const lmdb_store& store) {
  std::vector<state_transfer::state_entry> records;
  const auto scanned =
      store.scan(table::state, {}, ~std::size_t{0}, [&records](byte_view key, byte_view value) {
        if (const auto name = digest::from_bytes(key))
          records.emplace_back(*name, bytes{value.begin(), value.end()});
        return true;
      });
  if (!scanned) return scanned.error();
  return records;
}

} // namespace quorate
