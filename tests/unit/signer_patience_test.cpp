// How long a signer listens to one node.
#include "core/signer/patience.hpp"
#include "core/signer/signer_core.hpp"

#include <boost/test/unit_test.hpp>

using namespace quorate;

BOOST_AUTO_TEST_SUITE(patience_of_the_signer)

// One node cannot fill the log with requests that prove nothing, and is heard again in time.
BOOST_AUTO_TEST_CASE(ends_and_returns) {
  signer::patience with;
  std::uint64_t now = 1'000'000;
  const auto lie = [&] {
    BOOST_TEST(with.takes({now}));
    with.settle(true);
  };
  for (std::uint64_t i = 0; i < signer::patience::questions_max; ++i)
    lie();
  BOOST_TEST(!with.takes({now}));
  BOOST_TEST(!with.takes({now += 999}));
  now += 1;
  lie();
  BOOST_TEST(!with.takes({now += 999}));
  now += 1;
  lie();
  now += 10'000'000;
  for (std::uint64_t i = 0; i < signer::patience::questions_max; ++i)
    lie();
  BOOST_TEST(!with.takes({now})); // what was forgiven is not saved up
}

// Before it is known what they are, so many lies pass and no more; true questions cost nothing.
BOOST_AUTO_TEST_CASE(counts_what_is_under_way) {
  signer::patience with;
  const monotonic_ms now{1'000'000};
  for (std::uint64_t round = 0; round < 3; ++round) {
    for (std::uint64_t i = 0; i < signer::patience::questions_max; ++i)
      BOOST_TEST(with.takes(now));
    BOOST_TEST(!with.takes(now));
    for (std::uint64_t i = 0; i < signer::patience::questions_max; ++i)
      with.settle(false);
  }
  BOOST_TEST(signer::jobs_max >= 4 * signer::patience::questions_max);
}

BOOST_AUTO_TEST_SUITE_END()
