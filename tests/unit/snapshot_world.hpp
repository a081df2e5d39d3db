// A fetcher among peers that serve, lie, stay silent or forget, over a network that reorders and
// loses, on a disk that forgets what was not durable yet. A random choice decides what happens
// next; the seed gives the run again.
#pragma once

#include "core/state_transfer/snapshot_fetcher.hpp"
#include "tests/unit/snapshot_fixture.hpp"

namespace quorate::testing {

enum class conduct { honest, silent, flips_a_bit, leaves_one_out, adds_one, swaps, cuts_short };

struct snapshot_world {
  using fetcher_type = state_transfer::snapshot_fetcher;

  struct peer {
    conduct behaviour = conduct::honest;
    state_transfer::snapshot_shelf shelf;
  };
  struct disk_write {
    std::optional<state_transfer::effect::persist_chunk> chunk; ///< none: discard
  };

  const snapshot_fixture& ledger;
  std::mt19937_64 random;
  replica_id self{0};
  state_transfer::fetcher_options options{
      1000, static_cast<std::uint32_t>(limits::snapshot_chunk_bytes_min)};
  std::unique_ptr<fetcher_type> fetcher;
  std::map<replica_id, peer> peers;

  std::vector<std::pair<replica_id, state_transfer::message>> requests; ///< on their way
  std::vector<std::pair<replica_id, state_transfer::message>> answers;  ///< on their way
  std::deque<disk_write> unsynced;
  std::map<digest, bytes> staged;                            ///< durable
  std::optional<state_transfer::snapshot_progress> progress; ///< durable
  bool timer_armed = false;
  std::size_t chunks_taken = 0, chunks_asked = 0, discards = 0, outstanding_max = 0;
  std::map<replica_id, errc> banned; ///< by any fetcher of this run
  std::set<replica_id> banned_now;   ///< by the one that runs: a crash forgets it
  std::uint64_t loss_percent = 0;
  std::optional<ledger::ledger_state> result;

  snapshot_world(const snapshot_fixture& f, std::uint64_t seed) : ledger(f), random(seed) {
    for (std::uint16_t i = 1; i < f.who.config.n(); ++i)
      peers[{i}];
    make_fetcher();
  }

  void make_fetcher() {
    fetcher = std::make_unique<fetcher_type>(ledger.who.config, self, options);
  }

  void put_everywhere(const std::shared_ptr<const state_transfer::snapshot_source>& s) {
    for (auto& [id, p] : peers)
      p.shelf.put(s);
  }

  void start(std::uint64_t own_height = 0) {
    state_transfer::input::start in{{own_height}, std::nullopt, state_transfer::all_lanes()};
    if (progress) {
      auto target = state_transfer::checked_offer::check(ledger.verifier, progress->target);
      BOOST_REQUIRE(target);
      in.target = *target;
      in.next = progress->next;
    }
    step(std::move(in));
  }

  /// Power is lost: what was not durable is gone, and so is everything under way.
  void crash() {
    unsynced.clear();
    requests.clear();
    answers.clear();
    timer_armed = false;
    banned_now.clear();
    make_fetcher();
  }

  void step(state_transfer::input_event in) {
    for (auto& e : fetcher->step(std::move(in)))
      std::visit([this](auto& one) { run(one); }, e);
    outstanding_max = std::max(outstanding_max, fetcher->outstanding());
  }

  void run(state_transfer::effect::send& e) {
    BOOST_TEST(!banned_now.contains(e.to));
    if (std::holds_alternative<state_transfer::fetch_chunk>(e.what)) ++chunks_asked;
    // What goes over the wire is bytes.
    requests.emplace_back(e.to, *decode<state_transfer::message>(encode(e.what)));
  }
  void run(state_transfer::effect::broadcast& e) {
    for (const auto& [id, p] : peers)
      requests.emplace_back(id, e.what);
  }
  void run(state_transfer::effect::persist_chunk& e) {
    ++chunks_taken;
    unsynced.push_back({std::move(e)});
  }
  void run(state_transfer::effect::discard&) {
    ++discards;
    unsynced.push_back({});
  }
  void run(state_transfer::effect::arm_timer&) { timer_armed = true; }
  void run(state_transfer::effect::cancel_timer&) { timer_armed = false; }
  void run(state_transfer::effect::ban& e) {
    banned.emplace(e.peer, e.why);
    banned_now.insert(e.peer);
  }
  void run(state_transfer::effect::install& e) {
    BOOST_TEST(unsynced.empty());
    auto made = ledger::ledger_state::restore(ledger.genesis, e.target.summary,
                                              {staged.begin(), staged.end()});
    BOOST_REQUIRE(made);
    result.emplace(std::move(*made));
  }

