// This process's memory as the kernel shows it (/proc/self/maps, /proc/self/mem).
#pragma once

#include "tests/secrets/needles.hpp"

#include <cinttypes>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <sys/mman.h>
#include <unistd.h>

namespace quorate::secrets {

struct scan_result {
  std::size_t bytes = 0;
  std::size_t inside = 0;  ///< words of secrets in the pages that are made for them
  std::size_t outside = 0; ///< and anywhere else
};

class own_memory {
public:
  explicit own_memory(std::span<std::uint8_t> locked) : locked_(locked) {
    // What is read passes through here, so this is the one place that is not looked at.
    void* const at =
        ::mmap(nullptr, chunk_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ::madvise(at, chunk_bytes, MADV_DONTDUMP);
    buffer_ = {static_cast<std::uint8_t*>(at), chunk_bytes};
  }
  own_memory(const own_memory&) = delete;
  own_memory& operator=(const own_memory&) = delete;
  ~own_memory() { ::munmap(buffer_.data(), buffer_.size()); }

  scan_result scan(const needles& secrets) {
    scan_result result;
    const int memory = ::open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
    std::ifstream maps{"/proc/self/maps"};
    for (std::string line; std::getline(maps, line);) {
      std::uintptr_t begin = 0;
      std::uintptr_t end = 0;
      char rights[5] = {};
      if (std::sscanf(line.c_str(), "%" SCNxPTR "-%" SCNxPTR " %4s", &begin, &end, rights) == 3 &&
          rights[0] == 'r' && begin != address(buffer_))
        scan_region(memory, begin, end, line, secrets, result);
    }
    ::close(memory);
    return result;
  }

private:
  static constexpr std::size_t chunk_bytes = 4 << 20;
  static constexpr std::size_t overlap_bytes = 7; // a word may lie across two chunks

  static std::uintptr_t address(std::span<std::uint8_t> in) noexcept {
    return reinterpret_cast<std::uintptr_t>(in.data());
  }

  void scan_region(int memory, std::uintptr_t begin, std::uintptr_t end, const std::string& line,
                   const needles& secrets, scan_result& result) {
    for (auto at = begin; at < end;) {
      const auto wanted = std::min<std::size_t>(chunk_bytes, end - at);
      const auto got = ::pread(memory, buffer_.data(), wanted, static_cast<off_t>(at));
      if (got <= 0) return; // the kernel's own pages in our address space
      const auto size = static_cast<std::size_t>(got);
      result.bytes += size;
      secrets.find(buffer_.first(size), [&](std::size_t place) {
        const auto where = at + place;
        const bool is_inside =
            where >= address(locked_) && where < address(locked_) + locked_.size();
        ++(is_inside ? result.inside : result.outside);
        if (!is_inside)
          std::fprintf(stderr, "a secret at %#" PRIxPTR " of %s\n", where, line.c_str());
      });
      std::memset(buffer_.data(), 0, size);
      if (size <= overlap_bytes || at + size >= end) return;
      at += size - overlap_bytes;
    }
  }

  std::span<std::uint8_t> locked_;
  std::span<std::uint8_t> buffer_;
};

} // namespace quorate::secrets
