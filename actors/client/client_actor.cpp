#include "actors/client/client_actor.hpp"

#include "actors/client/operation_book.hpp"
#include "actors/client/places.hpp"
#include "actors/clocks.hpp"
#include "actors/handlers.hpp"

#include <caf/event_based_actor.hpp>

namespace quorate {

namespace {

constexpr std::uint64_t tick_ms = 100;
constexpr std::uint64_t reconnect_ms = 200;

class client_shell : public client_actor::base {
public:
  using one_promise = caf::typed_response_promise<submit_answer>;
  using read_promise = caf::typed_response_promise<read_answer>;

  client_shell(caf::actor_config& config, transport::endpoint& net, client_settings settings)
      : client_actor::base(config), net_(net), settings_(std::move(settings)),
        directory_(places_of(settings_.nodes), settings_.region, settings_.salt) {}

  behavior_type make_behavior() override {
    set_robust_handlers(this, "client");
    set_down_handler([this](caf::down_msg& down) {
      if (gate_ && down.source == gate_) fail_over("the connection broke");
    });
    net_.expose(caf::actor_cast<caf::strong_actor_ptr>(this));
    connect(directory_.best(monotonic_now()));
    delayed_send(this, std::chrono::milliseconds(tick_ms), client_tick{});
    return {
        [this](submit_one& in) { return on_one(in); },
        [this](submit_many& in) { on_many(in); },
        [this](read_query& in) { return on_read(in); },
        [this](const wire::receipt_push& in) { on_push(in.bytes); },
        [this](client_gate_found& in) { on_gate(in); },
        [this](client_tick) { on_tick(); },
    };
  }

private:
  // --- connection ---

  void connect(registry::place to) {
    target_ = std::move(to);
    const auto attempt = ++attempt_;
    note_progress();
    auto found = [self = client_actor{this}, attempt](caf::strong_actor_ptr gate, std::string why) {
      caf::anon_send(self, client_gate_found{attempt, std::move(gate), std::move(why)});
    };
    // On a thread of its own: a name that somebody registered may take its time to be resolved.
    home_system().spawn<caf::detached>(
        [&net = net_, where = target_of(target_), found](caf::event_based_actor*) {
          net.connect(where, transport::role::node_of_client, found);
        });
  }

  void note_progress() { connecting_since_ms_ = monotonic_now().value; }

  void on_gate(client_gate_found& in) {
    if (in.attempt != attempt_) return;
    if (!in.gate) return give_up_attempt(in.why);
    note_progress();
    if (!settings_.follow_registry) return greet(in.gate);
    // Before the hello, so that a node which is only asked for a better one has no session to keep.
    ask_registry(in.gate, [this, gate = in.gate] {
      if (const auto better = directory_.better_than(target_, monotonic_now()))
        connect(*better);
      else
        greet(gate);
    });
  }

  void greet(const caf::strong_actor_ptr& gate) {
    note_progress();
    request(caf::actor_cast<client_gate_actor>(gate),
            std::chrono::milliseconds(settings_.answer_timeout_ms),
            wire::client_hello{
                encode(protocol::client_hello{protocol::client_version, trusted()->cluster()})})
        .then(
            [this, gate, attempt = attempt_](const wire::server_hello& answer) {
              if (attempt != attempt_) return;
              const auto hello = decode<protocol::server_hello>(answer.bytes);
              if (!hello) return give_up_attempt(std::string{explain(hello.error())});
              if (hello->code != 0)
                return give_up_attempt(std::string{explain(static_cast<errc>(hello->code))});
              learn_epochs(gate, hello->epoch, [this, gate] { up(gate); });
            },
            [this, attempt = attempt_](caf::error& e) {
              if (attempt == attempt_) give_up_attempt(caf::to_string(e));
            });
  }

  // Before anything else is asked of a node that is in an epoch which this client does not know.
  void learn_epochs(const caf::strong_actor_ptr& gate, configuration_epoch upto,
                    std::function<void()> then) {
    const auto newest = trusted()->newest();
    if (newest >= upto) return then();
    ask(gate, protocol::epochs_query{newest.next()},
        [this, gate, upto, then](const expected<bytes>& answer) {
          const auto learnt = answer ? extend_trust(*answer) : outcome{answer.error()};
          if (learnt) return learn_epochs(gate, upto, then);
          // One that has just begun the epoch may lack the proof; its receipts will not verify,
          // and its status needs no proof.
          if (learnt.error() == errc::not_found) return then();
          give_up_attempt("the membership's change was not proven: " +
                          std::string{explain(learnt.error())});
        });
  }

  outcome extend_trust(const bytes& in) {
    QUORATE_ASSIGN(const auto answer, decode<protocol::epoch_proofs>(in));
    if (answer.proofs.empty()) return errc::bad_proof;
    return settings_.trusted->extend(answer.proofs);
  }

