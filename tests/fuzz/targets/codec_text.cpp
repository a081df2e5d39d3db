// UTF-8, hexadecimal, Base64 and amounts: each against a second reading, or back to its text.
#include "core/base/amount.hpp"
#include "core/codec/base64.hpp"
#include "core/codec/utf8.hpp"
#include "core/registry/registration.hpp"
#include "tests/fuzz/harness.hpp"

#include <utf8proc.h>

using namespace quorate;

namespace {

void check_utf8(byte_view in) {
  bool theirs = true;
  for (auto left = in; !left.empty();) {
    utf8proc_int32_t point = -1;
    const auto n =
        utf8proc_iterate(left.data(), static_cast<utf8proc_ssize_t>(left.size()), &point);
    const auto size = n < 1 ? std::size_t{0} : static_cast<std::size_t>(n);
    QUORATE_CHECK(utf8_character_bytes(fuzz::as_text(left)) == size);
    if (size == 0) {
      theirs = false;
      break;
    }
    left = left.subspan(size);
  }
  QUORATE_CHECK(is_utf8(fuzz::as_text(in)) == theirs);
}

} // namespace

void fuzz::run(byte_view input) {
  const auto text = as_text(input);
  check_utf8(input);
  if (const auto raw = from_hex(text)) {
    QUORATE_CHECK(to_hex(*raw) == text);
    if (!raw->empty()) accepted();
  }
  if (const auto raw = from_base64(text)) QUORATE_CHECK(to_base64(*raw) == text);
  QUORATE_CHECK(equal(from_base64(to_base64(input)).value(), input));
  if (const auto digits = parse_amount(text)) {
    QUORATE_CHECK(to_string(*digits) == text);
    accepted();
  }
}
