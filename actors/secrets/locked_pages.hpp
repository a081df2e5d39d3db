// Pages for a secret_arena: locked into memory, left out of core dumps, zeros in a forked child
// unless asked otherwise, and between two pages that nobody may touch.
#pragma once

#include "core/crypto/secret_arena.hpp"

namespace quorate {

/// What the pages hold in a forked child.
enum class in_children { zeros, copies };

/// Movable; unmapped, after a wipe, when it goes. The arena and its buffers must have gone before.
class locked_pages {
public:
  /// One arena: two open keystores with the most and longest keys, and a copy while one is sealed.
  static constexpr std::size_t bytes_default = 512 * 1024;
  /// A quarter of the 8 MiB that Linux often lets a process lock. More: over_limit.
  static constexpr std::size_t bytes_max = 2 * 1024 * 1024;

  /// Maps at least `size` zeroed bytes, rounded up to whole pages.
  /// Errors: over_limit for zero or too many; secret_memory_refused when the system does not map,
  ///   lock or protect them as promised. Nothing is kept then.
  static expected<locked_pages> map(std::size_t size = bytes_default,
                                    in_children children = in_children::zeros) noexcept;

  locked_pages(locked_pages&& other) noexcept : whole_(std::exchange(other.whole_, {})) {}
  locked_pages& operator=(locked_pages&& other) noexcept {
    std::swap(whole_, other.whole_);
    return *this;
  }
  ~locked_pages();

  /// Locks the pages in a child, which inherits copies but no locks.
  /// Errors: secret_memory_refused.
  outcome lock_again() const noexcept;

  /// The pages between the guards.
  std::span<std::uint8_t> memory() const noexcept;

private:
  explicit locked_pages(std::span<std::uint8_t> whole) noexcept : whole_(whole) {}

  std::span<std::uint8_t> whole_; // with the guards
};

} // namespace quorate
