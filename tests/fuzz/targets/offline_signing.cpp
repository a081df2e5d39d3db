// What a device makes of the payload of a request that has the right form: it shows a text and
// signs, or says why not. The request is of the key that is known here.
#include "core/crypto/hash.hpp"
#include "core/offline/request.hpp"
#include "core/offline/signing.hpp"
#include "tests/fuzz/harness.hpp"

using namespace quorate;
using namespace quorate::offline;

void fuzz::run(byte_view input) {
  static const ec_secret_key secret{sha256(as_bytes("seed")).data};
  static const auto key = ec_public_key::of(secret)->compressed();
  request asked;
  asked.counter = 1;
  asked.what = payload::cosmos;
  asked.key = key;
  asked.transaction = {input.begin(), input.end()};
  const auto text = text_of(asked);
  const auto result = sign(asked, secret);
  QUORATE_CHECK(text.has_value() == result.has_value());
  if (!text) return;
  accepted();
  for (const auto c : *text)
    QUORATE_CHECK(c == '\n' || (c >= 0x20 && c < 0x7f));
  QUORATE_CHECK(offline::verify(asked, *result));
  auto other = *result;
  other.value[0] ^= 1;
  QUORATE_CHECK(!offline::verify(asked, other));
}
