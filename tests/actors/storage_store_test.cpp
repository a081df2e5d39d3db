// The store itself: what is committed is read back, in order, by the one process that may.

#include "actors/fatal.hpp"
#include "core/codec/writer.hpp"
#include "core/crypto/hash.hpp"
#include "storage_support.hpp"

#include <algorithm>
#include <random>

using namespace quorate;
using namespace quorate::test;

BOOST_AUTO_TEST_SUITE(storage_store)

BOOST_AUTO_TEST_CASE(round_trip_survives_reopening) {
  const scratch_directory scratch;
  const digest d = sha256(byte_view{});
  {
    const auto store = must_open(scratch.path());
    const std::vector<record> records{
        put(table::blocks, key_of(sequence_number{1}), {1, 2, 3}),
        put(table::blocks, key_of(sequence_number{2}), {}),
        put(table::bodies, key_of(sequence_number{1}, d), bytes(100'000, 7)),
        put(table::slots, key_of(sequence_number{1}, std::uint8_t{3}), {9}),
        put(table::meta, key_of("view"), {4, 4}),
    };
    store->commit(records);
    BOOST_TEST((must_get(*store, table::blocks, key_of(sequence_number{1})) == bytes{1, 2, 3}));
  }
  const auto store = must_open(scratch.path());
  BOOST_TEST((must_get(*store, table::blocks, key_of(sequence_number{1})) == bytes{1, 2, 3}));
  BOOST_TEST(must_get(*store, table::blocks, key_of(sequence_number{2})).empty());
  BOOST_TEST((must_get(*store, table::bodies, key_of(sequence_number{1}, d)) == bytes(100'000, 7)));
  BOOST_TEST((must_get(*store, table::meta, key_of("view")) == bytes{4, 4}));
  const auto nothing = store->get(table::blocks, key_of(sequence_number{3}));
  BOOST_REQUIRE(nothing);
  BOOST_TEST(!nothing->has_value());
  BOOST_TEST(*store->verify() == 6U); // the five, and the format version
}

BOOST_AUTO_TEST_CASE(scan_is_in_order_of_numbers) {
  const scratch_directory scratch;
  const auto store = must_open(scratch.path());
  std::vector<record> records;
  for (std::uint64_t n = 600; n >= 1; --n) // falling, so that appending is refused each time
    records.push_back(put(table::results, key_of(sequence_number{n}), encode(sequence_number{n})));
  store->commit(records);

  std::vector<std::uint64_t> seen;
  const auto visited = store->scan(table::results, key_of(sequence_number{250}), 100,
                                   [&](byte_view key, byte_view value) {
                                     BOOST_TEST(std::ranges::equal(key, value));
                                     seen.push_back(sequence_of(key)->value);
                                     return true;
                                   });
  BOOST_REQUIRE(visited);
  BOOST_TEST(*visited == 100U);
  BOOST_TEST(seen.front() == 250U);
  BOOST_TEST(seen.back() == 349U);
  BOOST_TEST(std::ranges::is_sorted(seen));

  std::size_t calls = 0;
  BOOST_TEST(*store->scan(table::results, {}, 1000,
                          [&](byte_view, byte_view) { return ++calls < 3; }) == 3U);
  BOOST_TEST((**store->first_key(table::results) == key_of(sequence_number{1})));
  BOOST_TEST((**store->last_key(table::results) == key_of(sequence_number{600})));
  BOOST_TEST(*store->count(table::results) == 600U);
  BOOST_TEST(!store->first_key(table::attested)->has_value());
  BOOST_TEST(*store->scan(table::attested, {}, 10, [](byte_view, byte_view) { return true; }) ==
             0U);
}

BOOST_AUTO_TEST_CASE(later_records_win_and_erase_erases) {
  const scratch_directory scratch;
  const auto store = must_open(scratch.path());
  const auto key = key_of(sequence_number{5});
  const std::vector<record> first{put(table::blocks, key, {1}), put(table::blocks, key, {2})};
  store->commit(first);
  BOOST_TEST((must_get(*store, table::blocks, key) == bytes{2}));
  const std::vector<record> second{erase(table::blocks, key), put(table::slots, key, {3}),
                                   erase(table::slots, key), put(table::slots, key, {4}),
                                   erase(table::blocks, key_of(sequence_number{99}))};
  store->commit(second);
  BOOST_TEST(!store->get(table::blocks, key)->has_value());
  BOOST_TEST((must_get(*store, table::slots, key) == bytes{4}));
}

BOOST_AUTO_TEST_CASE(a_group_of_lists_is_one_commit) {
  const scratch_directory scratch;
  const auto store = must_open(scratch.path());
  const auto key = key_of(sequence_number{1});
  const auto list = [](std::vector<record> records) {
    return std::make_shared<const std::vector<record>>(std::move(records));
  };
  const std::vector<record_list> lists{list({put(table::slots, key, {1})}), list({}),
                                       list({put(table::slots, key, {2})})};
  store->commit(lists);
  BOOST_TEST((must_get(*store, table::slots, key) == bytes{2}));
  store->commit(std::span<const record_list>{});
  store->commit(std::span<const record>{});
}

BOOST_AUTO_TEST_CASE(a_tiny_map_grows_under_load) {
  const scratch_directory scratch;
  store_options options;
  options.map_size_bytes = 64 * limits::KiB;
  std::mt19937_64 random{20240817};
  std::vector<std::pair<bytes, bytes>> written;
  {
    const auto store = must_open(scratch.path(), options);
    const std::size_t before = store->map_size_bytes();
    for (std::uint64_t n = 1; n <= 300; ++n) {
      bytes value(random() % 60'000, static_cast<std::uint8_t>(n));
      const std::vector<record> records{
          put(table::results, key_of(sequence_number{n}), value),
          put(table::slots, encode(sequence_number{random()}), value)};
      store->commit(records);
      written.emplace_back(records[0].key, value);
      // A reader between commits must not be in the way.
      BOOST_TEST((must_get(*store, table::results, records[0].key) == value));
    }
    BOOST_TEST(store->map_size_bytes() > 64 * before);
  }
  // Opened with the tiny map again: it holds what is there, and goes on growing.
  const auto store = must_open(scratch.path(), options);
  for (const auto& [key, value] : written)
    BOOST_TEST((must_get(*store, table::results, key) == value));
  BOOST_TEST(*store->verify() == 601U);
}

BOOST_AUTO_TEST_CASE(one_large_commit_is_atomic) {
  const scratch_directory scratch;
  store_options options;
  options.tables = {table::state};
  options.read_ahead = true;
  options.map_size_bytes = limits::MiB;
  const auto store = must_open(scratch.path(), options);
  std::mt19937_64 random{7};
  std::vector<record> records;
  for (int i = 0; i < 200'000; ++i)
    records.push_back(put(table::state, encode(sequence_number{random()}), bytes(120, 1)));
  store->commit(records);
  BOOST_TEST(*store->count(table::state) == 200'000U);
  BOOST_REQUIRE(store->verify());
}

BOOST_AUTO_TEST_CASE(a_map_at_its_limit_is_fatal) {
  const scratch_directory scratch;
  const auto end = in_child([&] {
    store_options options;
    options.map_size_bytes = options.map_size_bytes_max = limits::MiB;
    auto store = lmdb_store::open(scratch.path(), options);
    if (!store) return 1;
    const std::vector<record> records{
        put(table::results, key_of(sequence_number{1}), bytes(2 * limits::MiB, 1))};
    (*store)->commit(records);
    return 0;
  });
  BOOST_TEST(end.exit_status == static_cast<int>(exit_code::storage_write_failed));
  BOOST_TEST(end.errors.find("limit") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(reading_beside_the_owner) {
  const scratch_directory scratch;
  store_options reading;
  reading.read_only = true;
  const auto nothing = lmdb_store::open(scratch.path() / "none", reading);
  BOOST_REQUIRE(!nothing);
  BOOST_TEST((nothing.error().code == store_errc::io));
  BOOST_TEST(!std::filesystem::exists(scratch.path() / "none"));

  auto owner = must_open(scratch.path());
  const auto key = key_of(sequence_number{5});
  owner->commit(std::vector<record>{put(table::blocks, key, {1, 2})});
  const bytes ours{1}, another{2};
  const auto read = [&] {
    const auto store = lmdb_store::open(scratch.path(), reading);
    if (!store) return 1;
    const auto found = (*store)->get(table::blocks, key);
    if (!found || *found != bytes{1, 2}) return 2;
    return (*store)->bind_identity(ours, ours) ? 0 : 3;
  };
  BOOST_TEST(in_child(read).exit_status == 3); // tied to nobody yet, and it does not tie it
  BOOST_REQUIRE(owner->bind_identity(ours, ours));
  BOOST_TEST(in_child(read).exit_status == 0);
  BOOST_TEST(in_child([&] {
               const auto store = lmdb_store::open(scratch.path(), reading);
               return store && !(*store)->bind_identity(another, ours) ? 0 : 1;
             }).exit_status == 0);
  // The owner goes on, and nobody else owns it meanwhile.
  owner->commit(std::vector<record>{put(table::blocks, key, {3})});
  BOOST_TEST((must_get(*owner, table::blocks, key) == bytes{3}));
}

BOOST_AUTO_TEST_CASE(a_second_open_is_refused) {
  const scratch_directory scratch;
  auto first = must_open(scratch.path());
  // Of this process.
  const auto second = lmdb_store::open(scratch.path(), {});
  BOOST_REQUIRE(!second);
  BOOST_TEST((second.error().code == store_errc::in_use));
  BOOST_TEST(second.error().reason.find(std::to_string(::getpid())) != std::string::npos);
  BOOST_TEST((exit_code_of(second.error().code) == exit_code::data_directory_in_use));
  // Of another.
  const auto end = in_child([&] {
    const auto third = lmdb_store::open(scratch.path(), {});
    return !third && third.error().code == store_errc::in_use ? 0 : 1;
  });
  BOOST_TEST(end.exit_status == 0);
  first.reset();
  must_open(scratch.path());
}

BOOST_AUTO_TEST_CASE(identity_is_written_once_and_checked) {
  const scratch_directory scratch;
  const bytes cluster(32, 1);
  const bytes node(32, 2);
  const bytes other(32, 3);
  {
    const auto store = must_open(scratch.path());
    BOOST_REQUIRE(store->bind_identity(cluster, node));
    BOOST_REQUIRE(store->bind_identity(cluster, node));
  }
  const auto store = must_open(scratch.path());
  BOOST_REQUIRE(store->bind_identity(cluster, node));
  const auto wrong_cluster = store->bind_identity(other, node);
  BOOST_REQUIRE(!wrong_cluster);
  BOOST_TEST((wrong_cluster.error().code == store_errc::wrong_identity));
  BOOST_TEST(wrong_cluster.error().reason.find("another cluster") != std::string::npos);
  const auto wrong_node = store->bind_identity(cluster, other);
  BOOST_REQUIRE(!wrong_node);
  BOOST_TEST(wrong_node.error().reason.find("another node") != std::string::npos);
  BOOST_REQUIRE(store->bind_identity(cluster, node));
}

BOOST_AUTO_TEST_CASE(another_format_version_is_refused) {
  const scratch_directory scratch;
  {
    const auto store = must_open(scratch.path());
    const std::vector<record> records{put(table::meta, key_of("format"), {0, 0, 0, 99})};
    store->commit(records);
  }
  const auto opened = lmdb_store::open(scratch.path(), {});
  BOOST_REQUIRE(!opened);
  BOOST_TEST((opened.error().code == store_errc::wrong_version));
  BOOST_TEST(opened.error().reason.find("99") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_directory_that_cannot_be_used_is_an_error) {
  const auto opened = lmdb_store::open("/proc/quorate-no-such-place", {});
  BOOST_REQUIRE(!opened);
  BOOST_TEST((opened.error().code == store_errc::io));
}

BOOST_AUTO_TEST_SUITE_END()