  std::shared_ptr<const ledger::trusted_epochs> trusted() const { return settings_.trusted->get(); }

  // What a node knows of the others; one that does not answer the question is not worse for that.
  void ask_registry(const caf::strong_actor_ptr& gate, std::function<void()> then) {
    ask(gate, protocol::registry_query{}, [this, gate, then](const expected<bytes>& answer) {
      auto found = answer ? decode<protocol::registry_answer>(*answer)
                          : expected<protocol::registry_answer>{answer.error()};
      if (!found) return then();
      configuration_epoch newest;
      for (const auto& one : found->entries)
        newest = std::max(newest, one.what.epoch);
      learn_epochs(gate, newest, [this, then, entries = std::move(found->entries)] {
        const auto known = trusted();
        const auto refused =
            directory_.learn(entries, *known->find(known->newest()), monotonic_now());
        if (refused > 0)
          log::debug("client", "refused " + std::to_string(refused) + " registrations");
        then();
      });
    });
  }

  // Of the node that it is connecting to, or of the one that it is connected to. Nothing comes of
  // the question when another attempt has begun since.
  void ask(const caf::strong_actor_ptr& gate, const protocol::query& what,
           std::function<void(const expected<bytes>&)> answered) {
    request(caf::actor_cast<client_gate_actor>(gate),
            std::chrono::milliseconds(settings_.answer_timeout_ms),
            wire::query_request{encode(what)})
        .then(
            [this, answered, attempt = attempt_](const wire::query_reply& in) {
              if (attempt == attempt_) answered(answer_in(in.bytes));
            },
            [this, gate, attempt = attempt_](caf::error& e) {
              if (attempt == attempt_ && gate != gate_) give_up_attempt(caf::to_string(e));
            });
  }

  static expected<bytes> answer_in(const bytes& in) {
    QUORATE_ASSIGN(auto reply, decode<protocol::query_reply>(in));
    if (reply.code != 0) return static_cast<errc>(reply.code);
    return std::move(reply.answer);
  }

  // Everything unanswered goes to the new node again, in the order in which it was submitted.
  void up(const caf::strong_actor_ptr& gate) {
    leave();
    gate_ = gate;
    current_ = target_;
    connecting_since_ms_ = 0;
    monitor(gate_);
    outstanding_ = 0;
    last_answer_ms_ = monotonic_now().value;
    refresh_at_ms_ = last_answer_ms_ + settings_.registry_refresh_ms;
    const auto tags = directory_.labels_of(current_, monotonic_now());
    log::debug("client", "connected to " + name_of(current_) + ", labels " +
                             (tags ? registry::to_string(*tags) : "not known"));
    probed_ = false;
    operations_.send_all_again();
    for (auto& [what, promise] : std::exchange(waiting_reads_, {}))
      read(what, promise);
    send_bundles();
  }

  void leave() {
    if (!gate_) return;
    demonitor(caf::actor_cast<caf::actor_addr>(gate_));
    gate_ = nullptr;
    ++session_;
    for (auto& [id, under_way] : std::exchange(reads_, {}))
      waiting_reads_.push_back(std::move(under_way));
  }

  // The node that it is connected to is of no use. An attempt to reach a better one goes on.
  void fail_over(const std::string& why) {
    if (!gate_) return;
    log::debug("client", "leaving " + name_of(current_) + ": " + why);
    leave();
    directory_.failed(current_, monotonic_now());
    retry_at_ms_ = monotonic_now().value + reconnect_ms;
  }

  // The node that it was connecting to is of no use. Where it is connected, it stays.
  void give_up_attempt(const std::string& why) {
    log::debug("client", "no use of " + name_of(target_) + ": " + why);
    directory_.failed(target_, monotonic_now());
    ++attempt_;
    connecting_since_ms_ = 0;
    retry_at_ms_ = monotonic_now().value + reconnect_ms;
  }

  // The registry changes with the nodes and with the membership.
  void refresh(std::uint64_t now) {
    if (!gate_ || !settings_.follow_registry || connecting_since_ms_ != 0 || now < refresh_at_ms_)
      return;
    refresh_at_ms_ = now + settings_.registry_refresh_ms;
    ask_registry(gate_, [this] {
      if (!gate_ || connecting_since_ms_ != 0) return;
      if (const auto better = directory_.better_than(current_, monotonic_now())) connect(*better);
    });
  }

  // --- operations ---

  one_promise on_one(submit_one& in) {
    auto promise = make_response_promise<one_promise>();
    auto reporter =
        std::make_shared<const on_submitted>([promise](const std::vector<submitted>& all) mutable {
          promise.deliver(submit_answer{all.front()});
        });
    if (!add({in.operation->id, in.operation->encoded}, reporter))
      promise.deliver(submit_answer{{in.operation->id, errc::busy, nullptr}});
    send_bundles();
    return promise;
  }

