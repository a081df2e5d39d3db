// Recursive length prefix: strings of bytes and lists of items. There is one encoding for a value,
// and the reader takes no other.
//
// Source: Ethereum Yellow Paper, appendix B.
#pragma once

#include "core/chain/evm/uint256.hpp"

#include <concepts>

namespace quorate::evm::rlp {

/// Lists within lists. Deeper: too_deep.
inline constexpr std::size_t depth_max = 32;

/// One item, as a view into the bytes it was read from.
struct item {
  bool is_list = false;
  byte_view payload; ///< of a string its bytes, of a list the items in it
  byte_view encoded; ///< the whole, with its prefix
};

/// Reads items one after the other, out of a list or out of the whole input. An item's payload lies
/// within the item, so nothing is read beyond the input.
class reader {
public:
  explicit reader(byte_view in) noexcept : in_(in) {}

  /// The next item. Its insides are not looked at.
  /// Errors: truncated; not_canonical for a prefix that could be shorter.
  expected<item> next();

  /// The bytes of a string. Errors: as next(); wrong_item for a list.
  expected<byte_view> string();

  /// The items of a list. Errors: as next(); wrong_item for a string.
  expected<reader> list();

  /// A number of at most 32 bytes without leading zeros.
  /// Errors: as string(); not_canonical; over_limit.
  expected<uint256> integer();

  /// As above, below 2^64. Errors: as above; number_overflow.
  expected<std::uint64_t> u64();

  /// Exactly Fixed::size bytes. Errors: as string(); truncated or over_limit.
  template <class Fixed>
  expected<Fixed> fixed() {
    QUORATE_ASSIGN(const auto from, string());
    return Fixed::from_bytes(from);
  }

  bool at_end() const noexcept { return in_.empty(); }

  /// Errors: trailing_bytes unless all items were read.
  outcome finish() const {
    if (!at_end()) return errc::trailing_bytes;
    return {};
  }

private:
  byte_view in_;
};

/// Whether `in` is exactly one item that is canonical all through.
/// Errors: as reader's; trailing_bytes; too_deep.
outcome check(byte_view in);

/// Appends items.
class writer {
public:
  void string(byte_view v);
  void integer(const uint256& v) { string(v.to_minimal()); }

  template <class Tag, std::size_t N>
  void fixed(const fixed_bytes<Tag, N>& v) {
    string(v.view());
  }

  /// An item that is encoded already.
  void raw(byte_view item) { out_.insert(out_.end(), item.begin(), item.end()); }

  /// A list of what `fill` writes into the writer that it is given.
  template <std::invocable<writer&> Fill>
  void list(Fill&& fill) {
    writer inner;
    fill(inner);
    prefix(0xc0, inner.out_.size());
    raw(inner.out_);
  }

  const bytes& view() const noexcept { return out_; }
  bytes take() && noexcept { return std::move(out_); }

private:
  void prefix(std::uint8_t offset, std::size_t size);

  bytes out_;
};

} // namespace quorate::evm::rlp
