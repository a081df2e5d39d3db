// A deadline for calls into PKCS#11 modules. Nothing can interrupt a call into a library of others,
// and the thread that it hangs in may hold locks that everybody needs: so what is done about a call
// that takes too long is to end the process.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace quorate::hsm {

/// A scope in which this thread is inside a module. May be nested: the outermost one counts.
class call_scope {
public:
  /// @param name  the function's, a literal
  explicit call_scope(const char* name) noexcept;
  call_scope(const call_scope&) = delete;
  call_scope& operator=(const call_scope&) = delete;
  ~call_scope();

private:
  bool is_outermost_;
};

/// Watches the calls of all threads from one of its own. One at a time in a process.
class call_watch {
public:
  using clock = std::chrono::steady_clock;
  using overrun = std::function<void(const std::string& what)>;

  /// @param limit  for each call
  /// @param on_overrun  gets a sentence on the call; in the watch's thread, with nothing locked
  ///   that a caller may hold, and at most once. It ends the process.
  call_watch(std::chrono::milliseconds limit, overrun on_overrun);
  call_watch(const call_watch&) = delete;
  call_watch& operator=(const call_watch&) = delete;
  ~call_watch();

  /// From now on no call may last longer than `grace`, and one that is under way no longer than
  /// that from now. May be called from any thread; only the first has an effect.
  void hurry(std::chrono::milliseconds grace);

private:
  void run();
  clock::time_point deadline_of(clock::time_point begun) const; // with mutex_ locked

  const std::chrono::milliseconds limit_;
  const overrun on_overrun_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_over_ = false;
  std::chrono::milliseconds grace_{0}; // zero: none yet
  clock::time_point hurried_;
  std::thread thread_;
};

} // namespace quorate::hsm
