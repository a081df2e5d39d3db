#include "actors/hsm/session_pool.hpp"

#include "actors/log.hpp"

#include <fmt/format.h>

#include <condition_variable>
#include <optional>
#include <unistd.h>

namespace quorate::hsm {

namespace {

// Never the same number twice, also not in a child: the count goes on from the parent's there.
std::uint64_t next_epoch() noexcept {
  static std::atomic<std::uint64_t> count{0};
  return ++count;
}

} // namespace

// The sessions of one process. A forked child makes its own: the parent's sessions are not valid
// there, and its lock may be held by a thread that the child does not have.
// Invariant: idle.size() + in_use <= limit, but for a session about to be opened.
struct session_pool::era {
  explicit era(std::size_t sessions_max) : limit(sessions_max) { idle.reserve(sessions_limit); }

  const pid_t process = ::getpid();
  std::mutex mutex;
  std::condition_variable came_free;
  std::vector<CK_SESSION_HANDLE> idle;
  std::size_t in_use = 0;
  std::size_t waiting = 0;
  std::size_t limit;
  std::optional<CK_SLOT_ID> slot; // unknown: to be looked for
  bool is_logged_in = false;
  std::uint64_t epoch = next_epoch();
  std::uint64_t logins = 0;
};

session_pool::session_pool(std::shared_ptr<module> from, pool_options options, kept_pin pin)
    : module_(std::move(from)), options_(std::move(options)), pin_(std::move(pin)),
      era_(new era{options_.sessions_max}) {}

session_pool::~session_pool() {
  auto* const last = era_.load();
  if (last->process != ::getpid())
    return; // the parent's: neither its lock nor its sessions are ours
  for (const auto handle : last->idle)
    close(handle);
  delete last;
}

expected<std::shared_ptr<session_pool>>
session_pool::open(std::shared_ptr<module> from, pool_options options, wallet::secret_text pin) {
  if (options.sessions_max == 0 || options.sessions_max > sessions_limit) return errc::over_limit;
  QUORATE_ASSIGN(auto kept, kept_pin::keep(std::move(pin), options.pin_in_children));
  std::shared_ptr<session_pool> made{
      new session_pool{std::move(from), std::move(options), std::move(kept)}};
  QUORATE_TRY(made->check_out());
  return made;
}

// What a child leaves behind of its parent's era is not freed: destroying a condition variable
// waits for its waiters, who are in the parent.
session_pool::era& session_pool::current_era() {
  auto* now = era_.load(std::memory_order_acquire);
  if (now->process == ::getpid()) return *now;
  auto fresh = std::make_unique<era>(options_.sessions_max);
  if (era_.compare_exchange_strong(now, fresh.get())) return *fresh.release();
  return *now; // another thread of this child was first
}

outcome session_pool::run(const work& job, session_access access) {
  for (bool is_second = false;; is_second = true) {
    QUORATE_ASSIGN(auto held, check_out(access));
    const CK_RV value = [&] {
      const module_scope here;
      return job(held.get());
    }();
    if (value == CKR_OK) return {};
    held.discard();
    if (is_second || !is_lost_session(value)) {
      log::warn("hsm", module::last_refusal());
      return meaning_of(value).code;
    }
    log::info("hsm", module::last_refusal());
    renew(held.get().epoch);
  }
}

expected<session_pool::lease> session_pool::check_out(session_access access) {
  auto& now = current_era();
  std::unique_lock lock{now.mutex};
  for (;;) {
    QUORATE_TRY(reserve(now, lock));
    const auto handle = obtain(now, access);
    if (handle) return lease{*this, now, {*handle, now.epoch}, access};
    --now.in_use;
    now.came_free.notify_one();
    // The token has no session left. Those that others hold come back: wait for one, unless none is
    // out. The lower limit makes the waiting, and the end of this loop, certain.
    const bool comes_back = handle.error() == errc::busy && now.in_use > 0;
    if (!comes_back) return handle.error();
    now.limit = std::min(now.limit, now.in_use);
  }
}

outcome session_pool::reserve(era& now, std::unique_lock<std::mutex>& lock) {
  if (now.in_use >= now.limit) {
    if (now.waiting >= waiting_max) return errc::busy;
    ++now.waiting;
    const bool is_free =
        now.came_free.wait_for(lock, options_.wait, [&] { return now.in_use < now.limit; });
    --now.waiting;
    if (!is_free) return errc::busy;
  }
  ++now.in_use;
  return {};
}

// An idle session, or a new one; when the way to the token is lost, once more from the start.
expected<CK_SESSION_HANDLE> session_pool::obtain(era& now, session_access access) {
  if (access == session_access::read && now.is_logged_in && !now.idle.empty()) {
    const auto handle = now.idle.back();
    now.idle.pop_back();
    return handle;
  }
  if (now.idle.size() + now.in_use > now.limit) {
    close(now.idle.back());
    now.idle.pop_back();
  }
  for (bool is_second = false;; is_second = true) {
    CK_SESSION_HANDLE handle = 0;
    CK_RV value = CKR_OK;
    const auto opened = open_session(now, access, handle, value);
    if (opened) return handle;
    if (is_second || !is_lost_session(value)) {
      log::warn("hsm",
                fmt::format("token \"{}\": {} {}", options_.token_label, explain(opened.error()),
                            value == CKR_OK ? std::string{} : module::last_refusal()));
      return opened.error();
    }
    drop_idle(now);
  }
}

/// @param value  what the module answered, CKR_OK where the error is not from there.
outcome session_pool::open_session(era& now, session_access access, CK_SESSION_HANDLE& handle,
                                   CK_RV& value) {
  if (!now.slot) {
    QUORATE_TRY(module_->ensure_initialised());
    QUORATE_ASSIGN(const auto found, module_->find_token(options_.token_label));
    now.slot = found.slot;
  }
  const CK_FLAGS flags =
      CKF_SERIAL_SESSION | (access == session_access::write ? CKF_RW_SESSION : CK_FLAGS{0});
  value = module_->call("C_OpenSession", &CK_FUNCTION_LIST::C_OpenSession, *now.slot, flags,
                        nullptr, nullptr, &handle);
  if (value != CKR_OK) return meaning_of(value).code;
  if (now.is_logged_in) return {};
  const auto logged_in = say_pin(now, handle, value);
  if (!logged_in) close(handle);
  return logged_in;
}

// The one place that says the PIN. A token counts wrong ones and locks itself for good after a few,
// so: never one that was refused, and never when the count may be at its end, whoever brought it
// there.
outcome session_pool::say_pin(era& now, CK_SESSION_HANDLE handle, CK_RV& value) {
  const module_scope no_fork_may_copy_half_a_change;
  if (is_pin_refused_) return errc::hsm_pin_refused;
  CK_TOKEN_INFO info{};
  value = module_->call("C_GetTokenInfo", &CK_FUNCTION_LIST::C_GetTokenInfo, *now.slot, &info);
  if (value != CKR_OK) return meaning_of(value).code;
  if ((info.flags & (CKF_USER_PIN_LOCKED | CKF_USER_PIN_FINAL_TRY)) != 0)
    return errc::hsm_pin_locked;
  if (options_.heed_wrong_pins && !is_pin_proven_ && (info.flags & CKF_USER_PIN_COUNT_LOW) != 0)
    return errc::hsm_pin_doubted;
  QUORATE_ASSIGN(const auto pin, pin_.view());
  const stack_wiper wiper;
  value = module_->call("C_Login", &CK_FUNCTION_LIST::C_Login, handle, CK_USER_TYPE{CKU_USER},
                        const_cast<CK_UTF8CHAR*>(pin.data()), CK_ULONG{pin.size()});
  if (value == CKR_OK || value == CKR_USER_ALREADY_LOGGED_IN) {
    is_pin_proven_ = is_pin_proven_ || value == CKR_OK;
    now.is_logged_in = true;
    now.epoch = next_epoch();
    ++now.logins;
    return {};
  }
  if (!is_refused_pin(value)) return meaning_of(value).code;
  pin_.forget();
  is_pin_refused_ = true;
  options_.on_pin_refused();
  return value == CKR_PIN_LOCKED ? errc::hsm_pin_locked : errc::hsm_pin_refused;
}

outcome session_pool::log_in(wallet::secret_text pin) {
  {
    auto& now = current_era();
    const std::lock_guard lock{now.mutex};
    const module_scope no_fork_may_copy_half_a_change;
    pin_.forget();
    is_pin_refused_ = false;
    is_pin_proven_ = false;
    drop_idle(now);
    QUORATE_ASSIGN(pin_, kept_pin::keep(std::move(pin), options_.pin_in_children));
  }
  QUORATE_TRY(check_out());
  return {};
}

session_pool::statistics session_pool::current_statistics() {
  auto& now = current_era();
  const std::lock_guard lock{now.mutex};
  return {now.idle.size(), now.in_use, now.logins};
}

// Only the first of the threads that lost their sessions together does something.
void session_pool::renew(std::uint64_t lost_epoch) {
  auto& now = current_era();
  const std::lock_guard lock{now.mutex};
  if (now.epoch == lost_epoch) drop_idle(now);
}

void session_pool::drop_idle(era& now) noexcept {
  for (const auto handle : now.idle)
    close(handle);
  now.idle.clear();
  now.is_logged_in = false;
  now.slot.reset();
  now.limit = options_.sessions_max;
}

void session_pool::give_back(const lease& from) noexcept {
  auto& now = *from.era_;
  if (now.process != ::getpid()) return; // a child's copy of its parent's lease
  {
    const std::lock_guard lock{now.mutex};
    --now.in_use;
    if (from.is_sound_ && from.access_ == session_access::read && now.is_logged_in &&
        from.session_.epoch == now.epoch)
      now.idle.push_back(from.session_.handle);
    else
      close(from.session_.handle);
    // With its last session a process is logged out.
    if (now.idle.empty() && now.in_use == 0) now.is_logged_in = false;
  }
  now.came_free.notify_one();
}

// Whatever the module answers, the session is gone.
void session_pool::close(CK_SESSION_HANDLE handle) noexcept {
  module_->call_unnoted("C_CloseSession", &CK_FUNCTION_LIST::C_CloseSession, handle);
}

} // namespace quorate::hsm