  void on_many(submit_many& in) {
    std::vector<submitted> refused;
    for (auto& operation : *in.operations) {
      const auto id = operation.id;
      if (!add(std::move(operation), in.done)) refused.push_back({id, errc::busy, nullptr});
    }
    if (!refused.empty()) (*in.done)(refused);
    send_bundles();
  }

  bool add(prepared_operation operation, std::shared_ptr<const on_submitted> reporter) {
    if (operations_.size() >= settings_.pending_max) return false;
    const auto now = monotonic_now().value;
    if (operations_.empty()) last_answer_ms_ = std::max(last_answer_ms_, now); // nobody owed one
    return operations_.add(std::move(operation), std::move(reporter), now);
  }

  // Whatever has gathered while earlier bundles were on their way goes into the next one.
  void send_bundles() {
    while (gate_ && outstanding_ < settings_.bundles_outstanding_max) {
      auto bundle = operations_.next(settings_.bundle_operations_max);
      if (bundle.ids.empty()) return;
      send_bundle(encode(bundle.what), std::move(bundle.ids));
    }
  }

  void send_bundle(bytes encoded, std::vector<ledger::operation_id> ids) {
    ++outstanding_;
    const auto session = session_;
    request(caf::actor_cast<client_gate_actor>(gate_),
            std::chrono::milliseconds(settings_.answer_timeout_ms),
            wire::submit_request{std::move(encoded)})
        .then(
            [this, session, ids = std::move(ids)](const wire::submit_reply& in) {
              if (session != session_) return;
              --outstanding_;
              last_answer_ms_ = monotonic_now().value;
              on_admissions(ids, in.bytes);
              send_bundles();
            },
            [this, session](caf::error& e) {
              if (session == session_) fail_over("no answer: " + caf::to_string(e));
            });
  }

  void on_admissions(const std::vector<ledger::operation_id>& ids, const bytes& in) {
    const auto reply = decode<protocol::submit_reply>(in);
    if (!reply || reply->admissions.size() != ids.size()) {
      fail_over("the node gave an answer that does not fit the question");
      return;
    }
    if (refuses_for_now(*reply)) return;
    finished_operations failed;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const auto& [number, retry_after_ms] = reply->admissions[i];
      const auto code = static_cast<errc>(number);
      if (code == errc::busy || code == errc::too_far_ahead)
        operations_.defer(ids[i],
                          monotonic_now().value + std::max<std::uint32_t>(retry_after_ms, 20));
      // Accepted, or known already: the receipt will come.
      else if (number != 0 && code != errc::duplicate && code != errc::sequence_replayed)
        operations_.finish({ids[i], code, nullptr, reply->why}, failed);
    }
    report(failed);
  }

  static void report(const finished_operations& all) {
    for (const auto& [reporter, some] : all)
      (*reporter)(some);
  }

  // Once round all nodes; when each has refused, whoever asked is told.
  bool refuses_for_now(const protocol::submit_reply& reply) {
    const bool refused = !reply.admissions.empty() &&
                         protocol::another_node_may_serve(reply.admissions.front().code);
    refusals_ = refused ? refusals_ + 1 : 0;
    if (!refused || refusals_ >= settings_.nodes.size()) return false;
    fail_over(reply.why);
    return true;
  }

  void on_push(const bytes& in) {
    auto push = decode<protocol::receipt_push>(in);
    if (!push) return;
    for (auto& group : push->groups) {
      const auto results = protocol::verify(group, *trusted());
      if (!results) {
        // A node that shows what f+1 replicas did not sign is not asked again.
        fail_over("a receipt did not verify: " + std::string{explain(results.error())});
        return;
      }
      last_answer_ms_ = monotonic_now().value;
      directory_.served(current_);
      complete(*results, std::make_shared<const protocol::receipt_group>(std::move(group)));
    }
  }

  void complete(const std::vector<ledger::operation_result>& results,
                const std::shared_ptr<const protocol::receipt_group>& proof) {
    finished_operations finished;
    for (const auto& result : results)
      operations_.finish({result.id, result, proof}, finished);
    report(finished);
  }

  // --- reads ---

  read_promise on_read(read_query& in) {
    auto promise = make_response_promise<read_promise>();
    if (gate_)
      read(in.what, promise);
    else
      waiting_reads_.emplace_back(in.what, promise);
    return promise;
  }

  // A node that goes while a read is under way cannot answer it: the next one is asked the same.
  void read(const protocol::query& what, read_promise promise) {
    const auto id = ++last_read_;
    reads_.emplace(id, std::pair{what, std::move(promise)});
    request(caf::actor_cast<client_gate_actor>(gate_),
            std::chrono::milliseconds(settings_.answer_timeout_ms),
            wire::query_request{encode(what)})
        .then([this, id](const wire::query_reply& in) { on_read_answer(id, in.bytes); },
              [this, id](caf::error&) { answer_read(id, errc::timed_out); });
  }

