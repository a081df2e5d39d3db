// Nothing fails: the cluster orders what clients give it.
#include "tests/sim/cluster.hpp"

#include <boost/test/unit_test.hpp>

using namespace quorate;
using sim::cluster;

BOOST_AUTO_TEST_SUITE(happy_path)

BOOST_AUTO_TEST_CASE(every_replica_executes_every_operation) {
  for (std::size_t n : {4U, 7U, 10U}) {
    cluster c({.n = n});
    c.submit(100);
    BOOST_TEST(c.settles(5000));
    c.run_for(100);
    BOOST_TEST(c.all_equal());
    for (std::size_t place = 0; place < n; ++place) {
      BOOST_TEST(c.at(place).describe().view_changes == 0U);
      BOOST_TEST(c.at(place).evidence.empty());
      BOOST_TEST(c.at(place).refused.empty());
    }
  }
}

BOOST_AUTO_TEST_CASE(checkpoints_become_stable_and_slots_are_dropped) {
  cluster c({.operations_per_batch = 1});
  c.submit(3 * limits::checkpoint_interval + 10);
  BOOST_TEST(c.settles(20000));
  c.run_for(1000);
  for (std::size_t place = 0; place < 4; ++place) {
    BOOST_TEST(c.at(place).describe().stable.value == 3 * limits::checkpoint_interval);
    BOOST_TEST(c.at(place).describe().slots == 10U);
    BOOST_TEST(c.at(place).describe().bodies == 0U);
  }
}

BOOST_AUTO_TEST_CASE(the_same_seed_gives_the_same_run) {
  const auto run = [](std::uint64_t seed) {
    cluster c({.seed = seed, .links = {.loss_percent = 5}});
    c.submit(60);
    BOOST_TEST(c.settles(20000));
    return std::pair{c.now_ms(), c.at(0).state().state()};
  };
  BOOST_TEST((run(7) == run(7)));
  BOOST_TEST((run(7) != run(8)));
}

BOOST_AUTO_TEST_SUITE_END()
