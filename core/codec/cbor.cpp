#include "core/codec/cbor.hpp"

#include "core/base/planted.hpp"
#include "core/codec/utf8.hpp"

#include <algorithm>

namespace quorate::cbor {

namespace {

// Major types, in the upper three bits of the first byte (RFC 8949 section 3.1).
enum : std::uint8_t {
  major_unsigned = 0,
  major_negative = 1,
  major_bytes = 2,
  major_text = 3,
  major_array = 4,
  major_map = 5,
  major_tag = 6,
  major_simple = 7,
};

constexpr std::uint8_t simple_false = 20;
constexpr std::uint8_t simple_true = 21;
constexpr std::uint8_t simple_null = 22;

// The most entries a writer's map may announce, so that twice the number cannot overflow.
constexpr std::uint64_t map_entries_max = std::uint64_t{1} << 32;

std::string_view as_text(byte_view v) {
  return {reinterpret_cast<const char*>(v.data()), v.size()};
}

std::optional<kind> kind_of(std::uint8_t first) {
  const std::uint8_t information = first & 0x1f;
  switch (first >> 5) {
  case major_unsigned:
    return kind::unsigned_integer;
  case major_negative:
    return kind::negative_integer;
  case major_bytes:
    return kind::byte_string;
  case major_text:
    return kind::text_string;
  case major_array:
    return kind::array;
  case major_map:
    return kind::map;
  case major_simple:
    if (information == simple_false || information == simple_true) return kind::boolean;
    if (information == simple_null) return kind::null;
    return std::nullopt;
  case major_tag:
    return std::nullopt;
  }
  return std::nullopt;
}

} // namespace

// --- nesting ---------------------------------------------------------------------------------

namespace detail {

outcome nesting::item(byte_view encoded_key) {
  close_full();
  if (depth_ == 0) {
    if (started_) return errc::trailing_bytes;
    started_ = true;
    return {};
  }
  frame& top = frames_[depth_ - 1];
  if (top.is_map && top.left % 2 == 0) {
    if (encoded_key.empty()) return errc::cbor_key_kind;
    const byte_view last = byte_view{top.key}.first(top.key_size);
    // Bytewise lexicographic order of the encodings, which a repeated key breaks as well.
    if (!last.empty() && !std::lexicographical_compare(last.begin(), last.end(),
                                                       encoded_key.begin(), encoded_key.end()))
      return errc::cbor_key_order;
    QUORATE_CHECK(encoded_key.size() <= top.key.size());
    std::copy(encoded_key.begin(), encoded_key.end(), top.key.begin());
    top.key_size = encoded_key.size();
  }
  --top.left;
  return {};
}

outcome nesting::open(std::uint64_t items, bool is_map) {
  if (depth_ == depth_max) return errc::cbor_too_deep;
  frames_[depth_++] = {items, is_map, 0, {}};
  return {};
}

bool nesting::complete() const noexcept {
  return started_ && std::all_of(frames_.begin(), frames_.begin() + depth_,
                                 [](const frame& f) { return f.left == 0; });
}

// Not before the next item: a container that ends with another one is full, yet around that one,
// for as long as it lasts, and counts for the depth.
void nesting::close_full() noexcept {
  while (depth_ > 0 && frames_[depth_ - 1].left == 0)
    --depth_;
}

} // namespace detail

// --- writer ----------------------------------------------------------------------------------

void writer::head(std::uint8_t major, std::uint64_t argument) {
  const std::size_t start = out_.size();
  const auto first = [this, major](std::uint8_t information) {
    out_.push_back(static_cast<std::uint8_t>(major << 5 | information));
  };
  const auto big_endian = [this, argument](int size) {
    for (int shift = (size - 1) * 8; shift >= 0; shift -= 8)
      out_.push_back(static_cast<std::uint8_t>(argument >> shift));
  };
  if (argument < 24) {
    first(static_cast<std::uint8_t>(argument));
  } else if (argument <= 0xff) {
    first(24), big_endian(1);
  } else if (argument <= 0xffff) {
    first(25), big_endian(2);
  } else if (argument <= 0xffffffff) {
    first(26), big_endian(4);
  } else {
    first(27), big_endian(8);
  }
  const bool integer = major == major_unsigned || major == major_negative;
  QUORATE_CHECK(nesting_.item(integer ? byte_view{out_}.subspan(start) : byte_view{}));
}

void writer::unsigned_integer(std::uint64_t v) { head(major_unsigned, v); }

void writer::negative_integer(std::uint64_t n) { head(major_negative, n); }

void writer::byte_string(byte_view v) {
  head(major_bytes, v.size());
  payload(v);
}

void writer::text(std::string_view v) {
  QUORATE_CHECK(is_utf8(v));
  head(major_text, v.size());
  payload(as_bytes(v));
}

void writer::boolean(bool v) { head(major_simple, v ? simple_true : simple_false); }

void writer::null() { head(major_simple, simple_null); }

void writer::array(std::uint64_t n) {
  head(major_array, n);
  QUORATE_CHECK(nesting_.open(n, false));
}

void writer::map(std::uint64_t n) {
  QUORATE_CHECK(n <= map_entries_max);
  head(major_map, n);
  QUORATE_CHECK(nesting_.open(2 * n, true));
}

bytes writer::take() && {
  QUORATE_CHECK(nesting_.complete());
  return std::move(out_);
}

// --- reader ----------------------------------------------------------------------------------

std::optional<kind> reader::peek() {
  if (ok() && in_.empty()) fail(errc::truncated);
  if (!ok()) return std::nullopt;
  const auto what = kind_of(in_[0]);
  if (!what) fail(errc::cbor_outside_profile);
  return what;
}

reader::item_head reader::head() {
  const auto what = peek();
  if (!what) return {};
  const std::uint8_t information = in_[0] & 0x1f;
  std::size_t extra = 0;
  std::uint64_t argument = information;
  if (information >= 24) {
    // 28 to 30 are reserved, 31 is an indefinite length: a second encoding, as an overlong head.
    if (information > 27) return fail(errc::cbor_not_shortest), item_head{};
    extra = std::size_t{1} << (information - 24);
    if (in_.size() < 1 + extra) return fail(errc::truncated), item_head{};
    argument = 0;
    for (std::size_t i = 1; i <= extra; ++i)
      argument = argument << 8 | in_[i];
    const std::uint64_t least = extra == 1 ? 24 : std::uint64_t{1} << (extra * 4);
    if (argument < least && !planted(decoder_fault::cbor_any_length))
      return fail(errc::cbor_not_shortest), item_head{};
  }
  const bool integer = *what == kind::unsigned_integer || *what == kind::negative_integer;
  if (const auto counted = nesting_.item(integer ? in_.first(1 + extra) : byte_view{}); !counted)
    return fail(counted.error()), item_head{};
  in_ = in_.subspan(1 + extra);
  return {*what, argument};
}

std::uint64_t reader::argument_of(kind what) {
  const auto found = peek();
  if (found && *found != what) fail(errc::cbor_wrong_kind);
  return ok() ? head().argument : 0;
}

std::uint64_t reader::unsigned_integer() { return argument_of(kind::unsigned_integer); }

std::uint64_t reader::negative_integer() { return argument_of(kind::negative_integer); }

bool reader::boolean() { return argument_of(kind::boolean) == simple_true; }

void reader::null() { argument_of(kind::null); }

byte_view reader::string(kind what, std::size_t most) {
  const std::uint64_t size = argument_of(what);
  if (ok() && size > most) fail(errc::over_limit);
  if (ok() && size > in_.size()) fail(errc::truncated);
  if (!ok()) return {};
  const auto result = in_.first(static_cast<std::size_t>(size));
  in_ = in_.subspan(result.size());
  return result;
}

byte_view reader::byte_string(std::size_t most) { return string(kind::byte_string, most); }

std::string_view reader::text(std::size_t most) {
  const auto raw = as_text(string(kind::text_string, most));
  if (ok() && !is_utf8(raw)) fail(errc::bad_utf8);
  return ok() ? raw : std::string_view{};
}

std::size_t reader::container(kind what, std::size_t most, std::size_t items_each) {
  const std::uint64_t n = argument_of(what);
  if (ok() && n > most) fail(errc::over_limit);
  if (ok() && n > in_.size() / items_each) fail(errc::truncated);
  if (!ok()) return 0;
  if (const auto opened = nesting_.open(n * items_each, what == kind::map); !opened)
    fail(opened.error());
  return ok() ? static_cast<std::size_t>(n) : 0;
}

std::size_t reader::array(std::size_t most) { return container(kind::array, most, 1); }

std::size_t reader::map(std::size_t most) { return container(kind::map, most, 2); }

void reader::key(std::uint64_t expected_key) {
  const std::uint64_t found = unsigned_integer();
  if (ok() && found != expected_key) fail(errc::cbor_unexpected_key);
}

// The recursion ends at depth_max, which nesting_ refuses to exceed.
void reader::skip() {
  const auto what = peek();
  if (!what) return;
  constexpr auto any = static_cast<std::size_t>(-1);
  std::size_t inside = 0;
  switch (*what) {
  case kind::unsigned_integer:
  case kind::negative_integer:
  case kind::boolean:
  case kind::null:
    head();
    break;
  case kind::byte_string:
    byte_string(any);
    break;
  case kind::text_string:
    text(any);
    break;
  case kind::array:
    inside = array(any);
    break;
  case kind::map:
    inside = 2 * map(any);
    break;
  }
  for (; inside > 0 && ok(); --inside)
    skip();
}

outcome reader::finish() const {
  if (error_) return *error_;
  if (!nesting_.complete()) return errc::truncated;
  if (!in_.empty()) return errc::trailing_bytes;
  return {};
}

outcome check(byte_view in) {
  reader r{in};
  r.skip();
  return r.finish();
}

} // namespace quorate::cbor
