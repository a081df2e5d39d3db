// Bits that go in at one end and come out at the other, for numbers of 10 and 11 bits.
#pragma once

#include "core/crypto/secret.hpp"

namespace quorate::wallet {

/// At most Bytes * 8 secret bits, the highest of each number first. Wiped when it goes.
template <std::size_t Bytes>
class bit_string {
public:
  /// Bits that were pushed and not taken yet.
  std::size_t size() const noexcept { return end_ - begin_; }

  /// Appends the lowest `count` bits of `value`. @pre they fit
  void push(std::uint32_t value, unsigned count) {
    QUORATE_CHECK(end_ + count <= Bytes * 8);
    while (count-- > 0) {
      const auto bit = static_cast<std::uint8_t>(value >> count & 1);
      bits_.data()[end_ / 8] |= static_cast<std::uint8_t>(bit << (7 - end_ % 8));
      ++end_;
    }
  }
  void push_bytes(byte_view in) {
    for (const auto byte : in)
      push(byte, 8);
  }

  /// Takes the next `count` bits, at most 32. @pre count <= size()
  std::uint32_t take(unsigned count) {
    QUORATE_CHECK(count <= size() && count <= 32);
    std::uint32_t value = 0;
    while (count-- > 0) {
      value = value << 1 | (bits_.data()[begin_ / 8] >> (7 - begin_ % 8) & 1U);
      ++begin_;
    }
    return value;
  }
  void take_bytes(std::span<std::uint8_t> out) {
    for (auto& byte : out)
      byte = static_cast<std::uint8_t>(take(8));
  }

private:
  secret_bytes<Bytes> bits_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

} // namespace quorate::wallet
