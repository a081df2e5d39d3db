// APDUs, and the USB reports that they travel in.
#include "core/offline/apdu.hpp"
#include "core/offline/hid.hpp"
#include "tests/fuzz/harness.hpp"

using namespace quorate;
using namespace quorate::offline;

namespace {

void check_reports(fuzz::source from) {
  hid_assembler assembler;
  while (!from.empty()) {
    hid_report report{};
    const auto raw = from.raw(report.size());
    std::copy(raw.begin(), raw.end(), report.begin());
    const auto message = assembler.add(report);
    if (!message || !*message) continue;
    fuzz::accepted();
    QUORATE_CHECK(!(**message).empty() && (**message).size() <= hid_message_bytes_max);
    QUORATE_CHECK(to_reports(**message).has_value());
  }
}

void check_message(byte_view input) {
  const auto reports = to_reports(input);
  QUORATE_CHECK(reports.has_value() == (!input.empty() && input.size() <= hid_message_bytes_max));
  if (!reports) return;
  hid_assembler assembler;
  for (std::size_t i = 0; i < reports->size(); ++i) {
    const auto message = assembler.add((*reports)[i]);
    QUORATE_CHECK(message && message->has_value() == (i + 1 == reports->size()));
    if (*message) QUORATE_CHECK(fuzz::equal(**message, input));
  }
}

} // namespace

void fuzz::run(byte_view input) {
  check_reports(source{input});
  check_message(input);
  if (const auto command = decode_command(input)) {
    accepted();
    QUORATE_CHECK(equal(encode(*command).value(), input));
  }
  if (const auto answer = decode_answer_apdu(input)) {
    QUORATE_CHECK(equal(encode(*answer), input));
    QUORATE_CHECK(answer->data.size() <= apdu_answer_bytes_max);
  }
}
