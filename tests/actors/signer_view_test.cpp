// What a node says of its signer, over time.
#include "actors/signer/signer_view.hpp"

#include <boost/test/unit_test.hpp>

using namespace quorate;

namespace {

constexpr monotonic_ms start{1'000'000};

signer::answer status(std::uint64_t entries) {
  signer::status_answer said;
  said.log.size = entries;
  return said;
}

} // namespace

BOOST_AUTO_TEST_SUITE(signer_seen)

BOOST_AUTO_TEST_CASE(before_it_ever_answered) {
  signer_view view{start};
  auto line = view.describe(start.plus(300));
  BOOST_TEST((!line.reachable && line.failure == 0 && line.silent_ms == 300 && !line.said));
  view.failed(errc::unreachable);
  line = view.describe(start.plus(400));
  BOOST_TEST((line.failure == static_cast<std::uint16_t>(errc::unreachable)));
  BOOST_TEST((line.silent_ms == 400U && !line.said));
}

BOOST_AUTO_TEST_CASE(its_last_status_stays_when_it_is_gone) {
  signer_view view{start};
  view.heard(status(7), start.plus(10));
  BOOST_TEST(view.describe(start.plus(20)).reachable);
  view.failed(errc::timed_out);
  auto line = view.describe(start.plus(1'010));
  BOOST_TEST((!line.reachable && line.silent_ms == 1'000U));
  BOOST_REQUIRE(line.said);
  BOOST_TEST(line.said->log.size == 7U);
  view.heard(status(8), start.plus(2'000));
  line = view.describe(start.plus(2'000));
  BOOST_TEST((line.reachable && line.failure == 0 && line.said->log.size == 8U));
}

// A question that hangs has not failed yet, and the signer is silent all the same.
BOOST_AUTO_TEST_CASE(silence_needs_no_failure) {
  signer_view view{start};
  view.heard(status(1), start);
  BOOST_TEST(view.describe(start.plus(signer_silent_after_ms - 1)).reachable);
  BOOST_TEST(!view.describe(start.plus(signer_silent_after_ms)).reachable);
  // Any answer is a sign of life; only a status replaces a status.
  view.heard(signer::refused_answer{errc::busy}, start.plus(signer_silent_after_ms));
  const auto line = view.describe(start.plus(signer_silent_after_ms));
  BOOST_TEST((line.reachable && line.said->log.size == 1U));
}

BOOST_AUTO_TEST_SUITE_END()
