#include "core/chain/cosmos/protobuf.hpp"

#include "core/codec/utf8.hpp"

namespace quorate::chain::cosmos {

namespace {

constexpr std::uint8_t wire_varint = 0;
constexpr std::uint8_t wire_delimited = 2;

} // namespace

void proto_writer::tag(std::uint32_t field, std::uint8_t wire_type) {
  QUORATE_CHECK(field >= last_field_ && field > 0);
  last_field_ = field;
  varint(std::uint64_t{field} << 3 | wire_type);
}

void proto_writer::varint(std::uint64_t v) {
  for (; v > 0x7f; v >>= 7)
    out_.push_back(static_cast<std::uint8_t>(v | 0x80));
  out_.push_back(static_cast<std::uint8_t>(v));
}

void proto_writer::number(std::uint32_t field, std::uint64_t v) {
  if (v == 0) return;
  tag(field, wire_varint);
  varint(v);
}

void proto_writer::text(std::uint32_t field, std::string_view v) { blob(field, as_bytes(v)); }

void proto_writer::blob(std::uint32_t field, byte_view v) {
  if (!v.empty()) element(field, v);
}

void proto_writer::element(std::uint32_t field, byte_view v) {
  tag(field, wire_delimited);
  varint(v.size());
  out_.insert(out_.end(), v.begin(), v.end());
}

std::uint64_t proto_reader::varint() {
  std::uint64_t v = 0;
  for (std::size_t i = 0;; ++i) {
    if (i == in_.size()) return fail(errc::truncated), 0;
    const std::uint64_t seven = in_[i] & 0x7f;
    // The tenth byte has room for the one bit that is left of 64.
    if (i == 9 && in_[i] > 1) return fail(errc::proto_not_canonical), 0;
    v |= seven << (7 * i);
    if ((in_[i] & 0x80) != 0) continue;
    if (seven == 0 && i > 0) return fail(errc::proto_not_canonical), 0;
    in_ = in_.subspan(i + 1);
    return v;
  }
}

void proto_reader::look_ahead() {
  if (!ok() || tag_ || in_.empty()) return;
  const std::uint64_t tag = varint();
  if (ok()) tag_ = tag;
}

// Looks at the next field. One that stands before the one asked for was passed over or is out of
// order; which of the two, finish() tells.
bool proto_reader::next_is(std::uint32_t field, std::uint8_t wire_type) {
  QUORATE_CHECK(field >= last_field_);
  last_field_ = field;
  look_ahead();
  if (!ok() || !tag_ || *tag_ >> 3 != field) return false;
  if ((*tag_ & 7) != wire_type) return fail(errc::proto_not_canonical), false;
  tag_.reset();
  return true;
}

byte_view proto_reader::delimited(std::size_t most) {
  const std::uint64_t size = varint();
  if (ok() && size > most) fail(errc::over_limit);
  if (ok() && size > in_.size()) fail(errc::truncated);
  if (!ok()) return {};
  const auto result = in_.first(static_cast<std::size_t>(size));
  in_ = in_.subspan(result.size());
  return result;
}

std::uint64_t proto_reader::number(std::uint32_t field, std::uint64_t most) {
  if (!next_is(field, wire_varint)) return 0;
  const std::uint64_t v = varint();
  if (ok() && v == 0) fail(errc::proto_not_canonical);
  if (ok() && v > most) fail(errc::over_limit);
  return ok() ? v : 0;
}

std::string proto_reader::text(std::uint32_t field, std::size_t most) {
  const auto raw = blob(field, most);
  std::string result{reinterpret_cast<const char*>(raw.data()), raw.size()};
  if (!is_utf8(result)) fail(errc::bad_utf8);
  return result;
}

byte_view proto_reader::blob(std::uint32_t field, std::size_t most) {
  if (!next_is(field, wire_delimited)) return {};
  const auto raw = delimited(most);
  if (ok() && raw.empty()) fail(errc::proto_not_canonical);
  return raw;
}

std::optional<byte_view> proto_reader::element(std::uint32_t field, std::size_t most) {
  if (!next_is(field, wire_delimited)) return std::nullopt;
  const auto raw = delimited(most);
  return ok() ? std::optional{raw} : std::nullopt;
}

outcome proto_reader::finish() {
  look_ahead();
  if (ok() && tag_)
    fail(*tag_ >> 3 <= last_field_ ? errc::proto_not_canonical : errc::proto_unknown_field);
  if (error_) return *error_;
  return {};
}

} // namespace quorate::chain::cosmos
