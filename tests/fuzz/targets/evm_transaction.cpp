// Transactions of the EVM, signed and not, of each type.
#include "core/chain/evm/contract.hpp"
#include "core/chain/evm/explain.hpp"
#include "tests/fuzz/harness.hpp"

using namespace quorate;
using namespace quorate::evm;

namespace {

constexpr std::array<std::uint64_t, 2> chains{1, 1337};

const abi::contract& token() {
  static const auto made = abi::contract::from_json(
      R"([{"type":"function","name":"transfer","inputs":[{"name":"to","type":"address"},)"
      R"({"name":"amount","type":"uint256"}],"outputs":[{"name":"","type":"bool"}]},)"
      R"({"type":"function","name":"note","inputs":[{"name":"text","type":"string"}],)"
      R"("outputs":[]}])");
  return made.value();
}

void check_content(const transaction& tx, std::uint64_t chain) {
  QUORATE_CHECK(check(tx, chain));
  QUORATE_CHECK(!check(tx, chain + 1));
  QUORATE_CHECK(cost_max(tx).has_value());
  QUORATE_CHECK(tx.data.size() <= transaction_bytes_max);
  for (const auto* callee : {&token(), static_cast<const abi::contract*>(nullptr)}) {
    const auto shown = explain(tx, {"a chain", callee});
    QUORATE_CHECK(shown.signing_digest() == signing_digest(tx));
    for (const auto c : shown.text())
      QUORATE_CHECK(c == '\n' || (c >= 0x20 && c < 0x7f));
  }
}

} // namespace

void fuzz::run(byte_view input) {
  for (const auto chain : chains) {
    if (const auto tx = decode_unsigned(input, chain)) {
      accepted();
      QUORATE_CHECK(equal(signing_payload(*tx), input));
      check_content(*tx, chain);
    }
    if (const auto tx = decode_signed(input, chain)) {
      accepted();
      QUORATE_CHECK(equal(encode(*tx), input));
      check_content(tx->content, chain);
      (void)sender(*tx);
      const auto payload = signing_payload(tx->content);
      const auto bare = decode_unsigned(payload, chain);
      QUORATE_CHECK(bare && *bare == tx->content);
    }
  }
}
