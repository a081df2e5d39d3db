#include "actors/storage/storage_actor.hpp"

#include "actors/clocks.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <algorithm>
#include <chrono>

namespace quorate {

namespace {

struct storage_state {
  static inline const char* name = "quorate.storage";

  std::shared_ptr<lmdb_store> store;
  std::shared_ptr<storage_counters> counters;
  storage_options options;

  /// Who waits for the group, with the highest token of each. A handful: senders are our own.
  struct waiting {
    caf::strong_actor_ptr requester;
    std::uint64_t token = 0;
  };
  std::vector<record_list> group;
  std::vector<waiting> requesters;
  std::size_t group_bytes = 0;
  bool flush_sent = false;

  void take(caf::strong_actor_ptr requester, persist_request request, std::size_t size) {
    if (requester) {
      const auto same = [&](const waiting& w) { return w.requester == requester; };
      if (auto known = std::ranges::find_if(requesters, same); known != requesters.end())
        known->token = std::max(known->token, request.token);
      else
        requesters.push_back({std::move(requester), request.token});
    }
    group_bytes += size;
    group.push_back(std::move(request.records));
  }

  void commit(caf::execution_unit* context, const caf::strong_actor_ptr& self) {
    if (group.empty()) return;
    const auto begin = std::chrono::steady_clock::now();
    counters->committing_since_ms = monotonic_now().value;
    store->commit(std::span<const record_list>{group});
    counters->committing_since_ms = 0;
    const auto took = std::chrono::steady_clock::now() - begin;
    count(static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(took).count()));
    group.clear();
    group_bytes = 0;
    // Only now: an answer means that the records are on the disk.
    for (auto& [requester, token] : requesters)
      requester->enqueue(self, caf::make_message_id(), caf::make_message(durable{token}), context);
    requesters.clear();
  }

  void count(std::uint64_t latency_us) {
    constexpr auto relaxed = std::memory_order_relaxed;
    std::uint64_t records = 0;
    for (const auto& list : group)
      records += list->size();
    counters->commits.fetch_add(1, relaxed);
    counters->requests.fetch_add(group.size(), relaxed);
    counters->records.fetch_add(records, relaxed);
    counters->bytes.fetch_add(group_bytes, relaxed);
    counters->requests_per_commit.add(group.size());
    counters->commit_latency_us.add(latency_us);
  }
};

using storage_self = storage_actor::stateful_pointer<storage_state>;

storage_actor::behavior_type storage_behavior(storage_self self, std::shared_ptr<lmdb_store> store,
                                              std::shared_ptr<storage_counters> counters,
                                              storage_options options) {
  auto& state = self->state;
  state.store = std::move(store);
  state.counters = std::move(counters);
  state.options = options;
  const auto commit = [self] { self->state.commit(self->context(), self->ctrl()); };

  // An exit overtakes what is queued. So it only asks for the end, behind all that was sent before.
  self->set_exit_handler([self](caf::exit_msg&) { self->send(self, stop_storage{}); });
  // Nobody is asked anything, so neither is there anything to hear; and no stray message may end
  // the one actor that everything durable depends on.
  self->set_error_handler([](caf::error&) {});
  self->set_down_handler([](caf::down_msg&) {});
  self->set_default_handler(caf::drop);

  return {
      [=](persist_request& request) {
        QUORATE_CHECK(request.records != nullptr);
        auto& mine = self->state;
        const std::size_t size = size_of(*request.records);
        if (!mine.group.empty() && mine.group_bytes + size > mine.options.group_bytes_max) commit();
        mine.take(self->current_sender(), std::move(request), size);
        // The mailbox is first in, first out: by the time the flush comes back, all that waits
        // now has been collected. An idle disk is not made to wait for company.
        if (!mine.flush_sent) {
          mine.flush_sent = true;
          self->send(self, flush_group{});
        }
      },
      [=](flush_group) {
        self->state.flush_sent = false;
        commit();
      },
      [=](stop_storage) {
        commit();
        self->quit();
      },
  };
}

} // namespace

storage_actor spawn_storage(caf::actor_system& system, std::shared_ptr<lmdb_store> store,
                            std::shared_ptr<storage_counters> counters,
                            const storage_options& options) {
  QUORATE_CHECK(store != nullptr && counters != nullptr);
  return system.spawn<caf::detached>(storage_behavior, std::move(store), std::move(counters),
                                     options);
}

} // namespace quorate
