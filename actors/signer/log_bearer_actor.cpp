#include "actors/signer/log_bearer_actor.hpp"

#include "actors/clocks.hpp"
#include "actors/handlers.hpp"

namespace quorate {

namespace {

constexpr std::uint64_t look_every_ms = 1'000;
/// While a head is on its way through the cluster, or the log moved meanwhile.
constexpr std::uint64_t look_again_ms = 100;
/// After the signer could not be reached: neither is its status asked for.
constexpr std::uint64_t rest_ms = 10'000;
/// After something that people have to look at.
constexpr std::uint64_t long_rest_ms = 60'000;
/// Also where the last replica that a quorum needs is seconds behind: each try is of a newer block.
constexpr auto attested_within = std::chrono::milliseconds(10'000);
/// So often the signer is shown a newer block, if there is one: its clock is the newest it saw.
constexpr std::uint64_t show_every_ms = 10'000;
/// Of no promise of the gateway, which ignores the admissions: what was refused is asked for again.
constexpr std::uint64_t nobody_waits = ~std::uint64_t{0};

class log_bearer_shell : public log_bearer_actor::base {
public:
  log_bearer_shell(caf::actor_config& config, log_bearer_setup setup)
      : log_bearer_actor::base(config), setup_(std::move(setup)) {}

  behavior_type make_behavior() override {
    set_robust_handlers(this, "log bearer");
    send(setup_.desk, local::watch_log{log_watcher_actor{this}});
    delayed_send(this, std::chrono::milliseconds(look_every_ms), local::timer_tick{});
    return {
        [this](local::log_moved) {
          moved_ = true;
          silent_until_ = 0; // it can be reached
          rests_until_ = 0;
          look();
        },
        [this](local::timer_tick) {
          delayed_send(this, std::chrono::milliseconds(look_every_ms), local::timer_tick{});
          look();
        },
        [this](local::serve_tick) {
          soon_ = false;
          look();
        },
    };
  }

  // Actors hold each other.
  void on_exit() override { setup_ = {}; }

private:
  void look() {
    if (looking_ || monotonic_now().value < silent_until_) return;
    looking_ = true;
    moved_ = false;
    ask(signer::status_question{}, [this](const signer::answer& said) {
      const auto* status = std::get_if<signer::status_answer>(&said);
      if (status == nullptr) return rest();
      if (status->account.is_zero()) return done();
      if (!may_bring()) return void(looking_ = false); // the next look is that of the second
      compare(*status);
    });
  }

  bool may_bring() const {
    const auto now = monotonic_now();
    return now.value >= rests_until_ && setup_.health->serves(now);
  }

  void ask(signer::question what, std::function<void(const signer::answer&)> then) {
    request(setup_.desk, caf::infinite,
            local::signer_wanted{std::make_shared<const signer::question>(std::move(what))})
        .then([then](const local::signer_said& said) { then(*said.what); },
              [this](caf::error&) { done(); });
  }

  void compare(const signer::status_answer& status) {
    request(setup_.ledger, caf::infinite, local::account_lookup{status.account})
        .then([this, status](local::account_answer& found) {
          const auto* account = found.value ? &*found.value : nullptr;
          judge_last(account);
          const auto next = account ? account->last_sequence.next() : account_sequence{1};
          if (is_under_way(next) || monotonic_now().value < rests_until_) return done();
          if (account == nullptr) return bring({std::nullopt}, next);
          const auto known = account->log.value_or(audit::log_frontier{}.head());
          const bool is_new = known != status.log || status.unanchored == errc::not_anchored;
          if (is_new || is_time_to_show(found.summary.height)) return prove(found);
          done();
        });
  }

  bool is_time_to_show(sequence_number height) const {
    return height > shown_ && monotonic_now().value >= shown_at_ + show_every_ms;
  }

  void prove(local::account_answer& found) {
    const auto height = found.summary.height;
    const auto next = found.value->last_sequence.next();
    auto proof = std::make_shared<ledger::account_proof>(
        ledger::account_proof{std::move(found.value), std::move(found.proof), {}});
    request(setup_.gateway, attested_within, local::quorum_wanted{height})
        .then(
            [this, proof, next](local::quorum_answer& attested) {
              if (!attested.block) return done();
              proof->block = std::move(*attested.block);
              shown_ = proof->block.summary.height;
              shown_at_ = monotonic_now().value;
              bring({std::move(*proof)}, next);
            },
            [this](caf::error&) { done(); });
  }

  /// What became of the operation that was submitted last.
  void judge_last(const ledger::account* account) {
    if (!submitted_) return;
    if (account == nullptr && !is_under_way(submitted_->sequence)) {
      submitted_.reset();
      return complain("the account of the signer's log is not opened; an administrator has to",
                      errc::not_authorised);
    }
    if (account == nullptr || account->last_sequence < submitted_->sequence) return;
    const auto* reply = account->find_reply(submitted_->sequence);
    // Another node's operation may have taken the number: what became of that is not said here.
    const bool is_own = reply != nullptr && reply->id == submitted_->id;
    submitted_.reset();
    if (!is_own || reply->code == 0) return;
    complain("the ledger refused the head of the signer's log", static_cast<errc>(reply->code));
  }

  bool is_under_way(account_sequence next) const {
    return submitted_ && next <= submitted_->sequence &&
           monotonic_now().value - submitted_at_ < setup_.patience_ms;
  }

  void bring(signer::head_wanted wanted, account_sequence next) {
    ask(std::move(wanted), [this, next](const signer::answer& said) {
      if (const auto* no = std::get_if<signer::refused_answer>(&said); no != nullptr) {
        // It has nothing newer, or another node's head arrived here and was continued meanwhile.
        if (is_transient(no->why))
          rests_until_ = monotonic_now().value + look_every_ms;
        else if (no->why != errc::duplicate)
          complain("the signer gives no head of its log", no->why);
      } else if (const auto* yes = std::get_if<signer::head_answer>(&said); yes != nullptr) {
        submitted_ = {next, ledger::id_of(setup_.cluster, yes->operation.op)};
        submitted_at_ = monotonic_now().value;
        send(setup_.mempool, local::operation_bundle{std::make_shared<const std::vector<bytes>>(
                                                         1, encode(yes->operation)),
                                                     nobody_waits});
      }
      done();
    });
  }

  /// Of these nothing was written (the desk brings nothing of another epoch). Another refusal may
  /// be an entry of the signer's log each time.
  static bool is_transient(errc why) {
    return why == errc::unreachable || why == errc::timed_out || why == errc::busy ||
           why == errc::wrong_epoch;
  }

  void complain(const char* what, errc why) {
    log::error("log bearer", std::string{what} + ": " + std::string{explain(why)});
    rests_until_ = monotonic_now().value + long_rest_ms;
  }

  // The desk has said why.
  void rest() {
    silent_until_ = monotonic_now().value + rest_ms;
    done();
  }

  void done() {
    looking_ = false;
    if ((!moved_ && !submitted_) || std::exchange(soon_, true)) return;
    delayed_send(this, std::chrono::milliseconds(look_again_ms), local::serve_tick{});
  }

  struct under_way {
    account_sequence sequence;
    ledger::operation_id id;
  };

  log_bearer_setup setup_;
  bool looking_ = false;
  bool moved_ = false;                 ///< since it was last looked at
  bool soon_ = false;                  ///< a serve_tick is on its way
  sequence_number shown_;              ///< the newest block that the signer was shown
  std::uint64_t shown_at_ = 0;         ///< when
  std::uint64_t silent_until_ = 0;     ///< the signer is not asked
  std::uint64_t rests_until_ = 0;      ///< nothing is brought
  std::optional<under_way> submitted_; ///< the last operation, while it is not executed
  std::uint64_t submitted_at_ = 0;
};

} // namespace

log_bearer_actor spawn_log_bearer(caf::actor_system& system, log_bearer_setup setup) {
  QUORATE_CHECK(setup.desk && setup.mempool && setup.ledger && setup.health &&
                !setup.cluster.is_zero());
  return system.spawn<log_bearer_shell>(std::move(setup));
}

} // namespace quorate