  // Once round all nodes, as with submissions.
  void on_read_answer(std::uint64_t id, const bytes& in) {
    if (!reads_.contains(id)) return; // asked of another node since
    auto reply = decode<protocol::query_reply>(in);
    if (!reply) return answer_read(id, reply.error());
    if (reply->code == 0) return answer_read(id, std::move(reply->answer));
    if (protocol::another_node_may_serve(reply->code) && ++read_refusals_ < settings_.nodes.size())
      return fail_over(reply->why);
    answer_read(id, static_cast<errc>(reply->code), reply->why);
  }

  void answer_read(std::uint64_t id, expected<bytes> answer, const std::string& why = {}) {
    const auto place = reads_.find(id);
    if (place == reads_.end()) return; // asked of another node since
    read_refusals_ = 0;
    place->second.second.deliver(read_answer{std::move(answer), why});
    reads_.erase(place);
  }

  // --- time ---

  void on_tick() {
    delayed_send(this, std::chrono::milliseconds(tick_ms), client_tick{});
    const auto now = monotonic_now().value;
    if (connecting_since_ms_ != 0 && now > connecting_since_ms_ + settings_.connect_timeout_ms)
      give_up_attempt("no connection in time");
    if (!gate_ && connecting_since_ms_ == 0 && now >= retry_at_ms_) connect(directory_.best({now}));
    refresh(now);
    if (gate_ && !operations_.empty()) watch_node(now);
    operations_.end_deferments(now);
    expire(now);
    send_bundles();
  }

  // A node that has nothing to say may have stopped, or lost its quorum after it took an operation:
  // it is shown the oldest once more, and a node that works answers that it knows it. As often as
  // quiet_ms lasts, so that one which waits for a quorum is not kept busy.
  void watch_node(std::uint64_t now) {
    if (now > last_answer_ms_ + settings_.answer_timeout_ms)
      return fail_over("nothing came for " + std::to_string(settings_.answer_timeout_ms) + " ms");
    if (probed_ || now <= std::max(last_answer_ms_, probed_at_ms_) + settings_.quiet_ms) return;
    probed_ = true;
    probed_at_ms_ = now;
    request(caf::actor_cast<client_gate_actor>(gate_),
            std::chrono::milliseconds(settings_.probe_timeout_ms),
            wire::submit_request{encode(operations_.oldest().what)})
        .then(
            [this, session = session_](const wire::submit_reply& in) {
              if (session != session_) return;
              probed_ = false;
              if (const auto reply = decode<protocol::submit_reply>(in.bytes))
                (void)refuses_for_now(*reply);
            },
            [this, session = session_](caf::error&) {
              if (session == session_) fail_over("it does not answer");
            });
  }

  void expire(std::uint64_t now) {
    if (now < settings_.operation_timeout_ms) return;
    const auto late = operations_.expire(now - settings_.operation_timeout_ms);
    report(late);
    if (late.empty()) return;
    for (auto& [what, promise] : std::exchange(waiting_reads_, {}))
      promise.deliver(read_answer{errc::unreachable});
  }

  transport::endpoint& net_;
  client_settings settings_;
  registry::directory directory_;
  caf::strong_actor_ptr gate_; ///< of current_; null without a connection
  registry::place current_;
  registry::place target_;    ///< to which it connects, or connected last
  std::uint64_t attempt_ = 0; ///< counts attempts to connect; answers of earlier ones are ignored
  std::uint64_t session_ = 0; ///< counts the nodes that it left, for the same reason
  std::uint64_t connecting_since_ms_ = 0; ///< 0: it does not
  std::uint64_t retry_at_ms_ = 0;
  std::uint64_t refresh_at_ms_ = 0;
  std::uint64_t last_answer_ms_ = 0;
  std::size_t outstanding_ = 0;
  std::size_t refusals_ = 0;      ///< of submissions, by nodes in a row
  std::size_t read_refusals_ = 0; ///< of reads
  operation_book operations_;
  std::uint64_t probed_at_ms_ = 0;
  bool probed_ = false; ///< and the answer is awaited
  std::map<std::uint64_t, std::pair<protocol::query, read_promise>> reads_; ///< asked
  std::uint64_t last_read_ = 0;
  std::vector<std::pair<protocol::query, read_promise>> waiting_reads_; ///< for a connection
};

} // namespace

client_actor spawn_client(caf::actor_system& system, transport::endpoint& net,
                          client_settings settings) {
  QUORATE_CHECK(!settings.nodes.empty());
  return system.spawn<client_shell>(std::ref(net), std::move(settings));
}

} // namespace quorate
