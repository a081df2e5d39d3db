// The bodies that consensus orders.
#include "core/base/limits.hpp"
#include "core/ledger/batch.hpp"
#include "core/ledger/operation.hpp"
#include "tests/fuzz/canonical.hpp"

using namespace quorate;

void fuzz::run(byte_view input) {
  const auto batch = ledger::read_batch(input);
  if (!batch) return;
  QUORATE_CHECK(batch->operations.size() <= limits::batch_operations_max);
  for (const auto& operation : batch->operations) {
    QUORATE_CHECK(operation.size() <= limits::operation_bytes_max);
    (void)canonical<ledger::signed_operation>(operation);
  }
  if (input.empty()) return; // the null request
  accepted();
  QUORATE_CHECK(equal(ledger::write_batch(batch->time, batch->operations), input));
}
