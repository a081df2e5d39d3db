#include "actors/client/client_actor.hpp"

#include "actors/clocks.hpp"
#include "actors/handlers.hpp"

#include <deque>
#include <unordered_map>

namespace quorate {

namespace {

constexpr std::uint64_t tick_ms = 100;
constexpr std::uint64_t reconnect_ms = 200;
constexpr std::size_t bundle_bytes_max = 2 * limits::MiB;

class client_shell : public client_actor::base {
public:
  using one_promise = caf::typed_response_promise<submit_answer>;
  using read_promise = caf::typed_response_promise<read_answer>;

  client_shell(caf::actor_config& config, transport::endpoint& net, client_settings settings)
      : client_actor::base(config), net_(net), settings_(std::move(settings)) {}

  behavior_type make_behavior() override {
    set_robust_handlers(this, "client");
    set_down_handler([this](caf::down_msg& down) {
      if (gate_ && down.source == gate_) fail_over("the connection broke");
    });
    net_.expose(caf::actor_cast<caf::strong_actor_ptr>(this));
    connect();
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
  struct pending {
    bytes encoded;
    std::shared_ptr<const on_submitted> done;
    std::uint64_t since_ms = 0;
    std::uint64_t not_before_ms = 0; ///< busy: when to try again
    bool queued = false;
  };

  // --- connection ---

  void connect() {
    const auto& node = settings_.nodes[next_node_ % settings_.nodes.size()];
    const auto attempt = ++attempt_;
    connecting_since_ms_ = monotonic_now().value;
    net_.connect(
        node, transport::role::node_of_client,
        [self = client_actor{this}, attempt](caf::strong_actor_ptr gate, std::string why) {
          caf::anon_send(self, client_gate_found{attempt, std::move(gate), std::move(why)});
        });
  }

  void on_gate(client_gate_found& in) {
    if (in.attempt != attempt_) return;
    if (!in.gate) return fail_over(in.why);
    request(caf::actor_cast<client_gate_actor>(in.gate),
            std::chrono::milliseconds(settings_.answer_timeout_ms),
            wire::client_hello{
                encode(protocol::client_hello{protocol::client_version, trusted()->cluster()})})
        .then(
            [this, gate = in.gate, attempt = in.attempt](const wire::server_hello& answer) {
              if (attempt != attempt_) return;
              const auto hello = decode<protocol::server_hello>(answer.bytes);
              if (!hello) return fail_over(std::string{explain(hello.error())});
              if (hello->code != 0)
                return fail_over(std::string{explain(static_cast<errc>(hello->code))});
              learn_epochs(gate, hello->epoch);
            },
            [this, attempt = in.attempt](caf::error& e) {
              if (attempt == attempt_) fail_over(caf::to_string(e));
            });
  }

  // Before anything else is asked of a node that is in an epoch which this client does not know.
  void learn_epochs(const caf::strong_actor_ptr& gate, configuration_epoch upto) {
    const auto newest = trusted()->newest();
    if (newest >= upto) return up(gate);
    request(caf::actor_cast<client_gate_actor>(gate),
            std::chrono::milliseconds(settings_.answer_timeout_ms),
            wire::query_request{encode(protocol::query{protocol::epochs_query{newest.next()}})})
        .then(
            [this, gate, upto, attempt = attempt_](const wire::query_reply& in) {
              if (attempt != attempt_) return;
              const auto learnt = extend_trust(in.bytes);
              if (learnt) return learn_epochs(gate, upto);
              // One that has just begun the epoch may lack the proof; its receipts will not verify,
              // and its status needs no proof.
              if (learnt.error() == errc::not_found) return up(gate);
              fail_over("the membership's change was not proven: " +
                        std::string{explain(learnt.error())});
            },
            [this, attempt = attempt_](caf::error& e) {
              if (attempt == attempt_) fail_over(caf::to_string(e));
            });
  }

  outcome extend_trust(const bytes& in) {
    QUORATE_ASSIGN(const auto reply, decode<protocol::query_reply>(in));
    if (reply.code != 0) return static_cast<errc>(reply.code);
    QUORATE_ASSIGN(const auto answer, decode<protocol::epoch_proofs>(reply.answer));
    if (answer.proofs.empty()) return errc::bad_proof;
    return settings_.trusted->extend(answer.proofs);
  }

  std::shared_ptr<const ledger::trusted_epochs> trusted() const { return settings_.trusted->get(); }

  // Everything unanswered goes to the new node again, in the order in which it was submitted.
  void up(const caf::strong_actor_ptr& gate) {
    gate_ = gate;
    monitor(gate_);
    outstanding_ = 0;
    last_answer_ms_ = monotonic_now().value;
    std::deque<ledger::operation_id> again;
    for (const auto& id : order_)
      if (auto place = pending_.find(id); place != pending_.end()) {
        place->second.queued = true;
        again.push_back(id);
      }
    order_ = again;
    queue_ = std::move(again);
    for (auto& [what, promise] : std::exchange(waiting_reads_, {}))
      read(what, promise);
    send_bundles();
  }

  void fail_over(const std::string& why) {
    if (gate_) demonitor(caf::actor_cast<caf::actor_addr>(gate_));
    log::debug("client", "trying another node: " + why);
    last_error_ = why;
    gate_ = nullptr;
    for (auto& [id, under_way] : std::exchange(reads_, {}))
      waiting_reads_.push_back(std::move(under_way));
    ++attempt_;
    ++next_node_;
    connecting_since_ms_ = 0;
    retry_at_ms_ = monotonic_now().value + reconnect_ms;
  }

  // --- operations ---

  one_promise on_one(submit_one& in) {
    auto promise = make_response_promise<one_promise>();
    auto done =
        std::make_shared<const on_submitted>([promise](const std::vector<submitted>& all) mutable {
          promise.deliver(submit_answer{all.front()});
        });
    if (!add({in.operation->id, in.operation->encoded}, done))
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

  bool add(prepared_operation operation, std::shared_ptr<const on_submitted> done) {
    if (pending_.size() >= settings_.pending_max) return false;
    const auto id = operation.id;
    const auto [place, is_new] = pending_.try_emplace(
        id, pending{std::move(operation.encoded), std::move(done), monotonic_now().value, 0, true});
    if (!is_new) return false;
    order_.push_back(id);
    queue_.push_back(id);
    return true;
  }

  // Whatever has gathered while earlier bundles were on their way goes into the next one.
  void send_bundles() {
    while (gate_ && !queue_.empty() && outstanding_ < settings_.bundles_outstanding_max) {
      protocol::submit_request bundle;
      std::vector<ledger::operation_id> ids;
      std::size_t size = 0;
      while (!queue_.empty() && ids.size() < settings_.bundle_operations_max &&
             size < bundle_bytes_max) {
        const auto id = queue_.front();
        queue_.pop_front();
        const auto place = pending_.find(id);
        if (place == pending_.end() || !place->second.queued) continue;
        place->second.queued = false;
        size += place->second.encoded.size();
        bundle.operations.push_back(place->second.encoded);
        ids.push_back(id);
      }
      if (ids.empty()) return;
      send_bundle(encode(bundle), std::move(ids));
    }
  }

  void send_bundle(bytes encoded, std::vector<ledger::operation_id> ids) {
    ++outstanding_;
    const auto attempt = attempt_;
    request(caf::actor_cast<client_gate_actor>(gate_),
            std::chrono::milliseconds(settings_.answer_timeout_ms),
            wire::submit_request{std::move(encoded)})
        .then(
            [this, attempt, ids = std::move(ids)](const wire::submit_reply& in) {
              if (attempt != attempt_) return;
              --outstanding_;
              last_answer_ms_ = monotonic_now().value;
              on_admissions(ids, in.bytes);
              send_bundles();
            },
            [this, attempt](caf::error& e) {
              if (attempt == attempt_) fail_over("no answer: " + caf::to_string(e));
            });
  }

  void on_admissions(const std::vector<ledger::operation_id>& ids, const bytes& in) {
    const auto reply = decode<protocol::submit_reply>(in);
    if (!reply || reply->admissions.size() != ids.size()) {
      fail_over("the node gave an answer that does not fit the question");
      return;
    }
    std::map<std::shared_ptr<const on_submitted>, std::vector<submitted>> failed;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const auto place = pending_.find(ids[i]);
      const auto code = static_cast<errc>(reply->admissions[i].code);
      // Accepted, or known already: the receipt will come.
      if (place == pending_.end() || reply->admissions[i].code == 0 || code == errc::duplicate ||
          code == errc::sequence_replayed)
        continue;
      if (code == errc::busy || code == errc::too_far_ahead) {
        place->second.not_before_ms =
            monotonic_now().value +
            std::max<std::uint32_t>(reply->admissions[i].retry_after_ms, 20);
        deferred_.push_back(ids[i]);
        continue;
      }
      failed[place->second.done].push_back({ids[i], code, nullptr});
      pending_.erase(place);
    }
    for (const auto& [done, all] : failed)
      (*done)(all);
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
      complete(*results, std::make_shared<const protocol::receipt_group>(std::move(group)));
    }
  }

