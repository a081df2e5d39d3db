// Parts of a message, one behind the other, each with its length in a byte before it.
#include "core/offline/fountain.hpp"
#include "tests/fuzz/harness.hpp"

using namespace quorate;
using namespace quorate::offline;

void fuzz::run(byte_view input) {
  fountain_decoder decoder;
  for (source from{input}; !from.empty();) {
    const auto raw = from.blob();
    const auto part = decode_fountain_part(raw);
    if (!part) continue;
    accepted();
    QUORATE_CHECK(equal(encode(*part), raw));
    const auto known = decoder.known();
    if (!decoder.add(*part)) QUORATE_CHECK(decoder.known() == known);
    QUORATE_CHECK(decoder.known() <= decoder.count() && decoder.count() <= fragments_max);
  }
  if (const auto message = decoder.message()) QUORATE_CHECK(message->size() <= message_bytes_max);
}
