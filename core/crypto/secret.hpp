// Secret bytes that are wiped when they go and cannot be copied by accident. They stand where they
// are declared: on a stack for one call. What has to live longer belongs into a secret_arena.
#pragma once

#include "core/base/bytes.hpp"

namespace quorate {

/// Overwrites in a way that the compiler may not remove.
void wipe(void* data, std::size_t size) noexcept;

/// Overwrites what returned calls left on the stack below the caller, and in registers. Functions
/// that are handed a secret end with it: libsecp256k1 clears its copies in ways that compilers
/// remove, and the dynamic linker, at the first call of a function, saves registers to the stack.
void wipe_stack() noexcept;

/// Calls wipe_stack() at the end of its scope.
struct stack_wiper {
  stack_wiper() noexcept = default;
  stack_wiper(const stack_wiper&) = delete;
  stack_wiper& operator=(const stack_wiper&) = delete;
  ~stack_wiper() { wipe_stack(); }
};

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
