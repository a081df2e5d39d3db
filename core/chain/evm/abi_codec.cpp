#include "core/chain/evm/abi_codec.hpp"

#include <algorithm>

namespace quorate::evm::abi {

namespace {

constexpr std::size_t word_size = sizeof(word);

std::size_t padded(std::size_t size) noexcept {
  return (size + word_size - 1) / word_size * word_size;
}

// What becomes of a kind: a number in a word, bytes in a word, bytes behind a length, or parts.
enum class form : std::uint8_t { number, left_aligned, right_aligned, counted_bytes, parts };

form form_of(kind k) noexcept {
  switch (k) {
  case kind::unsigned_integer:
  case kind::signed_integer:
  case kind::unsigned_decimal:
  case kind::signed_decimal:
  case kind::boolean:
    return form::number;
  case kind::address:
    return form::right_aligned;
  case kind::fixed_bytes:
  case kind::function:
    return form::left_aligned;
  case kind::dynamic_bytes:
  case kind::string:
    return form::counted_bytes;
  case kind::dynamic_array:
  case kind::fixed_array:
  case kind::tuple:
    break;
  }
  return form::parts;
}

bool in_range(const type& t, const uint256& number) noexcept {
  if (t.kind == kind::boolean) return number <= uint256{1};
  if (t.kind == kind::unsigned_integer || t.kind == kind::unsigned_decimal)
    return number.bit_length() <= t.size;
  return (is_negative(number) ? ~number : number).bit_length() < t.size;
}

// Bytes of a value that is bytes within a word.
std::size_t bytes_in_word(const type& t) noexcept {
  if (t.kind == kind::address) return 20;
  return t.kind == kind::function ? 24 : t.size;
}

// Elements of a tuple and of an array are the same to the encoding.
const type& part_of(const type& t, std::size_t i) noexcept {
  return t.kind == kind::tuple ? t.parts[i] : t.parts[0];
}

std::size_t heads_size(const type& t, std::size_t count) noexcept {
  if (t.kind != kind::tuple) return count * head_size(t.parts[0]);
  std::size_t size = 0;
  for (const auto& part : t.parts)
    size += head_size(part);
  return size;
}

void append(bytes& out, byte_view more) { out.insert(out.end(), more.begin(), more.end()); }

outcome write(const type& t, const value& v, bytes& out);

// Elements or members: those of a static type in place, of the others an offset from here.
outcome write_parts(const type& t, const std::vector<value>& parts, bytes& out) {
  const std::size_t fixed = t.kind == kind::tuple ? t.parts.size() : t.size;
  if (t.kind != kind::dynamic_array && parts.size() != fixed) return errc::type_mismatch;
  if (parts.size() > data_bytes_max / word_size) return errc::over_limit;
  if (t.kind == kind::dynamic_array) append(out, uint256{parts.size()}.to_word());
  const std::size_t tails_at = heads_size(t, parts.size());
  bytes heads;
  bytes tails;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto& part = part_of(t, i);
    if (is_dynamic(part)) append(heads, uint256{tails_at + tails.size()}.to_word());
    QUORATE_TRY(write(part, parts[i], is_dynamic(part) ? tails : heads));
    if (heads.size() + tails.size() > data_bytes_max) return errc::over_limit;
  }
  append(out, heads);
  append(out, tails);
  return {};
}

outcome write(const type& t, const value& v, bytes& out) {
  switch (form_of(t.kind)) {
  case form::number:
  case form::left_aligned:
  case form::right_aligned: {
    QUORATE_ASSIGN(const auto one, encode_word(t, v));
    append(out, one);
    return {};
  }
  case form::counted_bytes: {
    const auto* content = std::get_if<bytes>(&v.content);
    if (content == nullptr) return errc::type_mismatch;
    append(out, uint256{content->size()}.to_word());
    append(out, *content);
    out.resize(out.size() + padded(content->size()) - content->size());
    return {};
  }
  case form::parts:
    break;
  }
  const auto* parts = std::get_if<std::vector<value>>(&v.content);
  if (parts == nullptr) return errc::type_mismatch;
  return write_parts(t, *parts, out);
}

bool all_zero(byte_view in) noexcept {
  return std::all_of(in.begin(), in.end(), [](auto byte) { return byte == 0; });
}

expected<uint256> number_at(byte_view in, std::size_t at) {
  if (in.size() < at + word_size) return errc::truncated;
  return uint256::from_big_endian(in.subspan(at, word_size));
}

// An offset, a count or a length; truncated when so much is not there.
expected<std::size_t> size_at(byte_view in, std::size_t at) {
  QUORATE_ASSIGN(const auto number, number_at(in, at));
  if (number > uint256{in.size()}) return errc::truncated;
  return static_cast<std::size_t>(*number.to_u64());
}

expected<value> read_word(const type& t, byte_view in) {
  QUORATE_ASSIGN(const auto number, number_at(in, 0));
  if (form_of(t.kind) == form::number) {
    if (!in_range(t, number)) return errc::number_overflow;
    return value{number};
  }
  const std::size_t size = bytes_in_word(t);
  const bool left = form_of(t.kind) == form::left_aligned;
  const auto content = in.subspan(left ? 0 : word_size - size, size);
  const auto padding = in.subspan(left ? size : 0, word_size - size);
  if (!all_zero(padding)) return errc::not_canonical;
  return value{bytes{content.begin(), content.end()}};
}

expected<value> read_bytes(byte_view in, std::size_t& used) {
  QUORATE_ASSIGN(const auto size, size_at(in, 0));
  used = word_size + padded(size);
  if (in.size() < used) return errc::truncated;
  const auto content = in.subspan(word_size, size);
  if (!all_zero(in.subspan(word_size + size, padded(size) - size))) return errc::not_canonical;
  return value{bytes{content.begin(), content.end()}};
}

expected<value> read(const type& t, byte_view in, std::size_t& used);

expected<value> read_parts(const type& t, std::size_t count, byte_view in, std::size_t& used) {
  std::size_t head = 0;
  std::size_t tail = heads_size(t, count);
  if (in.size() < tail) return errc::truncated;
  std::vector<value> parts;
  parts.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto& part = part_of(t, i);
    std::size_t part_size = 0;
    if (is_dynamic(part)) {
      QUORATE_ASSIGN(const auto offset, size_at(in, head));
      if (offset != tail) return errc::not_canonical;
      QUORATE_ASSIGN(auto v, read(part, in.subspan(tail), part_size));
      parts.push_back(std::move(v));
      head += word_size;
      tail += part_size;
    } else {
      QUORATE_ASSIGN(auto v, read(part, in.subspan(head), part_size));
      parts.push_back(std::move(v));
      head += part_size;
    }
  }
  used = tail;
  return value{std::move(parts)};
}

