#include "actors/storage/fault_guard.hpp"

#include "actors/fatal.hpp"

#include <array>
#include <csignal>
#include <cstdio>
#include <mutex>

namespace quorate {

namespace {

thread_local const char* volatile guarded_directory = nullptr;

struct sigaction before_bus;
struct sigaction before_segv;

void on_fault(int signal_number, siginfo_t*, void*) {
  if (const char* directory = guarded_directory) {
    std::array<char, 1024> reason;
    std::snprintf(reason.data(), reason.size(),
                  "Reading the database in %.600s faulted (%s): a page is damaged, unreadable or "
                  "beyond the end of the file.",
                  directory, signal_number == SIGBUS ? "SIGBUS" : "SIGSEGV");
    fatal(exit_code::storage_corrupt, reason.data());
  }
  // Not ours: put the former handler back and return, so that the fault happens again under it.
  sigaction(signal_number, signal_number == SIGBUS ? &before_bus : &before_segv, nullptr);
}

} // namespace

void fault_guard::install() noexcept {
  struct sigaction ours {};
  ours.sa_sigaction = on_fault;
  ours.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&ours.sa_mask);
  struct sigaction before {};
  // Being there already must not make us our own predecessor: that would fault for ever.
  if (sigaction(SIGBUS, &ours, &before) == 0 && before.sa_sigaction != on_fault)
    before_bus = before;
  if (sigaction(SIGSEGV, &ours, &before) == 0 && before.sa_sigaction != on_fault)
    before_segv = before;
}

fault_guard::fault_guard(const char* directory) noexcept : outer_(guarded_directory) {
  static std::once_flag once;
  std::call_once(once, install);
  guarded_directory = directory;
}

fault_guard::~fault_guard() { guarded_directory = outer_; }

} // namespace quorate
