// The file that defines a cluster. What is valid is the start of a ledger.
#include "core/ledger/ledger_state.hpp"
#include "core/ledger/trust.hpp"
#include "tests/fuzz/canonical.hpp"

using namespace quorate;

void fuzz::run(byte_view input) {
  const auto genesis = canonical<ledger::genesis>(input);
  if (!genesis || !ledger::validate(*genesis)) return;
  const ledger::ledger_state state{*genesis};
  const ledger::authoriser authoriser{*genesis};
  const ledger::trusted_epochs trusted{*genesis};
  QUORATE_CHECK(trusted.newest() == genesis_epoch);
  QUORATE_CHECK(authoriser.cluster() == ledger::id_of(*genesis));
  for (const auto& balance : genesis->balances)
    QUORATE_CHECK(state.find(balance.account) != nullptr);
}
