#include "actors/signer/signer_view.hpp"

#include <algorithm>

namespace quorate {

void signer_view::heard(const signer::answer& what, monotonic_ms now) {
  const std::lock_guard lock{mutex_};
  heard_at_ = now;
  has_answered_ = true;
  failure_.reset();
  if (const auto* status = std::get_if<signer::status_answer>(&what)) said_ = *status;
}

void signer_view::failed(errc why) {
  const std::lock_guard lock{mutex_};
  failure_ = why;
}

protocol::signer_line signer_view::describe(monotonic_ms now) const {
  const std::lock_guard lock{mutex_};
  protocol::signer_line line;
  line.failure = failure_ ? static_cast<std::uint16_t>(*failure_) : std::uint16_t{0};
  line.silent_ms = now.value - std::min(now.value, heard_at_.value);
  line.reachable = has_answered_ && !failure_ && line.silent_ms < signer_silent_after_ms;
  line.said = said_;
  return line;
}

} // namespace quorate
