#include "actors/hsm/kept_pin.hpp"

#include <unistd.h>

namespace quorate::hsm {

kept_pin::kept_pin(locked_pages pages, std::size_t size, in_children children)
    : pages_(std::move(pages)), size_(size), children_(children), locked_in_(::getpid()) {}

expected<kept_pin> kept_pin::keep(wallet::secret_text pin, in_children children) {
  if (pin.size() == 0) return errc::hsm_pin_needed;
  if (pin.size() > bytes_max) return errc::over_limit;
  QUORATE_ASSIGN(auto pages, locked_pages::map(bytes_max, children));
  std::memcpy(pages.memory().data(), pin.view().data(), pin.size());
  return kept_pin{std::move(pages), pin.size(), children};
}

expected<byte_view> kept_pin::view() {
  if (size_ == 0) return errc::hsm_pin_needed;
  if (locked_in_ != ::getpid()) {
    if (children_ == in_children::zeros) return errc::hsm_pin_needed;
    QUORATE_TRY(pages_.lock_again());
    locked_in_ = ::getpid();
  }
  return byte_view{pages_.memory().first(size_)};
}

void kept_pin::forget() noexcept {
  wipe(pages_.memory().data(), size_);
  size_ = 0;
}

} // namespace quorate::hsm
