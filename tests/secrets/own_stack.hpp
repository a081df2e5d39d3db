// Runs a function on a stack that nothing else runs on, so that what it leaves there stays to be
// found: elsewhere the next call covers it, most of the time.
#pragma once

#include "core/base/check.hpp"

#include <functional>
#include <sys/mman.h>
#include <ucontext.h>

namespace quorate::secrets {

class own_stack {
public:
  own_stack() {
    memory_ = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    QUORATE_CHECK(memory_ != MAP_FAILED);
  }
  own_stack(const own_stack&) = delete;
  own_stack& operator=(const own_stack&) = delete;
  ~own_stack() { ::munmap(memory_, bytes); }

  void run(const std::function<void()>& task) {
    task_ = &task;
    current_ = this;
    QUORATE_CHECK(::getcontext(&inner_) == 0);
    inner_.uc_stack.ss_sp = memory_;
    inner_.uc_stack.ss_size = bytes;
    inner_.uc_link = &outer_;
    ::makecontext(
        &inner_, [] { (*current_->task_)(); }, 0);
    QUORATE_CHECK(::swapcontext(&outer_, &inner_) == 0);
  }

private:
  static constexpr std::size_t bytes = 256 * 1024;
  static inline own_stack* current_ = nullptr;

  void* memory_;
  const std::function<void()>* task_ = nullptr;
  ucontext_t inner_{};
  ucontext_t outer_{};
};

} // namespace quorate::secrets
