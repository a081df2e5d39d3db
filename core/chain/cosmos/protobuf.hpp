// Protocol Buffers' wire format, in the one form that Cosmos lets a transaction have (ADR-027):
// fields ascending, defaults left out, shortest varints, no unknown field.
//
// A message's writer and reader name the same fields in the same ascending order. As in
// core/codec/reader.hpp the first error sticks, and finish() tells it.
#pragma once

#include "core/base/bytes.hpp"

#include <optional>

namespace quorate::chain::cosmos {

/// Writes the fields of one message. Fields must be given in ascending order; giving them otherwise
/// is our bug and aborts.
class proto_writer {
public:
  /// Nothing for 0.
  void number(std::uint32_t field, std::uint64_t v);
  /// Nothing for an empty string.
  void text(std::uint32_t field, std::string_view v);
  /// Nothing for empty bytes.
  void blob(std::uint32_t field, byte_view v);
  /// A submessage, or an element of a repeated field: there even when it is empty.
  void element(std::uint32_t field, byte_view v);

  bytes take() && noexcept { return std::move(out_); }

private:
  void tag(std::uint32_t field, std::uint8_t wire_type);
  void varint(std::uint64_t v);

  bytes out_;
  std::uint32_t last_field_ = 0;
};

/// Reads the fields of one message, asked for in ascending order.
/// Errors of every call: truncated; over_limit; proto_not_canonical for a field out of order, a
///   default that is written out, a varint that is longer than it needs to be or does not fit, or
///   another wire type than the field has.
class proto_reader {
public:
  explicit proto_reader(byte_view in) noexcept : in_(in) {}

  /// 0 when the field is not there. Errors: over_limit above `most`.
  std::uint64_t number(std::uint32_t field, std::uint64_t most = ~std::uint64_t{0});
  /// Empty when the field is not there. Errors: bad_utf8.
  std::string text(std::uint32_t field, std::size_t most);
  /// A view into the input, empty when the field is not there.
  byte_view blob(std::uint32_t field, std::size_t most);
  /// A submessage, or the next element of a repeated field; none when there is no more.
  std::optional<byte_view> element(std::uint32_t field, std::size_t most);

  void fail(errc e) noexcept {
    if (!error_) error_ = e;
  }
  bool ok() const noexcept { return !error_; }

  /// Errors: the first one met; proto_unknown_field for one that was not asked for.
  outcome finish();

private:
  std::uint64_t varint();
  void look_ahead();
  bool next_is(std::uint32_t field, std::uint8_t wire_type);
  byte_view delimited(std::size_t most);

  byte_view in_;
  std::uint32_t last_field_ = 0;
  std::optional<std::uint64_t> tag_; ///< of the next field, when it was looked at already
  std::optional<errc> error_;
};

} // namespace quorate::chain::cosmos
