// Canonical encoding, reading side. Every length and count is checked against its limit and
// against the bytes that are left before anything is allocated.
//
// The first error sticks: later reads return zeros, and finish() tells it. So a decoder reads its
// fields in order and asks once at the end; loops also stop on !ok().
#pragma once

#include "core/base/amount.hpp"
#include "core/base/bytes.hpp"
#include "core/base/planted.hpp"
#include "core/base/strong.hpp"

#include <concepts>

namespace quorate {

class reader {
public:
  explicit reader(byte_view in) noexcept : in_(in) {}

  std::uint8_t u8() noexcept { return integer<std::uint8_t>(); }
  std::uint16_t u16() noexcept { return integer<std::uint16_t>(); }
  std::uint32_t u32() noexcept { return integer<std::uint32_t>(); }
  std::uint64_t u64() noexcept { return integer<std::uint64_t>(); }

  /// A view of the next `n` bytes, valid as long as the input is; empty on error (truncated).
  byte_view raw(std::size_t n) noexcept {
    if (!ok() || n > in_.size() + (planted(decoder_fault::over_read) ? 1 : 0)) {
      fail(errc::truncated);
      return {};
    }
    const auto result = in_.first(n);
    in_ = in_.subspan(n);
    return result;
  }

  /// A length, then so many bytes. Errors: over_limit above `most`; truncated.
  byte_view blob(std::size_t most) noexcept {
    const std::uint32_t n = u32();
    if (n > most) {
      fail(errc::over_limit);
      return {};
    }
    return raw(n);
  }

  /// A count of elements of at least `element_size` bytes each.
  /// Errors: over_limit above `most`; truncated when they cannot all be there. 0 on error.
  std::size_t count(std::size_t most, std::size_t element_size) noexcept {
    const std::uint32_t n = u32();
    if (n > most) fail(errc::over_limit);
    if (ok() && n > in_.size() / element_size) fail(errc::truncated);
    return ok() ? n : 0;
  }

  /// Exactly 0 or 1. Errors: not_canonical.
  bool boolean() noexcept {
    const std::uint8_t v = u8();
    if (v > 1 && !planted(decoder_fault::any_boolean)) fail(errc::not_canonical);
    return v != 0;
  }

  /// Keeps the first error.
  void fail(errc e) noexcept {
    if (!error_) error_ = e;
  }

  bool ok() const noexcept { return !error_; }
  std::size_t left() const noexcept { return in_.size(); }

  /// Errors: the first one met; trailing_bytes when input is left.
  outcome finish() const {
    if (error_) return *error_;
    if (!in_.empty()) return errc::trailing_bytes;
    return {};
  }

private:
  template <std::unsigned_integral T>
  T integer() noexcept {
    T v = 0;
    for (auto byte : raw(sizeof(T)))
      v = static_cast<T>(v << (sizeof(T) > 1 ? 8 : 0) | byte);
    return v;
  }

  byte_view in_;
  std::optional<errc> error_;
};

template <class Tag, std::size_t N>
void read(reader& r, fixed_bytes<Tag, N>& v) noexcept {
  const auto from = r.raw(N);
  if (r.ok()) std::memcpy(v.data.data(), from.data(), N);
}

template <class Tag>
void read(reader& r, strong<Tag, std::uint64_t>& v) noexcept {
  v.value = r.u64();
}
template <class Tag>
void read(reader& r, strong<Tag, std::uint32_t>& v) noexcept {
  v.value = r.u32();
}
template <class Tag>
void read(reader& r, strong<Tag, std::uint16_t>& v) noexcept {
  v.value = r.u16();
}

inline void read(reader& r, amount& v) noexcept {
  const auto high = r.u64();
  v = amount{high, r.u64()};
}

/// One value that is all of `from`. Errors: as its read() gives; trailing_bytes.
template <class T>
expected<T> decode(byte_view from) {
  reader r{from};
  T value{};
  read(r, value);
  QUORATE_TRY(r.finish());
  return value;
}

} // namespace quorate