  void complete(const std::vector<ledger::operation_result>& results,
                const std::shared_ptr<const protocol::receipt_group>& proof) {
    std::map<std::shared_ptr<const on_submitted>, std::vector<submitted>> done;
    for (const auto& result : results) {
      const auto place = pending_.find(result.id);
      if (place == pending_.end()) continue;
      done[place->second.done].push_back({result.id, result, proof});
      pending_.erase(place);
    }
    for (const auto& [callback, all] : done)
      (*callback)(all);
    while (!order_.empty() && !pending_.contains(order_.front()))
      order_.pop_front();
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
        .then(
            [this, id](const wire::query_reply& in) {
              auto reply = decode<protocol::query_reply>(in.bytes);
              if (!reply)
                answer_read(id, reply.error());
              else if (reply->code != 0)
                answer_read(id, static_cast<errc>(reply->code));
              else
                answer_read(id, std::move(reply->answer));
            },
            [this, id](caf::error&) { answer_read(id, errc::timed_out); });
  }

  void answer_read(std::uint64_t id, expected<bytes> answer) {
    const auto place = reads_.find(id);
    if (place == reads_.end()) return; // asked of another node since
    place->second.second.deliver(read_answer{std::move(answer)});
    reads_.erase(place);
  }

  // --- time ---

