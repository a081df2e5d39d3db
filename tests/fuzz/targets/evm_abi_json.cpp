// The JSON of a contract's ABI, a byte 0, the JSON of arguments, a byte 0, and the data of a call.
#include "core/chain/evm/contract.hpp"
#include "tests/fuzz/harness.hpp"

using namespace quorate;
using namespace quorate::evm::abi;

void fuzz::run(byte_view input) {
  source from{input};
  const auto made = contract::from_json(as_text(from.until(0)));
  const auto arguments = as_text(from.until(0));
  const auto data = from.rest();
  if (!made) return;
  QUORATE_CHECK(made->size() <= functions_max);
  if (made->size() > 0) accepted();
  if (const auto* named = made->find("f")) {
    QUORATE_CHECK(made->find(named->selector()) == named);
    // Arguments in JSON become a call that is read as the same function again.
    if (const auto call = encode_call_json(*named, arguments)) {
      const auto read = decode_call(*made, *call);
      QUORATE_CHECK(read && read->callee == named);
      QUORATE_CHECK(encode_call(*named, read->arguments).value() == *call);
    }
  }
  if (const auto read = decode_call(*made, data))
    QUORATE_CHECK(equal(encode_call(*read->callee, read->arguments).value(), data));
}
