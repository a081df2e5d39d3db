// EIP-712's typed data: what was parsed is hashed and shown without a crash, and shown in ASCII.
#include "core/chain/evm/typed_data.hpp"
#include "tests/fuzz/harness.hpp"

using namespace quorate;
using namespace quorate::evm;

void fuzz::run(byte_view input) {
  const auto data = typed_data::parse(as_text(input));
  if (!data) return;
  accepted();
  QUORATE_CHECK(input.size() <= typed_data_bytes_max);
  QUORATE_CHECK(data->encoded_message().size() % 32 == 0);
  QUORATE_CHECK(data->explain().signing_digest() == data->signing_digest());
  for (const auto c : data->explain().text())
    QUORATE_CHECK(c == '\n' || (c >= 0x20 && c < 0x7f));
  QUORATE_CHECK(!(data->check_chain(1) && data->check_chain(2)));
}
