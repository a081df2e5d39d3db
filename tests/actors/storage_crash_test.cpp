// Processes that end in the middle: killed, out of space, out of file size. What was acknowledged
// is there afterwards, and a failed write is the end of the process.

#include "actors/fatal.hpp"
#include "actors/storage/storage_actor.hpp"
#include "core/codec/writer.hpp"
#include "storage_support.hpp"

#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <random>
#include <sys/mount.h>
#include <sys/resource.h>
#include <thread>

using namespace quorate;
using namespace quorate::test;

namespace {

/// The value that belongs to a token: its length varies, so that some go to overflow pages.
bytes value_of(std::uint64_t token) {
  std::mt19937_64 random{token};
  bytes value(random() % 6000);
  for (auto& b : value)
    b = static_cast<std::uint8_t>(random());
  return value;
}

record_list records_of(std::uint64_t token) {
  const sequence_number n{token};
  return std::make_shared<const std::vector<record>>(std::vector<record>{
      put(table::bodies, key_of(n), value_of(token)), put(table::slots, key_of(n), encode(n)),
      erase(table::slots, key_of(sequence_number{token > 50 ? token - 50 : 0}))});
}

std::uint64_t last_token(const lmdb_store& store) {
  const auto last = store.last_key(table::bodies);
  BOOST_REQUIRE(last);
  return *last ? sequence_of(**last)->value : 0;
}

/// Everything up to `acknowledged` is there, as it was sent; and what came on top is whole.
void check_kept(const lmdb_store& store, std::uint64_t acknowledged) {
  const auto last = last_token(store);
  BOOST_TEST(last >= acknowledged);
  for (std::uint64_t token = 1; token <= last; ++token)
    BOOST_REQUIRE(
        (must_get(store, table::bodies, key_of(sequence_number{token})) == value_of(token)));
  BOOST_TEST(*store.count(table::slots) == std::min<std::uint64_t>(last, 50));
  const auto verified = store.verify();
  BOOST_REQUIRE_MESSAGE(verified, (verified ? "" : verified.error().reason));
}

/// Persists through the actor with 16 under way, and writes each acknowledged token to `out`.
[[noreturn]] void persist_for_ever(const std::filesystem::path& directory, int out) {
  store_options options;
  options.map_size_bytes = 256 * limits::KiB; // so that growing the map is interrupted as well
  auto opened = lmdb_store::open(directory, options);
  if (!opened) ::_exit(1);
  const std::shared_ptr<lmdb_store> store = std::move(opened).value();
  std::uint64_t sent = last_token(*store);
  std::uint64_t answered = sent;
  caf::actor_system_config config;
  caf::actor_system system{config};
  const auto storage = spawn_storage(system, store, std::make_shared<storage_counters>());
  caf::scoped_actor self{system};
  for (;;) {
    while (sent < answered + 16) {
      ++sent;
      self->send(storage, persist_request{sent, records_of(sent)});
    }
    self->receive([&](const durable& d) {
      answered = d.token;
      if (::write(out, &answered, sizeof answered) != sizeof answered) ::_exit(2);
    });
  }
}

/// Commits ever more until the store ends the process, and reports each token on stderr's pipe.
int commit_until_fatal(const std::filesystem::path& directory, int out) {
  auto opened = lmdb_store::open(directory, {});
  if (!opened) return 1;
  auto& store = **opened;
  for (std::uint64_t token = 1; token < 100'000; ++token) {
    store.commit(*records_of(token));
    if (::write(out, &token, sizeof token) != sizeof token) return 2;
  }
  return 3;
}

std::uint64_t last_in(int pipe) {
  std::uint64_t last = 0;
  for (std::uint64_t token; ::read(pipe, &token, sizeof token) == sizeof token;)
    last = token;
  return last;
}

/// Runs commit_until_fatal in a child; returns its end and what it had acknowledged.
std::pair<child_end, std::uint64_t> until_fatal(const std::filesystem::path& directory,
                                                const std::function<void()>& before) {
  int ends[2];
  BOOST_REQUIRE(::pipe2(ends, O_NONBLOCK) == 0);
  // A pipe holds 8192 tokens, which is more than the space under test does.
  auto end = in_child([&] {
    before();
    return commit_until_fatal(directory, ends[1]);
  });
  ::close(ends[1]);
  const auto acknowledged = last_in(ends[0]);
  ::close(ends[0]);
  return {std::move(end), acknowledged};
}

} // namespace

