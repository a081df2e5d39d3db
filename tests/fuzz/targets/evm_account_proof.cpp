// The answer of eth_getProof, verified against a root that the input gives before it (32 bytes).
#include "core/chain/evm/account_proof.hpp"
#include "tests/fuzz/harness.hpp"

using namespace quorate;
using namespace quorate::evm;

void fuzz::run(byte_view input) {
  source from{input};
  const auto root = from.fixed<digest>();
  const auto proof = parse_account_proof(as_text(from.rest()));
  if (!proof) return;
  QUORATE_CHECK(proof->slots.size() <= proven_slots_max);
  if (!verify(root, *proof)) return;
  accepted();
  // What holds under one root holds under no other.
  auto other = root;
  other.data[0] ^= 1;
  QUORATE_CHECK(!verify(other, *proof));
  const auto proven = prove_account(root, proof->account, proof->nodes);
  QUORATE_CHECK(proven.has_value());
  if (*proven) QUORATE_CHECK(**proven == proof->state);
}
