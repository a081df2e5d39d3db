// Base58Check: as text, and of the payload that the input is.
#include "core/chain/base58.hpp"
#include "tests/fuzz/harness.hpp"

using namespace quorate;
using namespace quorate::chain;

void fuzz::run(byte_view input) {
  if (const auto payload = decode_base58check(as_text(input))) {
    accepted();
    QUORATE_CHECK(payload->size() <= base58_payload_max);
    QUORATE_CHECK(encode_base58check(*payload) == as_text(input));
  }
  if (input.size() > base58_payload_max) return;
  auto text = encode_base58check(input);
  const auto back = decode_base58check(text);
  QUORATE_CHECK(back && equal(*back, input));
  // One changed character goes unnoticed once in 2^32: not here.
  auto& changed = text[input.empty() ? 0 : input[0] % text.size()];
  changed = changed == '2' ? '3' : '2';
  QUORATE_CHECK(!decode_base58check(text));
}