// A value that starts where `in` does. @param used  becomes its size.
expected<value> read(const type& t, byte_view in, std::size_t& used) {
  switch (form_of(t.kind)) {
  case form::number:
  case form::left_aligned:
  case form::right_aligned:
    used = word_size;
    return read_word(t, in);
  case form::counted_bytes:
    return read_bytes(in, used);
  case form::parts:
    break;
  }
  if (t.kind == kind::tuple) return read_parts(t, t.parts.size(), in, used);
  if (t.kind == kind::fixed_array) return read_parts(t, t.size, in, used);
  QUORATE_ASSIGN(const auto count, size_at(in, 0));
  QUORATE_ASSIGN(auto v, read_parts(t, count, in.subspan(word_size), used));
  used += word_size;
  return v;
}

} // namespace

expected<word> encode_word(const type& t, const value& v) {
  if (form_of(t.kind) == form::number) {
    const auto* number = std::get_if<uint256>(&v.content);
    if (number == nullptr) return errc::type_mismatch;
    if (!in_range(t, *number)) return errc::number_overflow;
    return number->to_word();
  }
  const auto* content = std::get_if<bytes>(&v.content);
  if (content == nullptr || content->size() != bytes_in_word(t)) return errc::type_mismatch;
  word out{};
  const bool left = form_of(t.kind) == form::left_aligned;
  std::copy(content->begin(), content->end(),
            left ? out.begin() : out.end() - static_cast<std::ptrdiff_t>(content->size()));
  return out;
}

expected<bytes> encode(const type& t, const value& v) {
  bytes out;
  QUORATE_TRY(write(t, v, out));
  if (out.size() > data_bytes_max) return errc::over_limit;
  return out;
}

expected<value> decode(const type& t, byte_view in) {
  if (in.size() > data_bytes_max) return errc::over_limit;
  std::size_t used = 0;
  QUORATE_ASSIGN(auto v, read(t, in, used));
  if (used != in.size()) return errc::trailing_bytes;
  return v;
}

} // namespace quorate::evm::abi