  void on_tick() {
    delayed_send(this, std::chrono::milliseconds(tick_ms), client_tick{});
    const auto now = monotonic_now().value;
    if (!gate_ && connecting_since_ms_ == 0 && now >= retry_at_ms_) connect();
    if (!gate_ && connecting_since_ms_ != 0 &&
        now > connecting_since_ms_ + 3 * settings_.answer_timeout_ms)
      fail_over("no connection in time");
    if (gate_ && !pending_.empty() && now > last_answer_ms_ + settings_.answer_timeout_ms)
      fail_over("nothing came for " + std::to_string(settings_.answer_timeout_ms) + " ms");
    requeue_deferred(now);
    expire(now);
    send_bundles();
  }

  void requeue_deferred(std::uint64_t now) {
    std::deque<ledger::operation_id> later;
    for (const auto& id : deferred_) {
      const auto place = pending_.find(id);
      if (place == pending_.end()) continue;
      if (place->second.not_before_ms > now) {
        later.push_back(id);
      } else if (!place->second.queued) {
        place->second.queued = true;
        queue_.push_back(id);
      }
    }
    deferred_ = std::move(later);
  }

  void expire(std::uint64_t now) {
    std::map<std::shared_ptr<const on_submitted>, std::vector<submitted>> late;
    while (!order_.empty()) {
      const auto place = pending_.find(order_.front());
      if (place != pending_.end()) {
        if (place->second.since_ms + settings_.operation_timeout_ms > now) break;
        late[place->second.done].push_back({order_.front(), errc::timed_out, nullptr});
        pending_.erase(place);
      }
      order_.pop_front();
    }
    for (const auto& [done, all] : late)
      (*done)(all);
    if (late.empty()) return;
    for (auto& [what, promise] : std::exchange(waiting_reads_, {}))
      promise.deliver(read_answer{errc::unreachable});
  }

  transport::endpoint& net_;
  client_settings settings_;
  caf::strong_actor_ptr gate_;
  std::uint64_t attempt_ = 0; ///< counts connections; answers of earlier ones are ignored
  std::size_t next_node_ = 0;
  std::uint64_t connecting_since_ms_ = 0;
  std::uint64_t retry_at_ms_ = 0;
  std::uint64_t last_answer_ms_ = 0;
  std::string last_error_;
  std::size_t outstanding_ = 0;
  std::unordered_map<ledger::operation_id, pending> pending_;
  std::deque<ledger::operation_id> order_;    ///< by submission; may hold finished ones
  std::deque<ledger::operation_id> queue_;    ///< to be sent
  std::deque<ledger::operation_id> deferred_; ///< busy: later
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
