// Proposals and approvals as files bring them to other machines: what is shown there is printable,
// and nothing is shown of an order that states anything else than its transaction does.
#include "core/approval/approval.hpp"
#include "core/signer/signer_core.hpp"
#include "tests/fuzz/canonical.hpp"

using namespace quorate;
using approval::proposal;

namespace {

void check_words(const approval::reviewed& seen) {
  QUORATE_CHECK(seen.statement() == approval::statement_of(seen.what()));
  for (const auto c : seen.text())
    QUORATE_CHECK(c == '\n' || (c >= 0x20 && c < 0x7f));
}

/// The proposal with the key and the payments that its transaction has: it is shown; with other
/// payments it is not.
void check_honest(proposal from) {
  auto* order = std::get_if<ledger::signing_order>(&from.operation.body);
  if (order == nullptr) return;
  const auto key = ec_public_key::parse(from.reading->key);
  if (!key) return;
  auto of = signer::read_transaction(order->transaction, from.reading->where, *key);
  if (!of) return;
  order->key = signer::name_of(*key);
  order->payments = of->payments;
  const auto seen = approval::review(from);
  QUORATE_CHECK(seen.has_value() && seen->digests().size() == of->wanted.size());
  check_words(*seen);
  for (const auto& one : of->payments)
    QUORATE_CHECK(seen->text().find(one.destination) != std::string::npos);
  order->payments.push_back({"elsewhere", amount{1}});
  QUORATE_CHECK(approval::review(from).error() == errc::amount_mismatch);
}

} // namespace

void fuzz::run(byte_view input) {
  if (const auto given = canonical<approval::approval>(input))
    QUORATE_CHECK(input.size() == approval::approval_bytes);
  const auto what = canonical<proposal>(input);
  if (!what) return;
  QUORATE_CHECK(input.size() <= approval::proposal_bytes_max);
  if (const auto seen = approval::review(*what)) check_words(*seen);
  check_honest(*what);
}
