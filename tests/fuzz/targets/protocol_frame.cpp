// Frames between nodes: any number of items of every kind.
#include "core/protocol/peer.hpp"
#include "tests/fuzz/harness.hpp"

using namespace quorate;

void fuzz::run(byte_view input) {
  const auto items = protocol::decode_frame(input);
  if (!items) return;
  QUORATE_CHECK(items->size() <= protocol::frame_items_max);
  if (items->empty()) return;
  accepted();
  bytes again;
  for (const auto& item : *items) {
    const auto one = protocol::encode_item(item);
    again.insert(again.end(), one.begin(), one.end());
    if (const auto* forwarded = std::get_if<protocol::forwarded_operations>(&item)) {
      const std::vector<byte_view> views{forwarded->operations.begin(),
                                         forwarded->operations.end()};
      QUORATE_CHECK(protocol::encode_forwarded(views) == one);
    }
  }
  QUORATE_CHECK(equal(again, input));
}
