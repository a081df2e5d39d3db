// What members tell each other several times a second.
#include "core/base/limits.hpp"
#include "core/lease/heartbeat.hpp"
#include "tests/fuzz/canonical.hpp"

using namespace quorate;

void fuzz::run(byte_view input) {
  if (const auto heartbeat = canonical<lease::heartbeat>(input))
    QUORATE_CHECK(heartbeat->heard.size() <= limits::replicas_max);
  (void)canonical<lease::heartbeat_ack>(input);
}
