// Keeps fork() out of PKCS#11 modules: a child whose parent forked while another thread was inside
// a module finds that module's locks taken, by a thread that the child does not have, for ever.
#pragma once

namespace quorate::hsm {

/// A scope in which this thread is, or may be, inside a module. fork() waits until every thread has
/// left its scope, and new ones wait for fork(). May be nested. Locks that are only ever taken
/// within such a scope are free in every child.
///
/// What it does not cover: children made around pthread_atfork (a bare clone), and the locks of
/// other libraries that other threads use at that time.
class module_scope {
public:
  module_scope() noexcept;
  module_scope(const module_scope&) = delete;
  module_scope& operator=(const module_scope&) = delete;
  ~module_scope();
};

} // namespace quorate::hsm
