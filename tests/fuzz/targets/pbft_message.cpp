// What replicas say to each other.
#include "core/pbft/message.hpp"
#include "tests/fuzz/canonical.hpp"

using namespace quorate;

void fuzz::run(byte_view input) {
  if (const auto message = canonical<pbft::message>(input))
    QUORATE_CHECK(!pbft::kind_of(*message).empty());
}
