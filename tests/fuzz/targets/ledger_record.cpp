// Records of the state, as they lie on the disk and travel in snapshots.
#include "core/ledger/membership.hpp"
#include "tests/fuzz/canonical.hpp"
#include "tests/unit/ledger_fixture.hpp"

using namespace quorate;

namespace {

const testing::ledger_fixture fixture;

} // namespace

// Also: a list of records, each a key, a length of two bytes and so many bytes, that claims to be a
// state.
void fuzz::run(byte_view input) {
  if (const auto account = canonical<ledger::account>(input))
    QUORATE_CHECK(input.size() <= limits::state_record_bytes_max);
  (void)canonical<ledger::membership>(input);

  std::vector<std::pair<digest, bytes>> records;
  for (source from{input}; !from.empty();) {
    const auto key = from.fixed<digest>();
    const auto value = from.raw(from.u16());
    records.emplace_back(key, bytes{value.begin(), value.end()});
  }
  // Nothing but the state that the root stands for is restored.
  const auto restored =
      ledger::ledger_state::restore(fixture.genesis, fixture.state.last(), records);
  if (restored) QUORATE_CHECK(restored->records().size() == fixture.state.records().size());
}