BOOST_AUTO_TEST_SUITE(storage_crash)

BOOST_AUTO_TEST_CASE(kill_at_any_moment_loses_nothing_acknowledged) {
  const scratch_directory scratch;
  std::mt19937_64 random{20};
  std::uint64_t acknowledged = 0;
  for (int round = 0; round < 20; ++round) {
    int ends[2];
    BOOST_REQUIRE(::pipe(ends) == 0);
    const pid_t child = ::fork();
    BOOST_REQUIRE(child >= 0);
    if (child == 0) {
      ::close(ends[0]);
      persist_for_ever(scratch.path(), ends[1]);
    }
    ::close(ends[1]);
    std::this_thread::sleep_for(std::chrono::microseconds{random() % 60'000});
    ::kill(child, SIGKILL);
    // The answers that the child gave before it died are in the pipe.
    acknowledged = std::max(acknowledged, last_in(ends[0]));
    ::close(ends[0]);
    int status = 0;
    BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
    BOOST_TEST(WIFSIGNALED(status));

    const auto store = must_open(scratch.path());
    BOOST_TEST_CONTEXT("round " << round) check_kept(*store, acknowledged);
  }
  BOOST_TEST(acknowledged > 100U);
}

BOOST_AUTO_TEST_CASE(a_file_that_may_not_grow_is_fatal_and_keeps_what_was_acknowledged) {
  const scratch_directory scratch;
  const auto [end, acknowledged] = until_fatal(scratch.path(), [] {
    ::signal(SIGXFSZ, SIG_IGN); // so that the write fails with EFBIG instead
    const rlimit limit{limits::MiB, limits::MiB};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  });
  BOOST_TEST(end.signal == 0);
  BOOST_TEST(end.exit_status == static_cast<int>(exit_code::storage_write_failed));
  BOOST_TEST(end.errors.find("storage_write_failed") != std::string::npos);
  BOOST_TEST(end.errors.find(scratch.path().string()) != std::string::npos);
  BOOST_TEST(acknowledged > 20U);
  const auto store = must_open(scratch.path());
  check_kept(*store, acknowledged);
  store->commit(*records_of(last_token(*store) + 1));
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_fatal_and_keeps_what_was_acknowledged) {
  const scratch_directory scratch;
  const auto place = scratch.path() / "small";
  std::filesystem::create_directory(place);
  if (::mount("quorate-test", place.c_str(), "tmpfs", 0, "size=3m") != 0) {
    BOOST_TEST_MESSAGE("skipped: mounting a small file system needs root");
    return;
  }
  {
    const auto [end, acknowledged] = until_fatal(place / "data", [] {});
    BOOST_TEST(end.signal == 0);
    BOOST_TEST(end.exit_status == static_cast<int>(exit_code::storage_write_failed));
    BOOST_TEST(end.errors.find("Free on its file system: ") != std::string::npos);
    BOOST_TEST(acknowledged > 20U);
    {
      // Still full: it opens, and reads.
      const auto store = must_open(place / "data");
      check_kept(*store, acknowledged);
    }
    BOOST_REQUIRE(::mount("quorate-test", place.c_str(), "tmpfs", MS_REMOUNT, "size=30m") == 0);
    const auto store = must_open(place / "data");
    for (auto token = last_token(*store) + 1, until = token + 200; token < until; ++token)
      store->commit(*records_of(token));
    check_kept(*store, acknowledged);
  }
  BOOST_TEST(::umount(place.c_str()) == 0);
}

BOOST_AUTO_TEST_CASE(a_store_on_a_full_disk_is_an_error_at_open) {
  const scratch_directory scratch;
  const auto place = scratch.path() / "small";
  std::filesystem::create_directory(place);
  if (::mount("quorate-test", place.c_str(), "tmpfs", 0, "size=16k") != 0) return;
  const auto end = in_child([&] {
    const auto opened = lmdb_store::open(place / "data", {});
    return opened ? 1 : 0;
  });
  BOOST_TEST(end.signal == 0);
  BOOST_TEST((end.exit_status == 0 ||
              end.exit_status == static_cast<int>(exit_code::storage_write_failed)));
  BOOST_TEST(::umount(place.c_str()) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
