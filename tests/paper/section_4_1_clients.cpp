// Castro & Liskov, OSDI '99, section 4.1: the client. Requests reach the primary and the backups;
// what a client sees is the ledger's business, so only the hand-over of batches is tested here.
#include "tests/sim/lone_replica.hpp"

#include <boost/test/unit_test.hpp>

using namespace quorate;
using namespace quorate::pbft;
using namespace quorate::sim;

BOOST_AUTO_TEST_SUITE(section_4_1)

BOOST_AUTO_TEST_CASE(only_the_primary_asks_for_batches) {
  BOOST_TEST(all_of<effect::want_batch>(lone_replica(0).started).size() == 1U);
  BOOST_TEST(all_of<effect::want_batch>(lone_replica(1).started).empty());
}

BOOST_AUTO_TEST_CASE(a_batch_that_comes_too_late_goes_back) {
  lone_replica backup(1);
  BOOST_TEST(all_of<effect::refuse_batch>(backup.step(input::batch_ready{batch_at(1)})).size() ==
             1U);
}

BOOST_AUTO_TEST_CASE(batches_under_way_are_bounded_by_the_pipeline) {
  lone_replica primary(0, 4, {}, {.pipeline_depth = 3});
  for (std::uint64_t i = 1; i <= 2; ++i) {
    const auto wanted = all_of<effect::want_batch>(primary.step(input::batch_ready{batch_at(i)}));
    BOOST_REQUIRE(wanted.size() == 1U);
    BOOST_TEST(wanted[0].in_flight == i);
  }
  BOOST_TEST(all_of<effect::want_batch>(primary.step(input::batch_ready{batch_at(3)})).empty());
  const auto refused = all_of<effect::refuse_batch>(primary.step(input::batch_ready{batch_at(4)}));
  BOOST_REQUIRE(refused.size() == 1U);
  BOOST_TEST((*refused[0].body == *batch_at(4)));
}

BOOST_AUTO_TEST_CASE(a_primary_stops_at_the_high_watermark) {
  lone_replica primary(0);
  primary.catch_up(1, limits::watermark_window); // and nobody votes for its checkpoints
  BOOST_TEST(all_of<effect::refuse_batch>(primary.step(input::batch_ready{batch_at(1)})).size() ==
             1U);
}

BOOST_AUTO_TEST_SUITE_END()
