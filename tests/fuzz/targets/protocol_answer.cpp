// What a node answers to a client: it may be a node that lies.
#include "core/ledger/membership.hpp"
#include "core/protocol/client.hpp"
#include "tests/fuzz/canonical.hpp"

using namespace quorate;

void fuzz::run(byte_view input) {
  (void)canonical<protocol::submit_reply>(input);
  if (const auto reply = canonical<protocol::query_reply>(input)) {
    (void)canonical<protocol::node_status>(reply->answer);
    (void)canonical<protocol::account_answer>(reply->answer);
  }
  if (const auto status = canonical<protocol::node_status>(input)) {
    QUORATE_CHECK(status->mode_why.size() <= protocol::why_max);
    QUORATE_CHECK(status->peers.size() <= limits::replicas_max);
  }
  (void)canonical<protocol::evidence_answer>(input);
  if (const auto proofs = canonical<protocol::epoch_proofs>(input))
    QUORATE_CHECK(proofs->proofs.size() <= ledger::epoch_proofs_max);
  (void)canonical<protocol::registry_answer>(input);
  (void)canonical<protocol::account_answer>(input);
  (void)canonical<ledger::membership>(input);
}
