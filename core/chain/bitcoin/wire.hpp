// Bitcoin's own encoding: little-endian integers, and lengths as compact sizes. The reader is
// core/codec's (bounded, the first error sticks) with these numbers in place of its own.
#pragma once

#include "core/codec/reader.hpp"
#include "core/codec/writer.hpp"

namespace quorate::bitcoin {

class wire_reader : private reader {
public:
  using reader::fail;
  using reader::finish;
  using reader::left;
  using reader::ok;
  using reader::raw;
  using reader::reader;
  using reader::u8;

  std::uint16_t u16() noexcept { return integer<std::uint16_t>(); }
  std::uint32_t u32() noexcept { return integer<std::uint32_t>(); }
  std::uint64_t u64() noexcept { return integer<std::uint64_t>(); }

  /// Errors: not_canonical when fewer bytes would have held the value.
  std::uint64_t compact_size() noexcept {
    const std::uint8_t first = u8();
    if (first < 0xfd) return first;
    if (first == 0xfd) return at_least(integer<std::uint16_t>(), 0xfd);
    if (first == 0xfe) return at_least(u32(), 0x1'0000);
    return at_least(u64(), 0x1'0000'0000);
  }

  /// A count of elements of at least `element_size` bytes each. Errors: not_canonical; truncated
  /// when they cannot all be there. 0 on error.
  std::size_t count(std::size_t element_size) noexcept {
    const std::uint64_t n = compact_size();
    if (ok() && n > left() / element_size) fail(errc::truncated);
    return ok() ? static_cast<std::size_t>(n) : 0;
  }

  /// A length, then so many bytes. Errors: not_canonical, over_limit above `most`, truncated.
  byte_view blob(std::size_t most) noexcept {
    const std::uint64_t n = compact_size();
    if (n > most) fail(errc::over_limit);
    return ok() ? raw(static_cast<std::size_t>(n)) : byte_view{};
  }

  bytes owned_blob(std::size_t most) {
    const auto from = blob(most);
    return {from.begin(), from.end()};
  }

  template <class Fixed>
  Fixed fixed() noexcept {
    Fixed value;
    const auto from = raw(Fixed::size);
    if (ok()) std::memcpy(value.data.data(), from.data(), Fixed::size);
    return value;
  }

private:
  template <std::unsigned_integral T>
  T integer() noexcept {
    T value = 0;
    unsigned shift = 0;
    for (const auto byte : raw(sizeof(T))) {
      value = static_cast<T>(value | static_cast<T>(byte) << shift);
      shift += 8;
    }
    return value;
  }

  std::uint64_t at_least(std::uint64_t value, std::uint64_t least) noexcept {
    if (value < least) fail(errc::not_canonical);
    return value;
  }
};

class wire_writer : private writer {
public:
  using writer::raw;
  using writer::size;
  using writer::take;
  using writer::u8;
  using writer::view;
  using writer::writer;

  void u32(std::uint32_t v) { integer(v); }
  void u64(std::uint64_t v) { integer(v); }

  void compact_size(std::uint64_t n) {
    if (n < 0xfd) return u8(static_cast<std::uint8_t>(n));
    if (n <= 0xffff) return u8(0xfd), integer(static_cast<std::uint16_t>(n));
    if (n <= 0xffff'ffff) return u8(0xfe), u32(static_cast<std::uint32_t>(n));
    u8(0xff), u64(n);
  }

  void blob(byte_view v) {
    compact_size(v.size());
    raw(v);
  }

private:
  template <std::unsigned_integral T>
  void integer(T v) {
    for (unsigned shift = 0; shift < 8 * sizeof(T); shift += 8)
      u8(static_cast<std::uint8_t>(v >> shift));
  }
};

/// Bytes of the compact size of `n`.
constexpr std::size_t compact_size_bytes(std::uint64_t n) noexcept {
  return n < 0xfd ? 1 : n <= 0xffff ? 3 : n <= 0xffff'ffff ? 5 : 9;
}

} // namespace quorate::bitcoin
