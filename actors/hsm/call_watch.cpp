#include "actors/hsm/call_watch.hpp"

#include "core/base/check.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace quorate::hsm {

namespace {

using clock = call_watch::clock;

/// Threads that are inside a module at one time and are watched: more than a pool lets in.
constexpr std::size_t threads_max = 512;

/// A call, or none while `begun` is zero. Only its own thread writes it.
struct place {
  std::atomic<bool> is_taken{false};
  std::atomic<clock::rep> begun{0};
  std::atomic<const char*> name{nullptr};
};
std::array<place, threads_max> places;

thread_local int depth = 0;
thread_local place* own = nullptr;

place* take_place() noexcept {
  for (auto& one : places)
    if (!one.is_taken.exchange(true)) return &one;
  return nullptr;
}

struct call {
  clock::time_point begun;
  const char* name;
};

std::optional<call> oldest_call() noexcept {
  std::optional<call> oldest;
  for (const auto& one : places) {
    const auto begun = one.begun.load();
    if (begun == 0) continue;
    const clock::time_point at{clock::duration{begun}};
    if (oldest && oldest->begun <= at) continue;
    oldest = call{at, one.name.load()};
  }
  return oldest;
}

} // namespace

call_scope::call_scope(const char* name) noexcept : is_outermost_(depth++ == 0) {
  if (!is_outermost_) return;
  own = take_place();
  if (own == nullptr) return; // more threads than any pool lets in: this one is not watched
  own->name = name;
  own->begun = clock::now().time_since_epoch().count();
}

call_scope::~call_scope() {
  --depth;
  if (!is_outermost_ || own == nullptr) return;
  own->begun = 0;
  own->is_taken = false;
  own = nullptr;
}

call_watch::call_watch(std::chrono::milliseconds limit, overrun on_overrun)
    : limit_(limit), on_overrun_(std::move(on_overrun)), thread_([this] { run(); }) {
  QUORATE_CHECK(limit_.count() > 0 && on_overrun_);
}

call_watch::~call_watch() {
  {
    const std::lock_guard lock{mutex_};
    is_over_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void call_watch::hurry(std::chrono::milliseconds grace) {
  {
    const std::lock_guard lock{mutex_};
    if (grace_.count() != 0) return;
    grace_ = grace;
    hurried_ = clock::now();
  }
  changed_.notify_one();
}

clock::time_point call_watch::deadline_of(clock::time_point begun) const {
  const auto usual = begun + limit_;
  return grace_.count() == 0 ? usual : std::min(usual, std::max(begun, hurried_) + grace_);
}

void call_watch::run() {
  using namespace std::chrono;
  constexpr milliseconds look_every{100};
  std::unique_lock lock{mutex_};
  while (!is_over_) {
    const auto now = clock::now();
    const auto oldest = oldest_call();
    if (oldest && now >= deadline_of(oldest->begun)) {
      const bool is_hurried = grace_.count() != 0;
      lock.unlock();
      on_overrun_(std::string{"the token's module has not come back from "} + oldest->name +
                  " for " +
                  std::to_string(duration_cast<milliseconds>(now - oldest->begun).count()) + " ms" +
                  (is_hurried ? ", and the process was asked to stop or to lock itself" : ""));
      return;
    }
    changed_.wait_for(lock, look_every);
  }
}

} // namespace quorate::hsm
