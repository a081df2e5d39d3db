// Operations as clients send them.
#include "tests/fuzz/canonical.hpp"
#include "tests/unit/ledger_fixture.hpp"

using namespace quorate;

namespace {

const testing::ledger_fixture fixture;

} // namespace

void fuzz::run(byte_view input) {
  (void)canonical<ledger::operation>(input);
  const auto op = canonical<ledger::signed_operation>(input);
  const auto certified = fixture.authoriser.accept_certified({input.begin(), input.end()});
  const auto checked = fixture.authoriser.check({input.begin(), input.end()});
  if (checked) QUORATE_CHECK(certified.has_value());
  if (!op) {
    QUORATE_CHECK(!certified && !checked);
    return;
  }
  QUORATE_CHECK(input.size() <= limits::operation_bytes_max);
  QUORATE_CHECK(ledger::leg_count(op->op) >= 1 &&
                ledger::leg_count(op->op) <= limits::transfer_legs_max);
  if (!certified) return;
  QUORATE_CHECK(equal(certified->encoded(), input));
  QUORATE_CHECK(certified->signed_op() == *op);
  if (!ledger::is_unsigned(*op)) {
    const auto id = ledger::id_of(fixture.authoriser.cluster(), op->op);
    QUORATE_CHECK(certified->id() == id);
    QUORATE_CHECK(ledger::id_of_encoded(fixture.authoriser.cluster(), input) == id);
  }
}
