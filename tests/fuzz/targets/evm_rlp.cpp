// RLP: every item that is canonical all through is written again as the same bytes.
#include "core/chain/evm/rlp.hpp"
#include "tests/fuzz/harness.hpp"

using namespace quorate;
using namespace quorate::evm;

namespace {

// @pre the items are canonical.
void copy(rlp::reader from, rlp::writer& to) {
  while (!from.at_end()) {
    const auto item = from.next().value();
    if (item.is_list) {
      to.list([&item](rlp::writer& inner) { copy(rlp::reader{item.payload}, inner); });
    } else {
      to.string(item.payload);
    }
  }
}

void check_numbers(byte_view in) {
  auto as_number = rlp::reader{in};
  if (const auto number = as_number.integer(); number && as_number.at_end()) {
    rlp::writer w;
    w.integer(*number);
    QUORATE_CHECK(fuzz::equal(w.view(), in));
  }
  auto as_u64 = rlp::reader{in};
  if (const auto number = as_u64.u64()) {
    auto again = rlp::reader{in};
    QUORATE_CHECK(again.integer().value() == uint256{*number});
  }
}

} // namespace

void fuzz::run(byte_view input) {
  check_numbers(input);
  if (!rlp::check(input)) return;
  accepted();
  rlp::writer again;
  copy(rlp::reader{input}, again);
  QUORATE_CHECK(equal(again.view(), input));
}
