// Receipts, and their verification by a client that trusts genesis alone.
#include "core/protocol/client.hpp"
#include "tests/fuzz/canonical.hpp"
#include "tests/unit/ledger_fixture.hpp"

using namespace quorate;

namespace {

const testing::ledger_fixture fixture;
const ledger::trusted_epochs trusted{fixture.genesis};

// A group that holds gives a receipt for each result, and each of these holds on its own.
void check(const protocol::receipt_group& group) {
  const auto results = protocol::verify(group, trusted);
  if (!results) return;
  for (const auto& result : *results) {
    const auto receipt = protocol::receipt_of(group, result.id);
    QUORATE_CHECK(receipt.has_value());
    QUORATE_CHECK(ledger::verify(*receipt, result.id, trusted));
  }
}

} // namespace

void fuzz::run(byte_view input) {
  if (const auto group = canonical<protocol::receipt_group>(input)) check(*group);
  if (const auto push = canonical<protocol::receipt_push>(input))
    for (const auto& group : push->groups)
      check(group);
  if (const auto receipt = canonical<ledger::receipt>(input))
    (void)ledger::verify(*receipt, receipt->result.id, trusted);
  if (const auto proof = canonical<ledger::account_proof>(input))
    (void)ledger::verify(*proof, fixture.alice.key(), trusted);
  if (const auto proof = canonical<ledger::epoch_proof>(input)) {
    auto extended = trusted;
    (void)extended.extend(*proof);
  }
  (void)canonical<ledger::block_summary>(input);
  (void)canonical<merkle_path>(input);
}
