// Proofs that a replica is faulty, as clients and operators get them.
#include "core/pbft/evidence.hpp"
#include "tests/fuzz/canonical.hpp"
#include "tests/sim/identities.hpp"

using namespace quorate;

namespace {

const sim::identities who{4};

} // namespace

void fuzz::run(byte_view input) {
  (void)canonical<pbft::evidence_id>(input);
  const auto evidence = canonical<pbft::evidence>(input);
  if (!evidence) return;
  QUORATE_CHECK(!pbft::describe(*evidence).empty());
  QUORATE_CHECK(!pbft::name(evidence->what).empty());
  QUORATE_CHECK(evidence->id().culprit == evidence->culprit);
  // What two equal statements prove is nothing.
  if (pbft::check(*evidence, who.config)) QUORATE_CHECK(!(evidence->first == evidence->second));
}
