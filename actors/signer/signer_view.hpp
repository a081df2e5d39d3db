// What this node heard of its signer last: written by the desk, read by whoever shows it.
#pragma once

#include "core/base/strong.hpp"
#include "core/protocol/signer_line.hpp"
#include "core/signer/message.hpp"

#include <mutex>

namespace quorate {

/// A signer that answered nothing for so long counts as silent: it is asked once a second.
inline constexpr std::uint64_t signer_silent_after_ms = 5'000;

class signer_view {
public:
  /// @param now  since when the node asks.
  explicit signer_view(monotonic_ms now) : heard_at_(now) {}

  /// An answer, whatever it says; the newest status is kept.
  void heard(const signer::answer& what, monotonic_ms now);
  /// No answer came, or none that can be read.
  void failed(errc why);

  protocol::signer_line describe(monotonic_ms now) const;

private:
  mutable std::mutex mutex_;
  monotonic_ms heard_at_; ///< or since when nothing was heard
  bool has_answered_ = false;
  std::optional<errc> failure_; ///< of the last question
  std::optional<signer::status_answer> said_;
};

} // namespace quorate
