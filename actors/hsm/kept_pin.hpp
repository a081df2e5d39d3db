// A token's PIN, kept for the next log-in.
#pragma once

#include "actors/secrets/locked_pages.hpp"
#include "core/wallet/bounded_secret.hpp"

#include <sys/types.h>

namespace quorate::hsm {

/// In locked pages of its own; at hand until it is forgotten, and in a forked child only if that
/// was asked for. Not locked against other threads.
class kept_pin {
public:
  /// Longer ones: over_limit. Tokens take 4 to 255 bytes.
  static constexpr std::size_t bytes_max = 255;

  /// Errors: hsm_pin_needed for an empty one; over_limit; secret_memory_refused.
  static expected<kept_pin> keep(wallet::secret_text pin, in_children children);

  /// The PIN, 1 to 255 bytes of UTF-8.
  /// Errors: hsm_pin_needed when it was forgotten, or in a child that has zeros instead;
  ///   secret_memory_refused when the system does not lock the child's copy.
  expected<byte_view> view();

  /// Wipes it.
  void forget() noexcept;

private:
  kept_pin(locked_pages pages, std::size_t size, in_children children);

  locked_pages pages_;
  std::size_t size_;
  in_children children_;
  pid_t locked_in_;
};

} // namespace quorate::hsm
