// Uniform Resources as they are scanned, a line each; and what the input is, in parts and mixtures.
#include "core/offline/bytewords.hpp"
#include "core/offline/ur.hpp"
#include "tests/fuzz/harness.hpp"

using namespace quorate;
using namespace quorate::offline;

namespace {

void check_scans(std::string_view text) {
  ur_decoder decoder;
  for (std::size_t from = 0; from < text.size();) {
    const auto to = std::min(text.find('\n', from), text.size());
    const auto known = decoder.known();
    if (!decoder.add(text.substr(from, to - from))) QUORATE_CHECK(decoder.known() == known);
    QUORATE_CHECK(decoder.known() <= decoder.count());
    from = to + 1;
  }
  const auto message = decoder.take();
  QUORATE_CHECK(decoder.complete() || !message);
  if (!message) return;
  fuzz::accepted();
  const auto again = encode_ur(*message);
  QUORATE_CHECK(again.has_value());
  ur_decoder second;
  QUORATE_CHECK(second.add(*again));
  QUORATE_CHECK(second.take().value() == *message);
}

// A message that is cut up is put together again, whichever parts are seen.
void check_parts(fuzz::source from) {
  const std::size_t most = 10 + from.u8() % 30;
  const auto first = from.u8();
  const auto step = 1 + from.u8() % 3;
  const auto content = from.rest();
  const auto parts = ur_encoder::make({"bytes", {content.begin(), content.end()}}, most);
  if (!parts) return QUORATE_CHECK(content.empty() || content.size() / most + 1 > fragments_max);
  if (parts->count() > 12) return; // the rest is only slower
  ur_decoder decoder;
  for (std::uint32_t n = 1 + first; !decoder.complete(); n += static_cast<std::uint32_t>(step)) {
    QUORATE_CHECK(n < 10'000);
    QUORATE_CHECK(decoder.add(parts->part(n)));
  }
  QUORATE_CHECK(fuzz::equal(decoder.take().value().cbor, content));
}

} // namespace

void fuzz::run(byte_view input) {
  check_scans(as_text(input));
  check_parts(source{input});
}
