// Requests and answers of the offline channel, and what both sides keep on disk.
#include "core/offline/device.hpp"
#include "core/offline/request.hpp"
#include "tests/fuzz/harness.hpp"

using namespace quorate;
using namespace quorate::offline;

namespace {

template <class T, class Decode>
std::optional<T> same(byte_view input, const Decode& decode) {
  auto value = decode(input);
  if (!value) return std::nullopt;
  fuzz::accepted();
  QUORATE_CHECK(fuzz::equal(encode(*value), input));
  return std::move(*value);
}

} // namespace

void fuzz::run(byte_view input) {
  if (const auto r = same<request>(input, decode_request)) {
    QUORATE_CHECK(r->counter > 0 && r->transaction.size() <= transaction_bytes_max);
    // A device that answered the one before answers this one, once.
    const device_state before{r->device, r->counter - 1, 0, {}};
    QUORATE_CHECK(in_turn(before, *r));
    const auto given = answer_request(before, *r, 1, refused_result{errc::offline_expired});
    QUORATE_CHECK(!in_turn(given.next, *r));
    QUORATE_CHECK(decode_answer(encode(given.what)).value() == given.what);
    QUORATE_CHECK(decode_device_state(encode(given.next)).value() == given.next);
    const host_state host{r->device, r->counter, *r};
    QUORATE_CHECK(decode_host_state(encode(host)).value() == host);
    QUORATE_CHECK(take_answer(host, given.what).has_value());
  }
  (void)same<answer>(input, decode_answer);
  (void)same<device_state>(input, decode_device_state);
  (void)same<host_state>(input, decode_host_state);
}
