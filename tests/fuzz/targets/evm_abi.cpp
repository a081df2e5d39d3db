// Values of the contract ABI: the name of a type, a byte 0, and data that claim to be of this type.
#include "core/chain/evm/abi_codec.hpp"
#include "core/chain/evm/abi_text.hpp"
#include "core/chain/evm/contract.hpp"
#include "tests/fuzz/harness.hpp"

using namespace quorate;
using namespace quorate::evm::abi;

void fuzz::run(byte_view input) {
  source from{input};
  const auto name = as_text(from.until(0));
  (void)parse_function(name);
  const auto type = parse_type(name);
  if (!type) return;
  // The canonical name is the one name of the type.
  const auto canonical = canonical_name(*type);
  const auto again = parse_type(canonical);
  QUORATE_CHECK(again && *again == *type && canonical_name(*again) == canonical);
  QUORATE_CHECK(depth(*type) <= type_depth_max && head_size(*type) <= head_bytes_max);

  const auto data = from.rest();
  const auto value = decode(*type, data);
  if (!value) return;
  accepted();
  const auto encoded = encode(*type, *value);
  QUORATE_CHECK(encoded && equal(*encoded, data));
  for (const auto c : to_text(*type, *value))
    QUORATE_CHECK(c >= 0x20 && c < 0x7f);
}
