// What a device makes of the transaction of a request that has the right form, as each kind of
// payload that it could be: it shows a text and signs, or says why not. The request is of the key
// that is known here.
#include "core/crypto/hash.hpp"
#include "core/offline/request.hpp"
#include "core/offline/signing.hpp"
#include "tests/fuzz/harness.hpp"

using namespace quorate;
using namespace quorate::offline;

namespace {

void run_as(payload what, std::uint64_t network, byte_view input) {
  static const ec_secret_key secret{sha256(as_bytes("seed")).data};
  static const auto key = ec_public_key::of(secret)->compressed();
  request asked;
  asked.counter = 1;
  asked.what = what;
  asked.network = network;
  asked.key = key;
  asked.transaction = {input.begin(), input.end()};
  const auto text = text_of(asked);
  const auto result = sign(asked, secret, {});
  QUORATE_CHECK(text.has_value() == result.has_value());
  if (!text) return;
  // Any bytes are a message, so that proves nothing.
  if (what != payload::evm_message) fuzz::accepted();
  for (const auto c : *text)
    QUORATE_CHECK(c == '\n' || (c >= 0x20 && c < 0x7f));
  const auto whole = complete(asked, *result);
  QUORATE_CHECK(whole && !whole->empty());
  if (what == payload::psbt) QUORATE_CHECK(bitcoin::psbt::decode(*whole)->encode() == *whole);
  if (what == payload::evm_transaction) {
    const auto sent = evm::decode_signed(*whole, network);
    QUORATE_CHECK(sent &&
                  evm::sender(*sent).value() == evm::address_of(*ec_public_key::of(secret)));
    QUORATE_CHECK(fuzz::equal(evm::signing_payload(sent->content), input));
  }
  auto other = *result;
  other.value[0] ^= 1;
  QUORATE_CHECK(!offline::verify(asked, other));
}

} // namespace

void fuzz::run(byte_view input) {
  run_as(payload::cosmos, 0, input);
  run_as(payload::psbt, chain::number_of(bitcoin::network::mainnet), input);
  run_as(payload::evm_message, 0, input);
  run_as(payload::evm_typed_data, 0, input);
  if (const auto chain_id = evm::stated_chain(input))
    run_as(payload::evm_transaction, *chain_id, input);
}
