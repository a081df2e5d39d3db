// What a node goes on with after a crash at the end of an epoch: a change of membership was
// decided, and the last checkpoint may be stable without it being stored that the epoch ended.
#include "actors/fatal.hpp"
#include "actors/ledger/ledger_actor.hpp"
#include "actors/node/recovery.hpp"
#include "actors/replica/records.hpp"
#include "core/pbft/replica.hpp"
#include "storage_support.hpp"
#include "tests/unit/ledger_fixture.hpp"

using namespace quorate;
using namespace quorate::test;
using namespace quorate::testing;

namespace {

constexpr configuration_epoch second_epoch{2};

// The state as of the change is flushed; the null batches above it are replayed from their blocks.
struct fixture : ledger_fixture {
  scratch_directory scratch;
  config::node_config config;
  signing_key key = key_of_replica(0);
  node_id self = pbft::id_of(key.key());

  fixture() {
    config.data_directory = scratch.path();
    config.map_size_mib = 1;
    BOOST_REQUIRE(run(alice, approved(adding(4, "new"), {{0, &admin}})) == 0);
    std::vector<record> flushed{put(table::meta, last_summary_key(), encode(state.last()))};
    for (const auto& [name, value] : state.records())
      flushed.push_back(put(table::state, {name.data.begin(), name.data.end()}, value));
    store_options options;
    options.tables = {table::state};
    keep("state", flushed, options);
    keep("log", {voter_record(true)});
  }

  sequence_number end_of_epoch() const { return state.members().pending->after; }

  void keep(const char* place, const std::vector<record>& records,
            const store_options& options = {}) const {
    const auto store = must_open(scratch.path() / place, options);
    BOOST_REQUIRE(store->bind_identity(authoriser.cluster().view(), self.view()));
    store->commit(std::span<const record>{records});
  }

  void deliver_to(sequence_number height) {
    std::vector<record> blocks;
    while (state.height() < height) {
      const auto next = state.height().next();
      append_records(blocks, pbft::block_record{{{{}, next, pbft::null_digest()}, {}}},
                     pbft::null_body());
      (void)state.apply({next, pbft::null_digest(), {}, {}});
    }
    keep("log", blocks);
  }

  pbft::checkpoint_certificate end_epoch_without_storing_the_end() {
    deliver_to(end_of_epoch());
    std::vector<record> stable;
    append_records(stable, checkpoint_of_state());
    keep("log", stable);
    return checkpoint_of_state();
  }

  recovered restart() const {
    return recover(config, genesis, authoriser, self, scratch.path() / "first-start");
  }

  // In a process of its own: damage ends it.
  int exit_code_of_restart() const {
    return in_child([this] {
             (void)restart();
             return 0;
           })
        .exit_status;
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(recovery_at_the_end_of_an_epoch, fixture)

BOOST_AUTO_TEST_CASE(an_epoch_whose_end_was_not_stored_is_gone_on_in_and_ended_again) {
  const auto last = end_epoch_without_storing_the_end();
  BOOST_REQUIRE(exit_code_of_restart() == 0);
  const auto found = restart();
  BOOST_TEST((found.ledger.height() == last.sequence));
  BOOST_TEST((found.configuration.epoch() == genesis_epoch));
  BOOST_TEST((found.replica.stable == last));
  BOOST_TEST((found.replica.epoch_end == last.sequence));

  const auto place = found.configuration.find(key.key());
  BOOST_REQUIRE(place.has_value());
  pbft::replica replica(found.configuration, *place, key, {}, found.replica);
  std::vector<pbft::checkpoint_certificate> ended;
  for (const auto& each : replica.start({}))
    if (const auto* end = std::get_if<pbft::effect::epoch_ended>(&each))
      ended.push_back(end->certificate);
  BOOST_REQUIRE(ended.size() == 1U);
  BOOST_TEST((ended.front() == last));
}

BOOST_AUTO_TEST_CASE(the_next_epoch_begins_when_the_end_is_stored) {
  const auto last = end_epoch_without_storing_the_end();
  keep("log", {epoch_end_record(last)});
  const auto found = restart();
  BOOST_TEST((found.configuration.epoch() == second_epoch));
  BOOST_TEST((found.configuration.start() == pbft::epoch_start{last.sequence, last.state}));
  BOOST_TEST(!found.replica.epoch_end.has_value());
}

BOOST_AUTO_TEST_CASE(an_epoch_goes_on_until_its_last_checkpoint_is_stable) {
  deliver_to(end_of_epoch());
  const auto found = restart();
  BOOST_TEST((found.configuration.epoch() == genesis_epoch));
  BOOST_TEST((found.replica.epoch_end == end_of_epoch()));
}

// What the epoch ordered is nothing to go on in without the proof of how it began.
BOOST_AUTO_TEST_CASE(an_end_that_is_gone_in_the_next_epoch_is_damage) {
  const auto last = end_epoch_without_storing_the_end();
  deliver_to(last.sequence.next());
  BOOST_TEST(exit_code_of_restart() == static_cast<int>(exit_code::storage_corrupt));
  keep("log", {epoch_end_record(last)});
  BOOST_TEST(exit_code_of_restart() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