  void sync_one() {
    auto write = std::move(unsynced.front());
    unsynced.pop_front();
    if (!write.chunk) {
      staged.clear();
      progress.reset();
      return;
    }
    for (auto& [key, record] : write.chunk->records)
      staged.insert_or_assign(key, record);
    progress = write.chunk->progress;
    step(state_transfer::input::chunk_persisted{write.chunk->attempt, write.chunk->lane});
  }

  /// What a peer makes of an honest answer. None: it keeps silent.
  std::optional<state_transfer::message> bent(const peer& p, state_transfer::message m) {
    auto* chunk = std::get_if<state_transfer::snapshot_chunk>(&m);
    if (chunk == nullptr) return m;
    auto& records = chunk->records;
    const auto place = records.empty() ? 0 : random() % records.size();
    switch (p.behaviour) {
    case conduct::honest:
      return m;
    case conduct::silent:
      return std::nullopt;
    case conduct::flips_a_bit:
      if (!records.empty()) records[place].second.back() ^= 1;
      return m;
    case conduct::leaves_one_out:
      if (!records.empty()) records.erase(records.begin() + static_cast<std::ptrdiff_t>(place));
      return m;
    case conduct::adds_one:
      records.emplace_back(chunk->range.through, bytes{3});
      if (records.size() > 1 && records[records.size() - 2].first == chunk->range.through)
        records.pop_back();
      return m;
    case conduct::swaps:
      if (records.size() > 1) std::swap(records.front().second, records.back().second);
      return m;
    case conduct::cuts_short:
      if (records.size() > 1) {
        records.pop_back();
        chunk->range.through = records.back().first;
      }
      return m;
    }
    return std::nullopt;
  }

  void serve(replica_id id, const state_transfer::message& asked) {
    auto& p = peers.at(id);
    if (const auto* find = std::get_if<state_transfer::find_snapshot>(&asked)) {
      if (auto offer = p.shelf.answer(*find)) answers.emplace_back(id, *offer);
    } else if (const auto* fetch = std::get_if<state_transfer::fetch_chunk>(&asked)) {
      if (auto given = bent(p, p.shelf.answer(*fetch))) answers.emplace_back(id, *given);
    }
  }

  void receive(replica_id from, state_transfer::message m) {
    if (auto* offer = std::get_if<state_transfer::snapshot_offer>(&m)) {
      auto checked = state_transfer::checked_offer::check(ledger.verifier, *offer);
      BOOST_REQUIRE(checked);
      step(state_transfer::input::offer_received{from, *checked});
    } else if (auto* chunk = std::get_if<state_transfer::snapshot_chunk>(&m)) {
      step(state_transfer::input::chunk_received{from, std::move(*chunk)});
    } else if (auto* gone = std::get_if<state_transfer::snapshot_unavailable>(&m)) {
      step(state_transfer::input::unavailable_received{from, gone->height});
    }
  }

  /// One thing happens, the timer only when nothing else can or rarely. False: nothing can.
  bool happen() {
    const bool busy = !requests.empty() || !answers.empty() || !unsynced.empty();
    if (!busy || (timer_armed && random() % 100 == 0)) {
      if (!timer_armed) return false;
      timer_armed = false;
      step(state_transfer::input::timer_fired{});
      return true;
    }
    const auto pick = random() % (requests.size() + answers.size() + unsynced.size());
    if (pick >= requests.size() + answers.size()) {
      sync_one();
      return true;
    }
    const bool lost = random() % 100 < loss_percent;
    const bool is_request = pick < requests.size();
    auto& from = is_request ? requests : answers;
    const auto place = is_request ? pick : pick - requests.size();
    auto [id, m] = std::move(from[place]);
    from.erase(from.begin() + static_cast<std::ptrdiff_t>(place));
    if (lost) return true;
    if (is_request)
      serve(id, m);
    else
      receive(id, std::move(m));
    return true;
  }

  /// Until the state is there, or `steps` have passed.
  bool finish(std::size_t steps = 20000) {
    for (std::size_t i = 0; i < steps && !result; ++i)
      if (!happen()) break;
    return result.has_value();
  }
};

} // namespace quorate::testing
