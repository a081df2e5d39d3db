// Deterministic CBOR (RFC 8949 section 4.2.1), narrowed to what a signing device has to parse:
// integers, byte strings, UTF-8 text, arrays, maps with integer keys, false, true and null.
//
// There is one encoding for a value, and the reader takes no other: shortest heads, definite
// lengths, keys strictly ascending by their encoded bytes. Floats, tags, undefined, other simple
// values and keys that are no integers are refused, deterministic or not.
#pragma once

#include "core/base/bytes.hpp"

#include <optional>

namespace quorate::cbor {

/// Arrays and maps inside one another. Deeper: cbor_too_deep.
inline constexpr std::size_t depth_max = 8;

/// The kinds of item of the profile.
enum class kind : std::uint8_t {
  unsigned_integer, ///< major type 0
  negative_integer, ///< major type 1
  byte_string,      ///< major type 2
  text_string,      ///< major type 3
  array,            ///< major type 4
  map,              ///< major type 5
  boolean,          ///< major type 7, 20 and 21
  null,             ///< major type 7, 22
};

namespace detail {

/// Where one is inside the arrays and maps that are open, the same for both directions.
class nesting {
public:
  /// One more item of the innermost container (or the one at the top).
  /// @param encoded_key  the bytes of an integer item, empty for any other: what a key must be.
  /// Errors: trailing_bytes after the item at the top; cbor_key_kind; cbor_key_order.
  outcome item(byte_view encoded_key);
  /// Opens the container whose head was the last item. Errors: cbor_too_deep.
  outcome open(std::uint64_t items, bool is_map);
  /// The item at the top is there with all that is inside it.
  bool complete() const noexcept;

private:
  struct frame {
    std::uint64_t left = 0; ///< items to come; two for each entry of a map
    bool is_map = false;
    std::size_t key_size = 0; ///< 0 before the first key
    std::array<std::uint8_t, 9> key{};
  };
  void close_full() noexcept;

  std::array<frame, depth_max> frames_;
  std::size_t depth_ = 0;
  bool started_ = false;
};

} // namespace detail

/// Writes one item. Misuse (wrong number of items, keys out of order, text that is no UTF-8) is our
/// bug and aborts.
class writer {
public:
  void unsigned_integer(std::uint64_t v);
  /// The number -1 - n.
  void negative_integer(std::uint64_t n);
  void byte_string(byte_view v);
  void text(std::string_view v);
  void boolean(bool v);
  void null();
  /// The next `n` items are its elements.
  void array(std::uint64_t n);
  /// The next 2n items are keys and values in turn, keys ascending. n <= 2^32.
  void map(std::uint64_t n);
  /// A map's key: the same as unsigned_integer, for reading.
  void key(std::uint64_t v) { unsigned_integer(v); }

  /// @pre the item is complete.
  bytes take() &&;

private:
  void head(std::uint8_t major, std::uint64_t argument);
  void payload(byte_view v) { out_.insert(out_.end(), v.begin(), v.end()); }

  bytes out_;
  detail::nesting nesting_;
};

/// Reads one item. As core/codec/reader.hpp, the first error sticks, later reads return zeros, and
/// finish() tells it. Lengths are checked against the bytes that are left; nothing is allocated.
class reader {
public:
  explicit reader(byte_view in) noexcept : in_(in) {}

  /// The kind of the next item. Errors (sticky): truncated; cbor_outside_profile.
  std::optional<kind> peek();

  /// Errors of all of these: truncated; cbor_wrong_kind; cbor_outside_profile; cbor_not_shortest
  /// (also for an indefinite length); cbor_key_kind; cbor_key_order.
  std::uint64_t unsigned_integer();
  /// The n of -1 - n.
  std::uint64_t negative_integer();
  bool boolean();
  void null();

  /// A view into the input. Errors: over_limit above `most` bytes.
  byte_view byte_string(std::size_t most);
  /// As above. Errors: over_limit; bad_utf8 also for surrogates and overlong forms.
  std::string_view text(std::size_t most);
  /// A byte string of exactly as many bytes as Fixed has. Errors: truncated; over_limit.
  template <class Fixed>
  Fixed fixed() {
    const auto from = byte_string(Fixed::size);
    Fixed result;
    if (ok() && from.size() != Fixed::size) fail(errc::truncated);
    if (ok()) std::memcpy(result.data.data(), from.data(), Fixed::size);
    return result;
  }

  /// The number of elements that follow. Errors: over_limit above `most`; truncated when they
  /// cannot all be there; cbor_too_deep. 0 on error.
  std::size_t array(std::size_t most);
  /// The number of entries that follow, a key and a value each. Errors: as array.
  std::size_t map(std::size_t most);
  /// A map of exactly n entries whose keys are 0 to n-1 or 1 to n is read with this before each
  /// value. Errors: cbor_unexpected_key for any other key.
  void key(std::uint64_t expected_key);

  /// Passes over one item with all that is inside it, checking it.
  void skip();

  /// Keeps the first error.
  void fail(errc e) noexcept {
    if (!error_) error_ = e;
  }
  bool ok() const noexcept { return !error_; }

  /// Errors: the first one met; truncated for an item that was not read to its end; trailing_bytes.
  outcome finish() const;

private:
  struct item_head {
    kind what{};
    std::uint64_t argument = 0;
  };
  item_head head();
  std::uint64_t argument_of(kind what);
  std::size_t container(kind what, std::size_t most, std::size_t items_each);
  byte_view string(kind what, std::size_t most);

  byte_view in_;
  detail::nesting nesting_;
  std::optional<errc> error_;
};

/// Whether `in` is exactly one item of the profile. Errors: as reader.
outcome check(byte_view in);

} // namespace quorate::cbor
