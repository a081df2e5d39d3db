// Seeded runs: a safety phase in which everything may fail, then peace, in which everything must
// be delivered within bounded virtual time.
//
//   QUORATE_SEED=n   runs this seed alone
//   QUORATE_RUNS=k   runs k seeds a test
#include "tests/sim/cluster.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>

using namespace quorate;
using sim::cluster;

namespace {

std::uint64_t number_from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// What befalls the cluster in one slice of time.
void misfortune(cluster& c, std::uint64_t operations_max) {
  auto& random = c.random();
  const std::size_t n = c.options().n;
  const std::size_t victim = random() % n;
  switch (random() % 8) {
  case 0:
  case 1:
    if (c.at(victim).is_up()) c.crash(victim);
    break;
  case 2:
  case 3:
  case 4:
    for (std::size_t place = 0; place < n; ++place)
      c.restart(place);
    break;
  case 5: {
    std::vector<std::vector<std::size_t>> groups(2);
    for (std::size_t place = 0; place < n; ++place)
      groups[random() % 2].push_back(place);
    c.net().partition(groups);
    break;
  }
  case 6:
    c.net().set_rules(victim, random() % n, {.delay_ms_min = 50, .delay_ms_max = 900});
    break;
  case 7:
    c.net().heal();
    break;
  }
  c.submit(random() % operations_max);
  c.run_for(50 + random() % 800);
}

struct storm {
  std::size_t n;
  std::size_t slices;
  std::uint64_t operations_max;       // a slice
  std::uint64_t operations_per_batch; // one: many sequence numbers, and so checkpoints
};

void run(const storm& s, std::uint64_t seed) {
  const auto n = s.n;
  BOOST_TEST_CONTEXT("n=" << n << "; replay with QUORATE_SEED=" << seed) {
    cluster c({.n = n,
               .seed = seed,
               .links = {.delay_ms_max = 40, .loss_percent = 5, .duplicate_percent = 5},
               .operations_per_batch = s.operations_per_batch});
    try {
      for (std::size_t i = 0; i < s.slices; ++i)
        misfortune(c, s.operations_max);
      c.net().heal();
      c.net().set_rules({});
      for (std::size_t place = 0; place < n; ++place)
        c.restart(place);
      c.submit(20);
      // Bounded by the longest back-off that a timer can have, and a round of views.
      BOOST_TEST_REQUIRE(c.settles(200'000));
      BOOST_TEST_REQUIRE(c.run_until([&c] { return c.all_equal(); }, 20'000));
      // And after the storm it is as fast as ever.
      c.submit(20);
      BOOST_TEST_REQUIRE(c.settles(5'000));
    } catch (const sim::safety_violation& e) {
      BOOST_FAIL("seed " << seed << ": " << e.what());
    }
  }
}

void runs(const storm& s, std::uint64_t count) {
  if (const auto seed = number_from_environment("QUORATE_SEED", 0)) return run(s, seed);
  count = number_from_environment("QUORATE_RUNS", count);
  for (std::uint64_t seed = 1; seed <= count; ++seed)
    run(s, seed);
}

} // namespace

BOOST_AUTO_TEST_SUITE(randomised)

BOOST_AUTO_TEST_CASE(four_replicas_through_a_storm) {
  runs({.n = 4, .slices = 25, .operations_max = 12, .operations_per_batch = 2}, 6);
}
BOOST_AUTO_TEST_CASE(seven_replicas_through_a_storm) {
  runs({.n = 7, .slices = 20, .operations_max = 12, .operations_per_batch = 2}, 2);
}
BOOST_AUTO_TEST_CASE(four_replicas_through_a_storm_over_checkpoints) {
  runs({.n = 4, .slices = 25, .operations_max = 80, .operations_per_batch = 1}, 2);
}

BOOST_AUTO_TEST_SUITE_END()
