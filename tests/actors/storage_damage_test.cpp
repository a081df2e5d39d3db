// Damaged files: an error or a clear exit, never a signal, a hang or a wrong value.

#include "actors/fatal.hpp"
#include "actors/storage/data_file.hpp"
#include "core/codec/writer.hpp"
#include "storage_support.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <random>

using namespace quorate;
using namespace quorate::test;

namespace {

using content = std::map<std::pair<table, bytes>, bytes>;

/// Slots, small and large values, a table with long keys (a deep tree) and a history of changes.
content fill(lmdb_store& store, std::uint64_t seed) {
  std::mt19937_64 random{seed};
  content expected;
  for (int round = 0; round < 40; ++round) {
    std::vector<record> records;
    for (int i = 0; i < 12; ++i) {
      const sequence_number n{random() % 150};
      bytes value(random() % 4 == 0 ? random() % 20'000 : random() % 200);
      for (auto& b : value)
        b = static_cast<std::uint8_t>(random());
      const auto where = std::array{table::slots, table::bodies, table::results}[random() % 3];
      auto key = key_of(n);
      if (where == table::results) key.resize(300, static_cast<std::uint8_t>(n.value));
      if (random() % 4 == 0)
        records.push_back(erase(where, key));
      else
        records.push_back(put(where, key, value));
    }
    store.commit(records);
    for (auto& r : records)
      if (r.value)
        expected[{r.where, r.key}] = *r.value;
      else
        expected.erase({r.where, r.key});
  }
  return expected;
}

bytes read_file(const std::filesystem::path& path) {
  std::ifstream in{path, std::ios::binary};
  return bytes{std::istreambuf_iterator<char>{in}, {}};
}

void write_file(const std::filesystem::path& path, const bytes& to) {
  std::ofstream out{path, std::ios::binary | std::ios::trunc};
  out.write(reinterpret_cast<const char*>(to.data()), static_cast<std::streamsize>(to.size()));
}

constexpr int all_there = 0;
constexpr int refused_at_open = 10;
constexpr int error_on_read = 11;
constexpr int wrong_value = 99;

/// Opens, reads everything, writes on, and reads again.
int use(const std::filesystem::path& directory, const content& expected,
        const store_options& options) {
  ::alarm(20); // a hang is a signal, and so a failure
  auto opened = lmdb_store::open(directory, options);
  if (!opened) return opened.error().reason.empty() ? wrong_value : refused_at_open;
  auto& store = **opened;
  bool damaged = !store.verify();
  for (int again = 0; again < 2; ++again) {
    for (const auto& [at, value] : expected) {
      const auto found = store.get(at.first, at.second);
      if (!found)
        damaged = true;
      else if (found->has_value() ? **found != value : !damaged)
        return wrong_value; // another value, or a record that is gone without any error
    }
    if (damaged) return error_on_read;
    std::vector<record> more;
    for (std::uint64_t n = 1000; n < 1040; ++n)
      more.push_back(put(table::slots, key_of(sequence_number{n}), bytes(3000, 5)));
    store.commit(more);
  }
  return store.verify() ? all_there : error_on_read;
}

struct damaged_fixture {
  damaged_fixture() {
    expected = fill(*must_open(scratch.path()), 11);
    intact = read_file(file());
    BOOST_REQUIRE(intact.size() > 100'000);
  }
  std::filesystem::path file() const { return scratch.path() / "data.mdb"; }

  /// How opening and using the file ends after it was replaced by `content`.
  child_end end_with(const bytes& data, const store_options& options = {}) const {
    write_file(file(), data);
    auto end = in_child([&] { return use(scratch.path(), expected, options); });
    BOOST_TEST(end.signal == 0);
    return end;
  }

  store_error refusal(const bytes& data) const {
    BOOST_TEST(end_with(data).exit_status == refused_at_open);
    write_file(file(), data);
    const auto opened = lmdb_store::open(scratch.path(), {});
    BOOST_REQUIRE(!opened);
    BOOST_TEST_MESSAGE(opened.error().reason);
    BOOST_TEST(opened.error().reason.find(scratch.path().string()) != std::string::npos);
    return opened.error();
  }

  scratch_directory scratch;
  content expected;
  bytes intact;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(storage_damage, damaged_fixture)

BOOST_AUTO_TEST_CASE(the_intact_file_is_taken) {
  BOOST_TEST(end_with(intact).exit_status == all_there);
}

BOOST_AUTO_TEST_CASE(flipped_values_are_found_by_their_hash) {
  // Finds the bytes of one large value in the file and flips one of them.
  const auto large =
      std::ranges::find_if(expected, [](const auto& e) { return e.second.size() > 10'000; });
  BOOST_REQUIRE(large != expected.end());
  const auto at = std::ranges::search(intact, large->second);
  BOOST_REQUIRE(!at.empty());
  auto data = intact;
  data[static_cast<std::size_t>(at.begin() - intact.begin()) + 5000] ^= 0x40;
  BOOST_TEST(end_with(data).exit_status == error_on_read);

  write_file(file(), data);
  const auto store = must_open(scratch.path());
  const auto found = store->get(large->first.first, large->first.second);
  BOOST_REQUIRE(!found);
  BOOST_TEST((found.error().code == store_errc::corrupted));
  BOOST_TEST(found.error().reason.find(std::string{name(large->first.first)}) != std::string::npos);
  BOOST_TEST(found.error().reason.find(to_hex(large->first.second)) != std::string::npos);
  const auto scanned =
      store->scan(large->first.first, {}, SIZE_MAX, [](byte_view, byte_view) { return true; });
  BOOST_REQUIRE(!scanned);
  BOOST_TEST((scanned.error().code == store_errc::corrupted));
  // Others are read as before.
  BOOST_TEST((must_get(*store, expected.begin()->first.first, expected.begin()->first.second) ==
              expected.begin()->second));
}

BOOST_AUTO_TEST_CASE(overwritten_header_pages_are_refused) {
  for (const std::size_t page : {0U, 1U}) {
    for (const int with : {0x00, 0xff, 0x5a}) {
      auto data = intact;
      std::fill_n(data.begin() + static_cast<std::ptrdiff_t>(page * 4096), 4096,
                  static_cast<std::uint8_t>(with));
      BOOST_TEST((refusal(data).code == store_errc::corrupted));
    }
  }
}

BOOST_AUTO_TEST_CASE(another_lmdb_version_is_told_apart) {
  auto data = intact;
  data[20] = 2;
  BOOST_TEST((refusal(data).code == store_errc::wrong_version));
}

BOOST_AUTO_TEST_CASE(random_header_bytes_never_crash) {
  std::mt19937_64 random{5};
  for (int round = 0; round < 150; ++round) {
    auto data = intact;
    for (auto flips = 1 + random() % 3; flips > 0; --flips)
      data[random() % 2 * 4096 + random() % 160] ^= static_cast<std::uint8_t>(1 + random() % 255);
    BOOST_TEST(end_with(data).exit_status != wrong_value);
  }
}

BOOST_AUTO_TEST_CASE(header_pages_that_do_not_follow_each_other_are_refused) {
  // The newer header page made to look older: LMDB alone would go back one commit in silence.
  const std::size_t newer = intact[144] > intact[4096 + 144] ? 144 : 4096 + 144;
  auto data = intact;
  BOOST_REQUIRE(data[newer] >= 8);
  data[newer] -= 8;
  const auto error = refusal(data);
  BOOST_TEST((error.code == store_errc::corrupted));
  BOOST_TEST(error.reason.find("do not follow") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(truncated_files_are_refused) {
  std::mt19937_64 random{6};
  const auto cut = [&](std::size_t size) {
    return bytes{intact.begin(), intact.begin() + static_cast<std::ptrdiff_t>(size)};
  };
  for (const std::size_t size : {std::size_t{1}, std::size_t{4095}, std::size_t{4096},
                                 std::size_t{8191}, std::size_t{8192}, intact.size() / 2})
    BOOST_TEST((refusal(cut(size)).code == store_errc::corrupted));
  for (int round = 0; round < 40; ++round) {
    const auto status = end_with(cut(1 + random() % (intact.size() - 1))).exit_status;
    // Pages at the very end may be free.
    BOOST_TEST((status == refused_at_open || status == all_there));
  }
}

BOOST_AUTO_TEST_CASE(files_that_are_something_else_are_refused) {
  std::mt19937_64 random{8};
  for (const std::size_t size : {100UL, 8192UL, 1'000'000UL}) {
    bytes data(size);
    for (auto& b : data)
      b = static_cast<std::uint8_t>(random());
    BOOST_TEST((refusal(data).code == store_errc::corrupted));
  }
  BOOST_TEST((refusal(bytes(1'000'000, 0)).code == store_errc::corrupted));
}

BOOST_AUTO_TEST_CASE(random_damage_is_never_a_wrong_value) {
  std::mt19937_64 random{9};
  std::map<int, int> ends;
  for (int round = 0; round < 300; ++round) {
    auto data = intact;
    const auto at = 8192 + random() % (data.size() - 8192);
    if (round % 3 == 0)
      data[at] ^= static_cast<std::uint8_t>(1U << random() % 8);
    else if (round % 3 == 1) // where headers and offsets are
      data[at / 4096 * 4096 + random() % 64] ^= static_cast<std::uint8_t>(1 + random() % 255);
    else // a sector that reads as something else
      for (std::size_t i = at / 512 * 512, end = i + 512; i < end; ++i)
        data[i] = static_cast<std::uint8_t>(random());
    ++ends[end_with(data).exit_status];
  }
  BOOST_TEST(ends[wrong_value] == 0);
  BOOST_TEST(ends[refused_at_open] > 10);
  BOOST_TEST(ends[error_on_read] > 20);
  for (const auto& [status, times] : ends)
    BOOST_TEST_MESSAGE("exit " << status << ": " << times << " times");
}

BOOST_AUTO_TEST_CASE(without_the_page_check_damage_ends_the_process_clearly) {
  store_options options;
  options.tree_check_bytes_max = 0; // as if the file were larger
  std::mt19937_64 random{10};
  std::map<int, int> ends;
  for (int round = 0; round < 300; ++round) {
    auto data = intact;
    const auto page = 2 + random() % (data.size() / 4096 - 2);
    for (int flips = 0; flips < 4; ++flips)
      data[page * 4096 + random() % 128] ^= static_cast<std::uint8_t>(1 + random() % 255);
    const auto end = end_with(data, options);
    ++ends[end.exit_status];
    if (end.exit_status == static_cast<int>(exit_code::storage_corrupt))
      BOOST_TEST(end.errors.find(scratch.path().string()) != std::string::npos);
  }
  BOOST_TEST(ends[wrong_value] == 0);
  BOOST_TEST(ends[static_cast<int>(exit_code::storage_corrupt)] > 0);
  for (const auto& [status, times] : ends)
    BOOST_TEST_MESSAGE("exit " << status << ": " << times << " times");
}

BOOST_AUTO_TEST_CASE(a_file_cut_short_under_an_open_store_ends_the_process_clearly) {
  const auto end = in_child([&] {
    auto opened = lmdb_store::open(scratch.path(), {});
    if (!opened) return 1;
    if (::truncate(file().c_str(), 8192) != 0) return 2;
    return (*opened)->verify() ? 3 : 4;
  });
  BOOST_TEST(end.signal == 0);
  BOOST_TEST(end.exit_status == static_cast<int>(exit_code::storage_corrupt));
  BOOST_TEST(end.errors.find("SIGBUS") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(sound_files_are_never_called_damaged) {
  const scratch_directory other;
  store_options options;
  options.map_size_bytes = limits::MiB;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    std::mt19937_64 random{seed};
    const auto place = other.path() / std::to_string(seed);
    const auto store = must_open(place, options);
    std::uint64_t next = 0;
    for (int round = 0; round < 120; ++round) {
      std::vector<record> records;
      const bool shrink = round / 30 % 2 == 1;
      for (auto n = 1 + random() % 60; n > 0; --n) {
        const auto where = options.tables[random() % options.tables.size()];
        auto key = mostly_rising(where) && !shrink ? encode(sequence_number{++next})
                                                   : encode(sequence_number{random() % (next + 9)});
        if (where == table::bodies) key.resize(500, 1); // a deep tree
        if (shrink ? random() % 4 != 0 : random() % 8 == 0)
          records.push_back(erase(where, key));
        else
          records.push_back(
              put(where, key, bytes(random() % 8 == 0 ? random() % 30'000 : random() % 400, 2)));
      }
      store->commit(records);
      // The store is open, but nobody writes: the file is what the last commit left.
      const auto sound = check_data_file(place / "data.mdb", SIZE_MAX);
      BOOST_REQUIRE_MESSAGE(sound, (sound ? "" : sound.error().reason));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
