#include "actors/secrets/process_guard.hpp"

#include "core/crypto/secret.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <cstdlib>
#include <malloc.h>
#include <sys/prctl.h>
#include <sys/resource.h>

namespace quorate {

namespace {

/// Keys, and the secret numbers of all handshakes at one time: some hundred bytes each.
constexpr std::size_t heap_bytes = 256 * 1024;
constexpr std::size_t piece_bytes_min = 32;

void* allocate(std::size_t size, const char*, int) {
  return size == 0 ? nullptr : std::malloc(size);
}

void release(void* at, const char*, int) {
  if (at == nullptr) return;
  wipe(at, ::malloc_usable_size(at));
  std::free(at);
}

// Not realloc(): it may move the bytes and leave them where they were.
void* resize(void* at, std::size_t size, const char* file, int line) {
  void* const moved = allocate(size, file, line);
  if (at != nullptr && moved != nullptr)
    std::memcpy(moved, at, std::min(size, ::malloc_usable_size(at)));
  if (moved != nullptr || size == 0) release(at, file, line);
  return moved;
}

} // namespace

std::string guard_process(core_dumps wanted) {
  const bool is_allowed = wanted == core_dumps::allowed;
  if (::prctl(PR_SET_DUMPABLE, is_allowed ? 1 : 0) != 0)
    return "the system does not let this process close its memory to others (PR_SET_DUMPABLE)";
  const rlimit none{0, 0};
  if (!is_allowed && ::setrlimit(RLIMIT_CORE, &none) != 0)
    return "the system does not let this process give core dumps up (RLIMIT_CORE)";
  return {};
}

std::string guard_openssl() {
  if (CRYPTO_set_mem_functions(allocate, resize, release) != 1)
    return "OpenSSL was used before its memory was guarded";
  if (CRYPTO_secure_malloc_init(heap_bytes, piece_bytes_min) != 1)
    return "the system gives OpenSSL no locked memory for the TLS key: raise the limit of locked "
           "memory (ulimit -l) to 2 MiB or more";
  return {};
}

} // namespace quorate
