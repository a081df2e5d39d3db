// Sessions with one token, logged in as its user and used in turn.
//
// A session carries one operation at a time and costs the token memory, so there are few of them.
// The login belongs to the process, not to a session: another part of the process, or the token's
// removal, can end it at any time.
#pragma once

#include "actors/hsm/kept_pin.hpp"
#include "actors/hsm/module.hpp"

#include <chrono>
#include <functional>

namespace quorate::hsm {

struct pool_options {
  std::string token_label;
  /// From 1 to session_pool::sessions_limit. A token that has fewer left lowers it, until the
  /// next new login.
  std::size_t sessions_max = 8;
  /// How long a call waits for a session while all are in use; then busy.
  std::chrono::milliseconds wait{5'000};
  /// No PIN is said while the token tells that a wrong one was since the last right one: somebody,
  /// a process before this one perhaps, has used up tries. Until this pool's own PIN was taken.
  bool heed_wrong_pins = false;
  /// Called when the token has refused the PIN, before anybody learns of it.
  std::function<void()> on_pin_refused = [] {};
  /// Whether forked children hold a copy of the PIN and can log in by themselves.
  in_children pin_in_children = in_children::zeros;
};

enum class session_access { read, write };

/// An open session that was logged in when it was handed out.
struct session {
  CK_SESSION_HANDLE handle = 0;
  /// Another number after each new login and in each process: handles of objects, which end with
  /// the login, are of one epoch.
  std::uint64_t epoch = 0;
};

/// May be called from any thread; calls block as long as the token takes. Share by shared_ptr.
///
/// In a forked child the pool starts empty, and the first call logs in there; see pin_in_children.
/// Invariants: at most sessions_max sessions are open; a PIN that was refused is wiped and never
/// said to the token again.
class session_pool {
public:
  static constexpr std::size_t sessions_limit = 64;
  /// Calls that wait for a session at one time. More: busy at once.
  static constexpr std::size_t waiting_max = 256;

  /// One operation on the token: what it does ends with an answer of the module.
  using work = std::function<CK_RV(const session&)>;

  /// Finds the token, opens the first session and logs in.
  /// Errors: over_limit for options out of range; hsm_no_token, hsm_pin_refused, hsm_pin_locked,
  ///   hsm_pin_doubted, and those of kept_pin::keep() and meaning_of().
  static expected<std::shared_ptr<session_pool>>
  open(std::shared_ptr<module> from, pool_options options, wallet::secret_text pin);
  session_pool(const session_pool&) = delete;
  session_pool& operator=(const session_pool&) = delete;
  /// Closes the sessions of this process. @pre no call is under way and every lease has gone
  ~session_pool();

  /// Runs `job` with a session of its own. When the session, the login or a handle proves lost, it
  /// opens a session, logs in and runs `job` once more: `job` looks handles of objects up again
  /// when the epoch is another, and leaves nothing behind when it fails. It must not call the pool.
  /// Errors: busy when no session came free; hsm_pin_refused, hsm_pin_locked, hsm_pin_needed for
  ///   the login; those of meaning_of() for what `job` returned. Logged.
  outcome run(const work& job, session_access access = session_access::read);

  /// Takes another PIN, after a refusal or in a child, and logs in.
  /// Errors: as open(); the PIN before is forgotten in any case.
  outcome log_in(wallet::secret_text pin);

  module& get_module() noexcept { return *module_; }

  struct statistics {
    std::size_t idle = 0;
    std::size_t in_use = 0;
    std::uint64_t logins = 0; ///< in this process
  };
  statistics current_statistics();

  class lease;
  /// A session for the holder alone, given back when the lease goes. run() is what most callers
  /// want. Errors: as run() before its job.
  expected<lease> check_out(session_access access = session_access::read);

private:
  struct era;

  session_pool(std::shared_ptr<module> from, pool_options options, kept_pin pin);
  era& current_era();
  // With the era locked:
  outcome reserve(era& now, std::unique_lock<std::mutex>& lock);
  expected<CK_SESSION_HANDLE> obtain(era& now, session_access access);
  outcome open_session(era& now, session_access access, CK_SESSION_HANDLE& handle, CK_RV& value);
  outcome say_pin(era& now, CK_SESSION_HANDLE handle, CK_RV& value);
  void drop_idle(era& now) noexcept;
  void close(CK_SESSION_HANDLE handle) noexcept;

  void renew(std::uint64_t lost_epoch);
  void give_back(const lease& from) noexcept;

  std::shared_ptr<module> module_;
  const pool_options options_;
  kept_pin pin_;                // guarded by the era
  bool is_pin_refused_ = false; // guarded by the era
  bool is_pin_proven_ = false;  // guarded by the era
  std::atomic<era*> era_;
};

class session_pool::lease {
public:
  lease(lease&& other) noexcept
      : pool_(std::exchange(other.pool_, nullptr)), era_(other.era_), session_(other.session_),
        access_(other.access_), is_sound_(other.is_sound_) {}
  lease& operator=(lease&&) = delete;
  ~lease() {
    if (pool_ != nullptr) pool_->give_back(*this);
  }

  const session& get() const noexcept { return session_; }
  /// The session is closed instead of used again: an operation may be open in it.
  void discard() noexcept { is_sound_ = false; }

private:
  friend class session_pool;
  lease(session_pool& pool, era& of, session what, session_access access) noexcept
      : pool_(&pool), era_(&of), session_(what), access_(access) {}

  session_pool* pool_;
  era* era_;
  session session_;
  session_access access_;
  bool is_sound_ = true;
};

} // namespace quorate::hsm
