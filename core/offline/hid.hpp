// How APDUs travel over USB: in HID reports of 64 bytes, as Ledger devices take them. A report is
// channel u16, tag u8 (5: APDU), sequence u16, data; the first one's data begin with the length of
// all u16, and the last one is filled up with zeros.
#pragma once

#include "core/offline/apdu.hpp"

#include <optional>

namespace quorate::offline {

inline constexpr std::size_t hid_report_bytes = 64;
/// Ledger's libraries use this one; devices answer on the channel that they were asked on.
inline constexpr std::uint16_t hid_channel_default = 0x0101;
/// The longest message: a command with 255 bytes of data, or an answer with 256 and its status.
inline constexpr std::size_t hid_message_bytes_max = 5 + apdu_data_bytes_max;
static_assert(hid_message_bytes_max >= apdu_answer_bytes_max + 2, "answers fit as well");

using hid_report = std::array<std::uint8_t, hid_report_bytes>;

/// The reports of one message. Errors: over_limit above hid_message_bytes_max; apdu_malformed for
/// an empty one.
expected<std::vector<hid_report>> to_reports(byte_view message,
                                             std::uint16_t channel = hid_channel_default);

/// Puts one message together again.
class hid_assembler {
public:
  explicit hid_assembler(std::uint16_t channel = hid_channel_default) : channel_(channel) {}

  /// The message, when this report completes it; none while more have to come.
  /// Errors: hid_bad_report for another channel, tag or sequence number, or an empty message;
  ///   over_limit. After one, or after a message, the next report begins another one.
  expected<std::optional<bytes>> add(const hid_report& report);

private:
  expected<std::optional<bytes>> take(const hid_report& report);

  std::uint16_t channel_;
  std::uint16_t sequence_ = 0; ///< of the next report
  std::size_t size_ = 0;       ///< of the whole message
  bytes so_far_;
};

/// What reports travel over: hidapi, or a device that is simulated.
class hid_transport {
public:
  virtual ~hid_transport() = default;
  virtual outcome write(const hid_report& report) = 0;
  /// Waits for the next report. Errors: timed_out; unreachable.
  virtual expected<hid_report> read() = 0;
};

/// Sends a command and waits for its answer.
/// Errors: as the transport, to_reports, hid_assembler and decode_answer_apdu.
expected<apdu_answer> transact(hid_transport& transport, const apdu_command& command);

/// Sends one command after the other for as long as the device says ok; the last answer, or the
/// first that says anything else. @pre commands is not empty
expected<apdu_answer> transact(hid_transport& transport, const std::vector<apdu_command>& commands);

} // namespace quorate::offline
