// The storage actor: one commit for many requests, and no answer before the disk has it.

#include "actors/storage/storage_actor.hpp"
#include "core/codec/writer.hpp"
#include "storage_support.hpp"

#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <algorithm>
#include <chrono>
#include <thread>

using namespace quorate;
using namespace quorate::test;
using namespace std::chrono_literals;

namespace {

struct fixture {
  scratch_directory scratch;
  std::shared_ptr<lmdb_store> store = must_open(scratch.path());
  std::shared_ptr<storage_counters> counters = std::make_shared<storage_counters>();
  caf::actor_system_config config;
  caf::actor_system system{config};
};

bytes key_from(std::uint64_t requester, std::uint64_t token) {
  writer w;
  w.u64(requester);
  w.u64(token);
  return std::move(w).take();
}

persist_request request_of(std::uint64_t requester, std::uint64_t token, std::size_t size = 100) {
  return {token, std::make_shared<const std::vector<record>>(std::vector<record>{
                     put(table::slots, key_from(requester, token), bytes(size, 1))})};
}

/// Tokens that arrived until `last` did.
std::vector<std::uint64_t> tokens_until(caf::scoped_actor& self, std::uint64_t last) {
  std::vector<std::uint64_t> tokens;
  bool timed_out = false;
  while (!timed_out && (tokens.empty() || tokens.back() < last))
    self->receive([&](const durable& d) { tokens.push_back(d.token); },
                  caf::after(20s) >> [&] { timed_out = true; });
  BOOST_REQUIRE(!timed_out);
  return tokens;
}

bool holds(const lmdb_store& store, std::uint64_t requester, std::uint64_t token) {
  const auto found = store.get(table::slots, key_from(requester, token));
  return found && found->has_value();
}

/// Sends `total` requests, at most `window` unanswered, and checks each answer against the disk.
struct checked_requester {
  std::uint64_t id = 0;
  std::uint64_t total = 0;
  std::uint64_t window = 0;
  std::uint64_t sent = 0;
  std::uint64_t answered = 0;
  bool sound = true;
};

caf::behavior requester_behavior(caf::event_based_actor* self, storage_actor storage,
                                 std::shared_ptr<lmdb_store> store,
                                 std::shared_ptr<checked_requester> state) {
  const auto fill = [=] {
    while (state->sent < state->total && state->sent - state->answered < state->window)
      self->send(storage, request_of(state->id, ++state->sent));
    if (state->answered == state->total) self->quit();
  };
  fill();
  return {[=](const durable& d) {
    // In order, of something sent, and all of it is there to be read.
    state->sound = state->sound && d.token > state->answered && d.token <= state->sent;
    for (auto token = state->answered + 1; token <= d.token; ++token)
      state->sound = state->sound && holds(*store, state->id, token);
    state->answered = d.token;
    fill();
  }};
}

using typed_requester = caf::typed_actor<caf::reacts_to<durable>, caf::reacts_to<std::uint64_t>>;

} // namespace

BOOST_AUTO_TEST_SUITE(storage_actor_test)

BOOST_AUTO_TEST_CASE(one_request_is_answered_once_durable) {
  fixture f;
  const auto storage = spawn_storage(f.system, f.store, f.counters);
  caf::scoped_actor self{f.system};
  self->send(storage, request_of(1, 7));
  BOOST_TEST(tokens_until(self, 7) == std::vector<std::uint64_t>{7});
  BOOST_TEST(holds(*f.store, 1, 7));
  BOOST_TEST(f.counters->commits.load() == 1U);
  BOOST_TEST(f.counters->requests.load() == 1U);
  BOOST_TEST(f.counters->records.load() == 1U);
  BOOST_TEST(f.counters->bytes.load() == 116U);
  BOOST_TEST(f.counters->requests_per_commit.count(0) == 1U);
}

BOOST_AUTO_TEST_CASE(requests_that_wait_share_a_commit) {
  fixture f;
  const auto storage = spawn_storage(f.system, f.store, f.counters);
  caf::scoped_actor self{f.system};
  for (std::uint64_t token = 1; token <= 2000; ++token)
    self->send(storage, request_of(1, token));
  const auto tokens = tokens_until(self, 2000);
  BOOST_TEST(std::ranges::is_sorted(tokens));
  BOOST_TEST(f.counters->requests.load() == 2000U);
  BOOST_TEST(f.counters->commits.load() < 500U);
  // One answer a group, not one a request.
  BOOST_TEST(tokens.size() == f.counters->commits.load());
  BOOST_TEST(*f.store->count(table::slots) == 2000U);
}

