// Secret bytes that are wiped when they go and cannot be copied by accident.
#pragma once

#include "core/base/bytes.hpp"

namespace quorate {

/// Overwrites in a way that the compiler may not remove.
void wipe(void* data, std::size_t size) noexcept;

/// N secret bytes: movable, never copied, wiped on destruction and when moved from.
template <std::size_t N>
class secret_bytes {
public:
  secret_bytes() noexcept = default;
  explicit secret_bytes(std::span<const std::uint8_t, N> from) noexcept {
    std::memcpy(data_.data(), from.data(), N);
  }
  secret_bytes(secret_bytes&& other) noexcept : data_(other.data_) { other.clear(); }
  secret_bytes& operator=(secret_bytes&& other) noexcept {
    if (this != &other) {
      data_ = other.data_;
      other.clear();
    }
    return *this;
  }
  secret_bytes(const secret_bytes&) = delete;
  secret_bytes& operator=(const secret_bytes&) = delete;
  ~secret_bytes() { clear(); }

  void clear() noexcept { wipe(data_.data(), N); }
  std::uint8_t* data() noexcept { return data_.data(); }
  const std::uint8_t* data() const noexcept { return data_.data(); }
  static constexpr std::size_t size() noexcept { return N; }
  byte_view view() const noexcept { return data_; }

private:
  std::array<std::uint8_t, N> data_{};
};

} // namespace quorate
