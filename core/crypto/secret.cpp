#include "core/crypto/secret.hpp"

#include <openssl/crypto.h>

namespace quorate {

void wipe(void* data, std::size_t size) noexcept { OPENSSL_cleanse(data, size); }

namespace {

// The compiler clears what the attribute names when such a function returns: what its target has,
// and no more. memcpy moves keys through the widest registers of the machine.
[[gnu::noinline, gnu::zero_call_used_regs("all")]] void clear_registers() noexcept {
  asm volatile("");
}

#if defined(__x86_64__)
void clear_wide_registers() noexcept {
  if (__builtin_cpu_supports("avx"))
    asm volatile("vzeroall" ::
                     : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8",
                       "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
  if (!__builtin_cpu_supports("avx512f")) return;
  asm volatile(".irp r, 16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31\n"
               "vpxord %zmm\\r, %zmm\\r, %zmm\\r\n"
               ".endr");
}
#else
void clear_wide_registers() noexcept {}
#endif

} // namespace

// A frame of its own, as deep as the calls before it went and more: signing takes some 3 KiB.
[[gnu::noinline]] void wipe_stack() noexcept {
  std::array<std::uint8_t, 8192> below; // NOLINT(cppcoreguidelines-pro-type-member-init)
  wipe(below.data(), below.size());
  clear_wide_registers();
  clear_registers();
}

} // namespace quorate
