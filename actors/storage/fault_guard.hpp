// Turns a fault while reading mapped database pages into a clear exit.
//
// LMDB reads through a memory map and trusts what it finds there: a bad sector, a file cut short
// under us or a damaged page is SIGBUS or SIGSEGV instead of an error code. While a guard lives,
// such a signal on this thread ends the process with exit_code::storage_corrupt and one line that
// names the directory. Other faults go to whoever handled them before.
#pragma once

namespace quorate {

class fault_guard {
public:
  /// @param directory  named in the message; must outlive the guard.
  explicit fault_guard(const char* directory) noexcept;
  ~fault_guard();
  fault_guard(const fault_guard&) = delete;
  fault_guard& operator=(const fault_guard&) = delete;

  /// Puts the handlers in place, before whoever handles these signals now. The first guard does
  /// it; again only for code that replaces signal handlers later. Not for two threads at once.
  static void install() noexcept;

private:
  const char* outer_;
};

} // namespace quorate
