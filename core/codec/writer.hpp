// Canonical encoding, writing side: big-endian integers of fixed width, byte strings behind a
// 32-bit length, lists behind a 32-bit count. There is one encoding for a value.
//
// A type joins by two free functions beside each other: write(writer&, const T&), read(reader&,
// T&).
#pragma once

#include "core/base/amount.hpp"
#include "core/base/bytes.hpp"
#include "core/base/strong.hpp"

#include <concepts>

namespace quorate {

class writer {
public:
  writer() = default;
  /// Reserves `size_hint` bytes at once.
  explicit writer(std::size_t size_hint) { out_.reserve(size_hint); }

  void u8(std::uint8_t v) { out_.push_back(v); }
  void u16(std::uint16_t v) { integer(v); }
  void u32(std::uint32_t v) { integer(v); }
  void u64(std::uint64_t v) { integer(v); }

  /// The bytes alone, without a length.
  void raw(byte_view v) { out_.insert(out_.end(), v.begin(), v.end()); }

  /// A 32-bit length, then the bytes.
  void blob(byte_view v) {
    count(v.size());
    raw(v);
  }

  /// The 32-bit number of elements that follow.
  void count(std::size_t n) {
    QUORATE_CHECK(n <= 0xffffffffU);
    u32(static_cast<std::uint32_t>(n));
  }

  const bytes& view() const noexcept { return out_; }
  bytes take() && noexcept { return std::move(out_); }
  std::size_t size() const noexcept { return out_.size(); }

private:
  template <std::unsigned_integral T>
  void integer(T v) {
    for (int shift = static_cast<int>(sizeof(T)) * 8 - 8; shift >= 0; shift -= 8)
      out_.push_back(static_cast<std::uint8_t>(v >> shift));
  }

  bytes out_;
};

template <class Tag, std::size_t N>
void write(writer& w, const fixed_bytes<Tag, N>& v) {
  w.raw(v.view());
}

template <class Tag>
void write(writer& w, strong<Tag, std::uint64_t> v) {
  w.u64(v.value);
}
template <class Tag>
void write(writer& w, strong<Tag, std::uint32_t> v) {
  w.u32(v.value);
}
template <class Tag>
void write(writer& w, strong<Tag, std::uint16_t> v) {
  w.u16(v.value);
}

inline void write(writer& w, amount v) {
  w.u64(v.high());
  w.u64(v.low());
}

/// The canonical bytes of one value.
template <class T>
bytes encode(const T& value) {
  writer w;
  write(w, value);
  return std::move(w).take();
}

} // namespace quorate
