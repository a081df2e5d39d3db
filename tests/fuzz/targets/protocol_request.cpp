// What clients and nodes ask, and how they introduce themselves.
#include "core/protocol/client.hpp"
#include "core/protocol/peer.hpp"
#include "tests/fuzz/canonical.hpp"

using namespace quorate;

void fuzz::run(byte_view input) {
  (void)canonical<protocol::client_hello>(input);
  (void)canonical<protocol::server_hello>(input);
  (void)canonical<protocol::peer_hello>(input);
  (void)canonical<protocol::query>(input);
  (void)canonical<protocol::read_index_request>(input);
  (void)canonical<protocol::read_index_answer>(input);
  if (const auto submit = canonical<protocol::submit_request>(input)) {
    QUORATE_CHECK(!submit->operations.empty());
    QUORATE_CHECK(submit->operations.size() <= protocol::bundle_operations_max);
  }
}
