// The parts of Cosmos transactions: messages, keys, coins, signatures of a multisig, addresses.
#include "core/chain/cosmos/amino_json.hpp"
#include "core/chain/cosmos/explain.hpp"
#include "core/chain/cosmos/message.hpp"
#include "core/chain/cosmos/transaction.hpp"
#include "core/codec/utf8.hpp"
#include "tests/fuzz/harness.hpp"

#include <nlohmann/json.hpp>

using namespace quorate;
using namespace quorate::chain::cosmos;

namespace {

/// What was read is written as the same bytes.
template <class Value, class Encode>
void same(const expected<Value>& value, byte_view input, const Encode& encode) {
  if (!value) return;
  fuzz::accepted();
  QUORATE_CHECK(fuzz::equal(encode(*value), input));
}

void check_texts(std::string_view text) {
  if (!is_utf8(text)) return;
  const auto shown = quoted_for_screen(text);
  for (const auto c : shown)
    QUORATE_CHECK(c >= 0x20 && c < 0x7f);
  if (const auto json = go_json_string(text))
    QUORATE_CHECK(nlohmann::json::parse(*json) == std::string{text});
}

} // namespace

void fuzz::run(byte_view input) {
  const auto message = decode_message(input);
  same(message, input, encode_message);
  if (message) {
    QUORATE_CHECK(!signers_of(*message).empty());
    if (const auto json = amino_json(*message))
      QUORATE_CHECK(nlohmann::json::parse(*json, nullptr, false).is_object());
  }
  same(decode_any(input), input, [](const any& v) { return encode_any(v.type_url, v.value); });
  same(decode_coin(input), input, encode_coin);
  const auto key = decode_public_key(input);
  same(key, input, encode_public_key);
  if (key) QUORATE_CHECK(address_of("cosmos", account_of(*key)).has_value());
  same(decode_bits(input), input, encode_bits);
  same(decode_multisignature(input), input, encode_multisignature);
  same(decode_body(input), input, encode_body);
  same(decode_auth_info(input), input, encode_auth_info);
  if (const auto raw = bytes_of_address(as_text(input)))
    QUORATE_CHECK(raw->size() == 20 || raw->size() == 32);
  check_texts(as_text(input));
}
