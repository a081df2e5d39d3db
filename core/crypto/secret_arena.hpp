// Secrets that outlive a call, in memory that its owner has locked, kept out of core dumps and off
// forked children. core gives out parts of such memory; the shell maps it, since that asks the
// system (actors/secrets/locked_pages.hpp).
//
// The arena has a fixed size, because locked memory is scarce: Linux often allows a process 8 MiB.
// An arena and its buffers belong to one actor: nothing here is locked against other threads.
#pragma once

#include "core/crypto/secret.hpp"

#include <new>
#include <type_traits>

namespace quorate {

class secret_arena;

/// A number of secret bytes in an arena: movable, never copied, wiped and given back when it goes.
class secret_buffer {
public:
  secret_buffer() noexcept = default;
  secret_buffer(secret_buffer&& other) noexcept
      : arena_(std::exchange(other.arena_, nullptr)), data_(std::exchange(other.data_, {})) {}
  secret_buffer& operator=(secret_buffer&& other) noexcept {
    std::swap(arena_, other.arena_);
    std::swap(data_, other.data_);
    return *this;
  }
  secret_buffer(const secret_buffer&) = delete;
  secret_buffer& operator=(const secret_buffer&) = delete;
  ~secret_buffer();

  std::uint8_t* data() noexcept { return data_.data(); }
  std::size_t size() const noexcept { return data_.size(); }
  std::span<std::uint8_t> writable() noexcept { return data_; }
  byte_view view() const noexcept { return data_; }

private:
  friend class secret_arena;
  secret_buffer(secret_arena& arena, std::span<std::uint8_t> data) noexcept
      : arena_(&arena), data_(data) {}

  secret_arena* arena_ = nullptr;
  std::span<std::uint8_t> data_;
};

/// Invariant: bytes that are not given out are zero.
class secret_arena {
public:
  /// What allocations are rounded up to and aligned at: a line of the cache, and the longest key.
  static constexpr std::size_t slot_bytes = 64;

  /// @param memory  zeroed, aligned to slot_bytes, outlives the arena; a rest of a slot lies idle.
  explicit secret_arena(std::span<std::uint8_t> memory);
  secret_arena(const secret_arena&) = delete;
  secret_arena& operator=(const secret_arena&) = delete;
  /// @pre every buffer has gone.
  ~secret_arena();

  /// `size` zeroed bytes, from 1. First fit.
  /// Errors (unchanged then): secret_memory_full when no gap is as long.
  expected<secret_buffer> allocate(std::size_t size) noexcept;

  /// A buffer that holds a copy of `from`. Errors: as allocate().
  expected<secret_buffer> copy_of(byte_view from) noexcept;

  std::size_t slots() const noexcept { return taken_.size(); }
  std::size_t slots_taken() const noexcept { return slots_taken_; }

private:
  friend class secret_buffer;
  void give_back(std::span<std::uint8_t> data) noexcept;

  std::span<std::uint8_t> memory_;
  std::vector<bool> taken_; // a flag a slot
  std::size_t slots_taken_ = 0;
};

/// One object of a type that is secret, kept in an arena; for types that hold their bytes inside.
template <class T>
class secret_box {
public:
  secret_box(secret_box&& other) noexcept
      : memory_(std::move(other.memory_)), object_(std::exchange(other.object_, nullptr)) {}
  secret_box& operator=(secret_box&& other) noexcept {
    std::swap(memory_, other.memory_);
    std::swap(object_, other.object_);
    return *this;
  }
  ~secret_box() {
    if (object_ != nullptr) object_->~T();
  }

  /// Moves `from` into the arena. Errors: secret_memory_full; `from` is gone then too.
  static expected<secret_box> make(secret_arena& arena, T from) noexcept {
    static_assert(alignof(T) <= secret_arena::slot_bytes &&
                  std::is_nothrow_move_constructible_v<T>);
    QUORATE_ASSIGN(auto memory, arena.allocate(sizeof(T)));
    return secret_box{std::move(memory), std::move(from)};
  }

  const T& operator*() const noexcept { return *object_; }
  const T* operator->() const noexcept { return object_; }

private:
  secret_box(secret_buffer memory, T&& from) noexcept
      : memory_(std::move(memory)), object_(new (memory_.data()) T(std::move(from))) {}

  secret_buffer memory_;
  T* object_;
};

} // namespace quorate
