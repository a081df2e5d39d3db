#include "core/offline/hid.hpp"

#include "core/codec/reader.hpp"
#include "core/codec/writer.hpp"

#include <algorithm>

namespace quorate::offline {

namespace {

constexpr std::uint8_t tag_apdu = 5;

} // namespace

expected<std::vector<hid_report>> to_reports(byte_view message, std::uint16_t channel) {
  if (message.empty()) return errc::apdu_malformed;
  if (message.size() > hid_message_bytes_max) return errc::over_limit;
  std::vector<hid_report> reports;
  for (std::uint16_t sequence = 0; !message.empty(); ++sequence) {
    writer w{hid_report_bytes};
    w.u16(channel);
    w.u8(tag_apdu);
    w.u16(sequence);
    if (sequence == 0) w.u16(static_cast<std::uint16_t>(message.size()));
    const auto part = message.first(std::min(hid_report_bytes - w.size(), message.size()));
    w.raw(part);
    message = message.subspan(part.size());
    hid_report report{};
    std::copy(w.view().begin(), w.view().end(), report.begin());
    reports.push_back(report);
  }
  return reports;
}

expected<std::optional<bytes>> hid_assembler::add(const hid_report& report) {
  auto result = take(report);
  if (!result || *result) {
    sequence_ = 0;
    so_far_.clear();
  }
  return result;
}

expected<std::optional<bytes>> hid_assembler::take(const hid_report& report) {
  reader r{report};
  const bool expected_here = r.u16() == channel_ && r.u8() == tag_apdu && r.u16() == sequence_;
  if (!expected_here) return errc::hid_bad_report;
  if (sequence_ == 0) {
    size_ = r.u16();
    if (size_ == 0) return errc::hid_bad_report;
    if (size_ > hid_message_bytes_max) return errc::over_limit;
  }
  ++sequence_;
  // What fills the last report up is not looked at: devices leave there what was there before.
  const auto part = r.raw(std::min(r.left(), size_ - so_far_.size()));
  so_far_.insert(so_far_.end(), part.begin(), part.end());
  if (so_far_.size() < size_) return std::optional<bytes>{};
  return std::optional{so_far_};
}

expected<apdu_answer> transact(hid_transport& transport, const apdu_command& command) {
  QUORATE_ASSIGN(const auto message, encode(command));
  QUORATE_ASSIGN(const auto reports, to_reports(message));
  for (const auto& report : reports)
    QUORATE_TRY(transport.write(report));
  hid_assembler assembler;
  for (;;) {
    // Ends: the assembler takes at most as many reports as the longest message has.
    QUORATE_ASSIGN(const auto report, transport.read());
    QUORATE_ASSIGN(const auto answer, assembler.add(report));
    if (answer) return decode_answer_apdu(*answer);
  }
}

expected<apdu_answer> transact(hid_transport& transport,
                               const std::vector<apdu_command>& commands) {
  QUORATE_CHECK(!commands.empty());
  apdu_answer last;
  for (const auto& command : commands) {
    QUORATE_ASSIGN(last, transact(transport, command));
    if (!last.is(apdu_status::ok)) break;
  }
  return last;
}

} // namespace quorate::offline
