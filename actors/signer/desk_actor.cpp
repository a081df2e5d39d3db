#include "actors/signer/desk_actor.hpp"

#include "actors/clocks.hpp"
#include "actors/handlers.hpp"
#include "actors/ledger/epoch_proofs.hpp"

#include <deque>

namespace quorate {

namespace {

/// Of what proves it; none for what needs no proof.
std::optional<configuration_epoch> epoch_of(const signer::question& what) {
  if (const auto* order = std::get_if<signer::signing_request>(&what))
    return order->receipt.block.epoch;
  if (const auto* head = std::get_if<signer::head_wanted>(&what); head != nullptr && head->account)
    return head->account->block.epoch;
  return std::nullopt;
}

class desk_shell : public desk_actor::base {
public:
  using promise = caf::typed_response_promise<local::signer_said>;

  desk_shell(caf::actor_config& config, transport::endpoint& net, desk_setup setup)
      : desk_actor::base(config), net_(net), setup_(std::move(setup)) {}

  behavior_type make_behavior() override {
    set_robust_handlers(this, "desk");
    set_down_handler([this](caf::down_msg& down) {
      if (gate_ && down.source == gate_) gate_ = nullptr;
    });
    net_.expose(caf::actor_cast<caf::strong_actor_ptr>(this));
    return {
        [this](local::signer_wanted& in) { return on_wanted(in.what); },
        [this](local::watch_log& in) { watcher_ = std::move(in.watcher); },
        [this](local::signer_connected& in) { on_connected(in); },
    };
  }

  void on_exit() override { watcher_ = nullptr; }

private:
  struct waiting {
    std::shared_ptr<const signer::question> what;
    promise answer;
    bool again = false; ///< it was asked, and the signer was in another epoch by then
  };

  promise on_wanted(std::shared_ptr<const signer::question> what) {
    auto answer = make_response_promise<promise>();
    waiting one{std::move(what), answer};
    if (waiting_.size() >= desk_waiting_max) {
      deliver(one, signer::refused_answer{errc::busy});
    } else {
      waiting_.push_back(std::move(one));
      ask_next();
    }
    return answer;
  }

  void ask_next() {
    while (!waiting_.empty() && asked_ < desk_asked_max) {
      if (!gate_) return connect();
      auto one = std::move(waiting_.front());
      waiting_.pop_front();
      ++asked_;
      ask(std::move(one));
    }
  }

  void connect() {
    if (std::exchange(connecting_, true)) return;
    net_.connect(setup_.signer, transport::role::signer,
                 [self = desk_actor{this}](caf::strong_actor_ptr gate, std::string why) {
                   caf::anon_send(self, local::signer_connected{std::move(gate), std::move(why)});
                 });
  }

  // What waited for a connection that could not be made is answered: whoever asks, asks again.
  void on_connected(local::signer_connected& in) {
    connecting_ = false;
    if (!in.gate) {
      log::warn("desk", "no connection to the signer: " + in.why);
      setup_.view->failed(errc::unreachable);
      for (auto& one : std::exchange(waiting_, {}))
        deliver(one, signer::refused_answer{errc::unreachable});
      return;
    }
    gate_ = in.gate;
    signer_epoch_.reset(); // its data may be older ones now
    monitor(gate_);
    ask_next();
  }

  void finish(waiting& one, signer::answer what) {
    deliver(one, std::move(what));
    --asked_;
    ask_next();
  }
  static void deliver(waiting& one, signer::answer what) {
    one.answer.deliver(local::signer_said{std::make_shared<const signer::answer>(std::move(what))});
  }

  /// What is of another epoch than the signer's would count as a lie of this node's.
  void ask(waiting one) {
    const auto is_of = epoch_of(*one.what);
    if (!is_of || signer_epoch_ == is_of) return ask_now(std::move(one));
    if (signer_epoch_ && *is_of < *signer_epoch_) return refuse(one, errc::wrong_epoch);
    show_epochs(std::move(one));
  }

  void ask_now(waiting one) {
    send_question(*one.what, [this, one](expected<signer::answer> got) mutable {
      if (watcher_ && std::holds_alternative<signer::signing_request>(*one.what))
        send(watcher_, local::log_moved{});
      if (!got) return refuse(one, got.error());
      const auto* no = std::get_if<signer::refused_answer>(&*got);
      const bool moved_on = no != nullptr && no->why == errc::wrong_epoch;
      if (!moved_on || std::exchange(one.again, true)) return finish(one, std::move(*got));
      signer_epoch_.reset(); // another node has shown it epochs meanwhile
      ask(std::move(one));
    });
  }

  // The signer may not have heard that the membership changed. Each round shows it epochs that it
  // did not know, and goes on when it knows them: there are no more rounds than epochs.
  void show_epochs(waiting one) {
    send_question(signer::status_question{}, [this, one](expected<signer::answer> got) mutable {
      const auto* knows = got ? std::get_if<signer::status_answer>(&*got) : nullptr;
      if (knows == nullptr) return refuse(one, got ? errc::wrong_epoch : got.error());
      if (knows->epoch >= *epoch_of(*one.what)) return ask(std::move(one));
      signer::epochs_shown shown{load_epoch_proofs(*setup_.log, knows->epoch.next())};
      if (shown.proofs.empty()) return refuse(one, errc::wrong_epoch);
      send_question(
          shown, [this, one, before = knows->epoch](expected<signer::answer> got) mutable {
            const auto* learnt = got ? std::get_if<signer::status_answer>(&*got) : nullptr;
            if (learnt == nullptr || learnt->epoch <= before) return refuse(one, errc::wrong_epoch);
            ask(std::move(one));
          });
    });
  }

  void refuse(waiting& one, errc why) { finish(one, signer::refused_answer{why}); }

  void send_question(const signer::question& what,
                     std::function<void(expected<signer::answer>)> then) {
    if (!gate_) return then(errc::unreachable);
    request(caf::actor_cast<signer_gate_actor>(gate_),
            std::chrono::milliseconds(setup_.answer_timeout_ms),
            wire::signer_question{encode(what)})
        .then([this, then](const wire::signer_answer& in) { then(take(in.bytes)); },
              [this, then, asked = gate_](caf::error&) {
                if (gate_ == asked) gate_ = nullptr; // the next question connects again
                setup_.view->failed(errc::timed_out);
                then(errc::timed_out);
              });
  }

  expected<signer::answer> take(const bytes& encoded) {
    auto got = decode<signer::answer>(encoded);
    if (const auto* status = got ? std::get_if<signer::status_answer>(&*got) : nullptr)
      signer_epoch_ = status->epoch;
    if (got)
      setup_.view->heard(*got, monotonic_now());
    else
      setup_.view->failed(got.error());
    return got;
  }

  transport::endpoint& net_;
  desk_setup setup_;
  caf::strong_actor_ptr gate_;                      ///< null without a connection
  log_watcher_actor watcher_;                       ///< may be null
  std::optional<configuration_epoch> signer_epoch_; ///< as it said last, on this connection
  bool connecting_ = false;
  std::size_t asked_ = 0;       ///< of the signer, and not answered
  std::deque<waiting> waiting_; ///< for a connection, or for others' answers
};

} // namespace

desk_actor spawn_desk(caf::actor_system& system, transport::endpoint& net, desk_setup setup) {
  QUORATE_CHECK(setup.log && setup.view);
  return system.spawn<desk_shell>(std::ref(net), std::move(setup));
}

} // namespace quorate
