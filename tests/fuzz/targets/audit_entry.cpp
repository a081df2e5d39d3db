// Entries, heads and proofs of the audit log, and the events in the life of keys.
#include "core/audit/entry.hpp"
#include "core/audit/merkle_log.hpp"
#include "core/audit/proof.hpp"
#include "core/wallet/key_life_cycle.hpp"
#include "tests/fuzz/canonical.hpp"

using namespace quorate;

namespace {

void check_event(const wallet::key_event& event) {
  QUORATE_CHECK(event.order.reason.size() <= wallet::key_reason_bytes_max);
  wallet::key_life_cycle life;
  const auto before = event.order.key;
  wallet::key_order first;
  first.key = before;
  QUORATE_CHECK(life.apply(first).has_value());
  if (!life.replay(event)) QUORATE_CHECK(life.events() == 1);
}

} // namespace

void fuzz::run(byte_view input) {
  if (const auto entry = canonical<audit::entry>(input)) {
    QUORATE_CHECK(entry->note.size() <= audit::note_bytes_max);
    QUORATE_CHECK(!audit::describe(*entry).empty());
  }
  (void)canonical<audit::log_head>(input);
  if (const auto proof = canonical<audit::proof>(input)) (void)audit::verify(*proof);
  if (const auto event = canonical<wallet::key_event>(input)) check_event(*event);
}