BOOST_AUTO_TEST_CASE(several_requesters_each_get_their_own_tokens_in_order) {
  fixture f;
  const auto storage = spawn_storage(f.system, f.store, f.counters);
  std::vector<std::shared_ptr<checked_requester>> states;
  for (std::uint64_t id = 1; id <= 8; ++id) {
    states.push_back(std::make_shared<checked_requester>());
    states.back()->id = id;
    states.back()->total = 300;
    states.back()->window = id * 3;
  }
  std::vector<caf::actor> requesters;
  for (const auto& state : states)
    requesters.push_back(f.system.spawn(requester_behavior, storage, f.store, state));
  caf::scoped_actor self{f.system};
  self->wait_for(requesters);
  for (const auto& state : states) {
    BOOST_TEST(state->answered == 300U);
    BOOST_TEST(state->sound);
  }
  BOOST_TEST(f.counters->requests.load() == 2400U);
  BOOST_TEST(f.counters->commits.load() < 1200U);
}

BOOST_AUTO_TEST_CASE(a_typed_actor_and_no_actor_may_ask) {
  fixture f;
  const auto storage = spawn_storage(f.system, f.store, f.counters);
  const auto answered = std::make_shared<std::atomic<std::uint64_t>>(0);
  const auto typed = f.system.spawn([=](typed_requester::pointer self) {
    return typed_requester::behavior_type{
        [=](const durable& d) { *answered = d.token; },
        [=](std::uint64_t token) { self->send(storage, request_of(2, token)); }};
  });
  caf::anon_send(storage, request_of(1, 5));
  caf::anon_send(typed, std::uint64_t{3});
  for (int i = 0; i < 2000 && *answered == 0; ++i)
    std::this_thread::sleep_for(5ms);
  BOOST_TEST(*answered == 3U);
  BOOST_TEST(holds(*f.store, 1, 5));
  BOOST_TEST(holds(*f.store, 2, 3));
}

BOOST_AUTO_TEST_CASE(a_group_ends_at_its_limit_of_bytes) {
  fixture f;
  storage_options options;
  options.group_bytes_max = 10'000;
  const auto storage = spawn_storage(f.system, f.store, f.counters, options);
  caf::scoped_actor self{f.system};
  for (std::uint64_t token = 1; token <= 100; ++token)
    self->send(storage, request_of(1, token, 4000)); // two fit, three do not
  self->send(storage, request_of(1, 101, 50'000));   // larger than the limit: goes alone
  tokens_until(self, 101);
  BOOST_TEST(f.counters->commits.load() >= 51U);
  BOOST_TEST(*f.store->count(table::slots) == 101U);
  // No commit took more than two.
  BOOST_TEST(f.counters->requests_per_commit.count(2) == 0U);
}

BOOST_AUTO_TEST_CASE(what_was_sent_before_an_exit_is_kept) {
  const scratch_directory scratch;
  {
    std::shared_ptr<lmdb_store> store = must_open(scratch.path());
    caf::actor_system_config config;
    caf::actor_system system{config};
    const auto counters = std::make_shared<storage_counters>();
    auto storage = spawn_storage(system, store, counters);
    caf::scoped_actor self{system};
    for (std::uint64_t token = 1; token <= 500; ++token)
      self->send(storage, request_of(1, token));
    self->send_exit(storage, caf::exit_reason::user_shutdown);
    self->wait_for(storage);
    const auto tokens = tokens_until(self, 500);
    BOOST_TEST(tokens.back() == 500U);
  }
  const auto store = must_open(scratch.path());
  BOOST_TEST(*store->count(table::slots) == 500U);
}

BOOST_AUTO_TEST_CASE(what_was_sent_before_the_last_handle_goes_is_kept) {
  const scratch_directory scratch;
  {
    std::shared_ptr<lmdb_store> store = must_open(scratch.path());
    caf::actor_system_config config;
    caf::actor_system system{config};
    auto storage = spawn_storage(system, store, std::make_shared<storage_counters>());
    for (std::uint64_t token = 1; token <= 500; ++token)
      caf::anon_send(storage, request_of(1, token));
    storage = nullptr;
    system.await_all_actors_done();
  }
  const auto store = must_open(scratch.path());
  BOOST_TEST(*store->count(table::slots) == 500U);
}

BOOST_AUTO_TEST_CASE(stray_messages_do_not_end_it) {
  fixture f;
  const auto storage = spawn_storage(f.system, f.store, f.counters);
  caf::scoped_actor self{f.system};
  const auto untyped = caf::actor_cast<caf::actor>(storage);
  self->send(untyped, "no such message");
  self->send(untyped, caf::make_error(caf::sec::runtime_error));
  self->send(storage, request_of(1, 1));
  std::vector<std::uint64_t> tokens;
  self->receive_while([&] { return tokens.empty(); })(
      [&](const durable& d) { tokens.push_back(d.token); }, [](const caf::error&) {},
      caf::after(20s) >> [&] { tokens.push_back(0); });
  BOOST_TEST(tokens.front() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
