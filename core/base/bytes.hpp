// Bytes, 32-byte digests, and hexadecimal.
#pragma once

#include "core/base/expected.hpp"

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace quorate {

using bytes = std::vector<std::uint8_t>;
using byte_view = std::span<const std::uint8_t>;

/// N bytes that mean one thing. Tag keeps, say, a digest from being passed as a public key.
template <class Tag, std::size_t N>
struct fixed_bytes {
  static constexpr std::size_t size = N;
  std::array<std::uint8_t, N> data{};

  friend auto operator<=>(const fixed_bytes&, const fixed_bytes&) = default;
  friend bool operator==(const fixed_bytes&, const fixed_bytes&) = default;

  byte_view view() const noexcept { return data; }
  bool is_zero() const noexcept { return *this == fixed_bytes{}; }

  /// Errors: truncated or over_limit unless `from` has exactly N bytes.
  static expected<fixed_bytes> from_bytes(byte_view from) {
    if (from.size() != N) return from.size() < N ? errc::truncated : errc::over_limit;
    fixed_bytes result;
    std::memcpy(result.data.data(), from.data(), N);
    return result;
  }
};

/// A SHA-256 digest, 32 bytes.
using digest = fixed_bytes<struct digest_tag, 32>;

/// Lower-case hexadecimal, two characters a byte.
std::string to_hex(byte_view from);

/// Errors: bad_hex for an odd length or a character outside 0-9a-f.
expected<bytes> from_hex(std::string_view hex);

/// Errors: bad_hex unless `hex` is exactly 2*N characters of 0-9a-f.
template <class Fixed>
expected<Fixed> fixed_from_hex(std::string_view hex) {
  auto raw = from_hex(hex);
  if (!raw || raw->size() != Fixed::size) return errc::bad_hex;
  return Fixed::from_bytes(*raw);
}

template <class Tag, std::size_t N>
std::string to_hex(const fixed_bytes<Tag, N>& from) {
  return to_hex(from.view());
}

inline byte_view as_bytes(std::string_view text) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

} // namespace quorate

/// Values of these are hashes or keys already, so the first eight bytes are as good a hash as any.
/// Where an adversary picks the key, use an ordered map.
template <class Tag, std::size_t N>
struct std::hash<quorate::fixed_bytes<Tag, N>> {
  static_assert(N >= sizeof(std::size_t));
  std::size_t operator()(const quorate::fixed_bytes<Tag, N>& value) const noexcept {
    std::size_t result;
    std::memcpy(&result, value.data.data(), sizeof result);
    return result;
  }
};
