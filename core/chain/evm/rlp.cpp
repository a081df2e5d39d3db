#include "core/chain/evm/rlp.hpp"

#include "core/base/planted.hpp"

namespace quorate::evm::rlp {

namespace {

constexpr std::size_t short_max = 55;        // longest payload whose length is in the prefix
constexpr std::uint8_t string_offset = 0x80; // 0x80 … 0xb7 short, 0xb8 … 0xbf long
constexpr std::uint8_t list_offset = 0xc0;   // 0xc0 … 0xf7 short, 0xf8 … 0xff long
constexpr std::size_t length_bytes_max = 8;  // what the prefix leaves room for

struct header {
  bool is_list;
  std::size_t prefix_size;
  std::size_t payload_size;
};

// The length of a long item: big-endian, without leading zeros, and only where the short form
// would not do.
expected<std::size_t> long_length(byte_view in, std::size_t length_size) {
  static_assert(sizeof(std::size_t) >= length_bytes_max);
  if (in.size() < length_size) return errc::truncated;
  if (in[0] == 0) return errc::not_canonical;
  std::size_t length = 0;
  for (auto byte : in.first(length_size))
    length = length << 8 | byte;
  if (length <= short_max && !planted(decoder_fault::rlp_any_length)) return errc::not_canonical;
  return length;
}

expected<header> header_of(byte_view in) {
  if (in.empty()) return errc::truncated;
  const std::uint8_t first = in[0];
  if (first < string_offset) return header{false, 0, 1}; // the byte is its own encoding
  const bool is_list = first >= list_offset;
  const std::size_t code = first - (is_list ? list_offset : string_offset);
  if (code <= short_max) return header{is_list, 1, code};
  const std::size_t length_size = code - short_max;
  QUORATE_ASSIGN(const auto length, long_length(in.subspan(1), length_size));
  return header{is_list, 1 + length_size, length};
}

outcome check_items(reader& items, std::size_t depth) {
  while (!items.at_end()) {
    QUORATE_ASSIGN(const auto found, items.next());
    if (!found.is_list) continue;
    if (depth == depth_max) return errc::too_deep;
    reader inner{found.payload};
    QUORATE_TRY(check_items(inner, depth + 1));
  }
  return {};
}

} // namespace

expected<item> reader::next() {
  QUORATE_ASSIGN(const auto head, header_of(in_));
  if (head.payload_size > in_.size() - head.prefix_size) return errc::truncated;
  item found{head.is_list, in_.subspan(head.prefix_size, head.payload_size),
             in_.first(head.prefix_size + head.payload_size)};
  if (!found.is_list && head.prefix_size == 1 && found.payload.size() == 1 &&
      found.payload[0] < string_offset)
    return errc::not_canonical; // a byte below 0x80 takes no prefix
  in_ = in_.subspan(found.encoded.size());
  return found;
}

expected<byte_view> reader::string() {
  QUORATE_ASSIGN(const auto found, next());
  if (found.is_list) return errc::wrong_item;
  return found.payload;
}

expected<reader> reader::list() {
  QUORATE_ASSIGN(const auto found, next());
  if (!found.is_list) return errc::wrong_item;
  return reader{found.payload};
}

expected<uint256> reader::integer() {
  QUORATE_ASSIGN(const auto from, string());
  if (!from.empty() && from[0] == 0) return errc::not_canonical;
  return uint256::from_big_endian(from);
}

expected<std::uint64_t> reader::u64() {
  QUORATE_ASSIGN(const auto value, integer());
  return value.to_u64();
}

outcome check(byte_view in) {
  reader whole{in};
  QUORATE_ASSIGN(const auto found, whole.next());
  QUORATE_TRY(whole.finish());
  reader alone{found.encoded};
  return check_items(alone, 0);
}

void writer::string(byte_view v) {
  if (v.size() != 1 || v[0] >= string_offset) prefix(string_offset, v.size());
  raw(v);
}

void writer::prefix(std::uint8_t offset, std::size_t size) {
  if (size <= short_max) {
    out_.push_back(static_cast<std::uint8_t>(offset + size));
    return;
  }
  const auto length = uint256{size}.to_minimal();
  out_.push_back(static_cast<std::uint8_t>(offset + short_max + length.size()));
  raw(length);
}

} // namespace quorate::evm::rlp
