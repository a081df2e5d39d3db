#include "actors/secrets/locked_pages.hpp"

#include <sys/mman.h>
#include <unistd.h>

namespace quorate {

namespace {

std::size_t page_bytes() noexcept {
  static const auto size = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  return size;
}

/// Everything that the header promises, or false.
bool protect(std::span<std::uint8_t> pages, in_children children) noexcept {
  return ::mprotect(pages.data(), pages.size(), PROT_READ | PROT_WRITE) == 0 &&
         ::madvise(pages.data(), pages.size(), MADV_DONTDUMP) == 0 &&
         (children == in_children::copies ||
          ::madvise(pages.data(), pages.size(), MADV_WIPEONFORK) == 0) &&
         ::mlock(pages.data(), pages.size()) == 0;
}

} // namespace

expected<locked_pages> locked_pages::map(std::size_t size, in_children children) noexcept {
  if (size == 0 || size > bytes_max) return errc::over_limit;
  const auto page = page_bytes();
  const auto mapped = (size + page - 1) / page * page + 2 * page;
  void* const at = ::mmap(nullptr, mapped, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) return errc::secret_memory_refused;
  locked_pages pages{{static_cast<std::uint8_t*>(at), mapped}};
  if (protect(pages.memory(), children)) return pages;
  ::munmap(at, mapped); // not by the destructor, which writes to what may be protected still
  pages.whole_ = {};
  return errc::secret_memory_refused;
}

outcome locked_pages::lock_again() const noexcept {
  if (::mlock(memory().data(), memory().size()) != 0) return errc::secret_memory_refused;
  return {};
}

std::span<std::uint8_t> locked_pages::memory() const noexcept {
  return whole_.subspan(page_bytes(), whole_.size() - 2 * page_bytes());
}

locked_pages::~locked_pages() {
  if (whole_.empty()) return;
  wipe(memory().data(), memory().size());
  ::munmap(whole_.data(), whole_.size());
}

} // namespace quorate
