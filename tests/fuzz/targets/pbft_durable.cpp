// What a replica finds on its disk at the start.
#include "core/pbft/durable.hpp"
#include "core/state_transfer/snapshot_progress.hpp"
#include "tests/fuzz/canonical.hpp"

using namespace quorate;

void fuzz::run(byte_view input) {
  (void)canonical<pbft::slot_record>(input);
  (void)canonical<pbft::view_record>(input);
  (void)canonical<pbft::block_record>(input);
  (void)canonical<lease::promise>(input);
  (void)canonical<state_transfer::snapshot_progress>(input);
}
