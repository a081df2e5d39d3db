#include "actors/hsm/fork_gate.hpp"

#include "core/base/check.hpp"

#include <pthread.h>

namespace quorate::hsm {

namespace {

pthread_rwlock_t gate;      // read: inside a module; written: forking
thread_local int depth = 0; // scopes of this thread

// Threads that sign without a pause must not keep a fork waiting for ever.
void make_gate() noexcept {
  pthread_rwlockattr_t kind;
  QUORATE_CHECK(
      pthread_rwlockattr_init(&kind) == 0 &&
      pthread_rwlockattr_setkind_np(&kind, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP) == 0 &&
      pthread_rwlock_init(&gate, &kind) == 0);
  pthread_rwlockattr_destroy(&kind);
}

// A module that forks itself, within a call, has its own reasons and must not wait for itself.
void before_fork() noexcept {
  if (depth == 0) QUORATE_CHECK(pthread_rwlock_wrlock(&gate) == 0);
}

void after_fork_in_parent() noexcept {
  if (depth == 0) QUORATE_CHECK(pthread_rwlock_unlock(&gate) == 0);
}

// The lock remembers its writer by a thread's number, which is another one here: begin anew.
void after_fork_in_child() noexcept {
  make_gate();
  if (depth > 0) QUORATE_CHECK(pthread_rwlock_rdlock(&gate) == 0);
}

bool set_up() noexcept {
  make_gate();
  return pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child) == 0;
}

} // namespace

module_scope::module_scope() noexcept {
  static const bool is_set_up = set_up();
  QUORATE_CHECK(is_set_up);
  if (depth == 0) QUORATE_CHECK(pthread_rwlock_rdlock(&gate) == 0);
  ++depth;
}

module_scope::~module_scope() {
  --depth;
  if (depth == 0) QUORATE_CHECK(pthread_rwlock_unlock(&gate) == 0);
}

} // namespace quorate::hsm
