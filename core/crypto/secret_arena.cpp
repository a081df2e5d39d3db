#include "core/crypto/secret_arena.hpp"

#include <algorithm>

namespace quorate {

namespace {

std::size_t slots_for(std::size_t size) noexcept {
  return size / secret_arena::slot_bytes + (size % secret_arena::slot_bytes != 0 ? 1 : 0);
}

} // namespace

secret_buffer::~secret_buffer() {
  if (arena_ != nullptr) arena_->give_back(data_);
}

secret_arena::secret_arena(std::span<std::uint8_t> memory)
    : memory_(memory), taken_(memory.size() / slot_bytes) {
  QUORATE_CHECK(reinterpret_cast<std::uintptr_t>(memory.data()) % slot_bytes == 0);
}

secret_arena::~secret_arena() { QUORATE_CHECK(slots_taken_ == 0); }

expected<secret_buffer> secret_arena::allocate(std::size_t size) noexcept {
  QUORATE_CHECK(size > 0);
  const auto wanted = slots_for(size);
  if (wanted > taken_.size()) return errc::secret_memory_full;
  const auto gap = std::search_n(taken_.begin(), taken_.end(), wanted, false);
  if (gap == taken_.end()) return errc::secret_memory_full;
  std::fill_n(gap, wanted, true);
  slots_taken_ += wanted;
  const auto at = static_cast<std::size_t>(gap - taken_.begin()) * slot_bytes;
  return secret_buffer{*this, memory_.subspan(at, size)};
}

expected<secret_buffer> secret_arena::copy_of(byte_view from) noexcept {
  QUORATE_ASSIGN(auto buffer, allocate(from.size()));
  std::memcpy(buffer.data(), from.data(), from.size());
  return buffer;
}

void secret_arena::give_back(std::span<std::uint8_t> data) noexcept {
  wipe(data.data(), data.size());
  const auto slots = slots_for(data.size());
  const auto first = static_cast<std::size_t>(data.data() - memory_.data()) / slot_bytes;
  std::fill_n(taken_.begin() + static_cast<std::ptrdiff_t>(first), slots, false);
  slots_taken_ -= slots;
}

} // namespace quorate
