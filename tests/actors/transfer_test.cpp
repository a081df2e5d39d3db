// Snapshots on disk: what is put in the place of a stored state, and what never is.
#include "actors/ledger/epoch_proofs.hpp"
#include "actors/ledger/ledger_actor.hpp"
#include "actors/replica/records.hpp"
#include "actors/transfer/installation.hpp"
#include "actors/transfer/offer_check.hpp"
#include "actors/transfer/snapshot_book.hpp"
#include "actors/transfer/staging_area.hpp"
#include "storage_support.hpp"
#include "tests/unit/ledger_fixture.hpp"

using namespace quorate;
using namespace quorate::test;
using namespace quorate::testing;
using state_transfer::all_lanes;
using state_transfer::lane_cursors;
using state_transfer::snapshot_offer;

namespace {

constexpr std::uint64_t interval = limits::checkpoint_interval;

struct fixture : ledger_fixture {
  scratch_directory scratch;
  std::unique_ptr<lmdb_store> log = must_open(scratch.path() / "log");
  std::unique_ptr<lmdb_store> states = must_open(scratch.path() / "state", state_options());
  node_id self = pbft::id_of(key_named("replica 0").key());

  fixture() { run_to(interval); }

  static store_options state_options() {
    store_options options;
    options.tables = {table::state};
    return options;
  }

  void run_to(std::uint64_t height) {
    while (state.height().value < height)
      run(alice, ledger::transfer{{1}, bob.key(), amount{1}});
  }

  snapshot_offer offer() const { return {state.last(), checkpoint_of_state()}; }

  std::unique_ptr<staging_area> area() const {
    return staging_area::open(scratch.path(), limits::MiB, authoriser.cluster(), self);
  }

  void stage(const snapshot_offer& target, std::vector<state_transfer::state_entry> records,
             const lane_cursors& next = {}) const {
    area()->keep(std::move(records), {target, next});
  }

  void install() {
    install_staged(
        {scratch.path(), limits::MiB, *log, *states, genesis, authoriser.cluster(), self});
  }

  bool is_staged() const { return staging_area::exists(scratch.path()); }

  std::optional<ledger::block_summary> stored() const {
    const auto last = states->get(table::meta, last_summary_key());
    BOOST_REQUIRE(last);
    if (!*last) return std::nullopt;
    return *decode<ledger::block_summary>(**last);
  }

  void not_installed() {
    install();
    BOOST_TEST(!stored().has_value());
    BOOST_TEST(load_state_records(*states)->empty());
    BOOST_TEST(load_stable_checkpoint(*log).sequence.value == 0U);
    BOOST_TEST(!is_staged());
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(staged_snapshot, fixture)

BOOST_AUTO_TEST_CASE(a_whole_one_takes_the_place_of_the_state) {
  const bytes gone(32, 7); // a record that the new state does not have
  const auto old = put(table::state, gone, {1, 2, 3});
  states->commit(std::span{&old, 1});
  stage(offer(), state.records());
  install();
  BOOST_TEST((stored() == state.last()));
  BOOST_TEST((*load_state_records(*states) == state.records()));
  BOOST_TEST((load_stable_checkpoint(*log) == checkpoint_of_state()));
  BOOST_TEST((load_snapshot_certificate(*log) == checkpoint_of_state()));
  BOOST_TEST(!is_staged());
  install(); // there is nothing more to do
  BOOST_TEST((stored() == state.last()));
}

BOOST_AUTO_TEST_CASE(half_a_one_waits_for_the_rest) {
  auto next = lane_cursors{};
  next[3] = all_lanes()[3];
  stage(offer(), state.records(), next);
  install();
  BOOST_TEST(!stored().has_value());
  BOOST_REQUIRE(is_staged());
  BOOST_TEST((area()->progress() == state_transfer::snapshot_progress{offer(), next}));
  area()->discard();
  BOOST_TEST(!area()->progress().has_value());
  BOOST_TEST(area()->records().empty());
}

BOOST_AUTO_TEST_CASE(a_damaged_one_is_removed) {
  auto records = state.records();
  records[2].second.back() ^= 1;
  stage(offer(), std::move(records));
  not_installed();
}

BOOST_AUTO_TEST_CASE(a_record_too_few_is_noticed) {
  auto records = state.records();
  records.erase(records.begin() + 1);
  stage(offer(), std::move(records));
  not_installed();
}

BOOST_AUTO_TEST_CASE(one_without_a_quorum_is_removed) {
  stage({state.last(), checkpoint_of_state(2)}, state.records());
  not_installed();
}

BOOST_AUTO_TEST_CASE(one_of_an_unknown_epoch_is_removed) {
  stage({state.last(), checkpoint_of_state(3, {2})}, state.records());
  not_installed();
}

BOOST_AUTO_TEST_CASE(a_higher_own_state_is_never_overwritten) {
  const auto older = offer();
  const auto older_records = state.records();
  run_to(interval + 1);
  const auto last = put(table::meta, last_summary_key(), encode(state.last()));
  states->commit(std::span{&last, 1});
  stage(older, older_records);
  install();
  BOOST_TEST((stored() == state.last()));
  BOOST_TEST(load_state_records(*states)->empty());
  BOOST_TEST(!is_staged());
}

BOOST_AUTO_TEST_CASE(blocks_above_the_stored_state_count_as_own) {
  std::vector<record> blocks;
  for (std::uint64_t height = 1; height <= interval; ++height)
    blocks.push_back(put(table::blocks, key_of(sequence_number{height}), {1}));
  log->commit(std::span<const record>{blocks});
  stage(offer(), state.records());
  install();
  BOOST_TEST(!stored().has_value());
  BOOST_TEST(!is_staged());
}

BOOST_AUTO_TEST_CASE(a_later_stable_checkpoint_stays) {
  stage(offer(), state.records());
  run_to(2 * interval);
  std::vector<record> later;
  append_records(later, checkpoint_of_state());
  log->commit(std::span<const record>{later});
  install();
  BOOST_TEST(stored()->height.value == interval);
  BOOST_TEST((load_stable_checkpoint(*log) == checkpoint_of_state()));
}

// The end of an epoch: the same certificate proves the next one, to this node and to clients.
BOOST_AUTO_TEST_CASE(the_last_checkpoint_of_an_epoch_tells_the_next) {
  BOOST_REQUIRE(run(alice, approved(adding(4, "new"), {{0, &admin}})) == 0);
  const auto after = state.members().pending->after;
  run_to(after.value);
  stage(offer(), state.records());
  BOOST_TEST(!load_epoch_end(*log, genesis_epoch).has_value());
  install();
  BOOST_TEST((stored() == state.last()));
  BOOST_TEST((load_epoch_end(*log, genesis_epoch) == checkpoint_of_state()));
  const auto trusted = load_trusted_epochs(*log, genesis);
  BOOST_REQUIRE(trusted.newest().value == 2U);
  BOOST_TEST(trusted.find({2})->is_member({4}));
  BOOST_TEST(load_epoch_proofs(*log, {2}).size() == 1U);

  // The old voters' keys are worth nothing for what came after them.
  BOOST_TEST(check_offer(trusted, offer()).has_value());
  run_to(after.value + interval);
  const auto late = check_offer(trusted, offer());
  BOOST_REQUIRE(!late.has_value());
  BOOST_TEST(name(late.error()) == name(errc::bad_certificate));
  BOOST_TEST(check_offer(ledger::trusted_epochs{genesis}, offer()).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(snapshots_to_serve, fixture)

BOOST_AUTO_TEST_CASE(one_is_made_of_state_and_certificate_in_any_order) {
  snapshot_book first, second;
  BOOST_TEST(!first.put(checkpoint_of_state()).has_value());
  BOOST_TEST((first.put(state.last(), state.records()) == state.height()));
  BOOST_TEST(!second.put(state.last(), state.records()).has_value());
  BOOST_TEST((second.put(checkpoint_of_state()) == state.height()));
  BOOST_TEST((first.shelf().answer(state_transfer::find_snapshot{{0}}) == offer()));
  BOOST_TEST(!first.shelf().answer(state_transfer::find_snapshot{state.height()}).has_value());
}

BOOST_AUTO_TEST_CASE(a_state_that_moved_on_is_not_served) {
  const auto summary = state.last();
  const auto signed_then = checkpoint_of_state();
  run_to(interval + 1);
  snapshot_book book;
  BOOST_TEST(!book.put(signed_then).has_value());
  BOOST_TEST(!book.put(summary, state.records()).has_value());
  BOOST_TEST(!book.shelf().answer(state_transfer::find_snapshot{{0}}).has_value());
}

BOOST_AUTO_TEST_CASE(a_certificate_of_another_state_is_not_served) {
  auto other = checkpoint_of_state();
  other.state = sha256(as_bytes("another"));
  snapshot_book book;
  BOOST_TEST(!book.put(std::move(other)).has_value());
  BOOST_TEST(!book.put(state.last(), state.records()).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
