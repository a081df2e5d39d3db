#include "actors/gateway/gateway_actor.hpp"

#include "actors/clocks.hpp"
#include "actors/gateway/current_reads.hpp"
#include "actors/gateway/hello.hpp"
#include "actors/gateway/node_status.hpp"
#include "actors/gateway/quorum_waits.hpp"
#include "actors/gateway/receipt_book.hpp"
#include "actors/gateway/replies.hpp"
#include "actors/gateway/sessions.hpp"
#include "actors/gateway/signing_evidence.hpp"
#include "actors/gateway/stored_receipts.hpp"
#include "actors/gateway/unattested_reads.hpp"
#include "actors/handlers.hpp"
#include "actors/ledger/epoch_proofs.hpp"
#include "actors/ledger/ledger_actor.hpp"
#include "actors/replica/evidence_book.hpp"

#include <algorithm>

namespace quorate {

namespace {

constexpr std::uint64_t housekeeping_ms = 500;
constexpr std::size_t own_attestations_kept = receipt_book::blocks_kept;
/// Heights whose attestations are asked for again in one round.
constexpr std::size_t attestations_asked_max = 64;
/// How long a read waits for the attestations of the newest block.
constexpr std::uint64_t patience_ms = 1'000;

class gateway_shell : public gateway_actor::base {
public:
  using hello_promise = caf::typed_response_promise<wire::server_hello>;
  using submit_promise = caf::typed_response_promise<wire::submit_reply>;
  using query_promise = caf::typed_response_promise<wire::query_reply>;
  using quorum_promise = caf::typed_response_promise<local::quorum_answer>;
  using current_read = current_reads<query_promise>::read;

  gateway_shell(caf::actor_config& config, gateway_setup setup,
                std::shared_ptr<const gateway_wiring> wiring)
      : gateway_actor::base(config), setup_(std::move(setup)), wiring_(std::move(wiring)),
        book_(setup_.configuration), head_(setup_.head_summary), started_at_(monotonic_now()) {
    for (const auto& block : setup_.recent)
      book_.add_block(block);
  }

  behavior_type make_behavior() override {
    set_robust_handlers(this, "gateway");
    set_down_handler([this](caf::down_msg& down) { sessions_.close(down.source); });
    delayed_send(this, std::chrono::milliseconds(housekeeping_ms), local::timer_tick{});
    return {
        [this](const wire::client_hello& in) { return on_hello(in.bytes); },
        [this](const wire::submit_request& in) { return on_submit(in.bytes); },
        [this](const wire::query_request& in) { return on_query(in.bytes); },
        [this](local::admissions& in) { on_admissions(in); },
        [this](local::block_results& in) { on_block(std::move(in.block)); },
        [this](local::attestation_notice& in) { on_attestation(in.what); },
        [this](local::attestation_wanted in) { on_attestation_wanted(in); },
        [this](local::read_index_notice& in) {
          reads_.add_index(in.what, setup_.configuration->quorum());
          serve_current_reads();
        },
        [this](local::mode_notice) { on_mode(); },
        [this](local::quorum_wanted in) { return on_quorum_wanted(in.height); },
        [this](local::timer_tick) { tick(); },
    };
  }

  // Actors hold each other; a detached one's thread ends only when nobody holds it any more.
  void on_exit() override {
    wiring_.reset();
    setup_.storage = nullptr;
    setup_.desk = nullptr;
  }

private:
  // --- clients ---

  wire::server_hello on_hello(const bytes& in) {
    const auto sink = current_sender();
    const bool has_room = sink && sessions_.count() < setup_.limits.clients_max;
    const auto hello = answer_hello(in, *setup_.configuration, setup_.self, head_.height, has_room);
    if (hello.code == 0 && !sessions_.find(sink)) {
      sessions_.open(sink);
      monitor(sink);
    }
    return {encode(hello)};
  }

  submit_promise on_submit(const bytes& in) {
    // Before the promise, which takes the sender away.
    const auto session = sessions_.find(current_sender());
    auto promise = make_response_promise<submit_promise>();
    auto request = decode<protocol::submit_request>(in);
    if (!request || !session) {
      // Without a list of operations there is nothing to answer one by one: one refusal.
      const auto why = request ? errc::not_ready : request.error();
      promise.deliver(wire::submit_reply{encode(protocol::submit_reply{{{number(why), 0}}, {}})});
      return promise;
    }
    auto operations = std::make_shared<const std::vector<bytes>>(std::move(request->operations));
    const auto refuse_all = [&](errc code, std::uint32_t retry_after_ms, std::string why) {
      protocol::submit_reply refusal{{}, std::move(why)};
      refusal.admissions.assign(operations->size(), {number(code), retry_after_ms});
      promise.deliver(wire::submit_reply{encode(refusal)});
      return promise;
    };
    const auto now = monotonic_now();
    if (const auto stands = setup_.health->standing(now); !lease::serves(stands.mode))
      return refuse_all(lease::refusal_of(stands.mode), 0, lease::explain(stands, now));
    if (sessions_.pending(*session) + operations->size() > setup_.limits.pending_per_client_max)
      return refuse_all(errc::busy, 100, "this client has too many operations under way");
    submission waiting{promise, *session, {}, operations};
    for (const auto& encoded : *operations) {
      ledger::operation_id id;
      if (encoded.size() > signature::size)
        id = ledger::id_of_encoded(setup_.configuration->cluster(), encoded);
      sessions_.wait_for(*session, id);
      waiting.ids.push_back(id);
    }
    submissions_.emplace(++last_tag_, std::move(waiting));
    send(wiring_->mempool, local::operation_bundle{operations, last_tag_});
    return promise;
  }

  void on_admissions(local::admissions& in) {
    const auto place = submissions_.find(in.reply_tag);
    if (place == submissions_.end()) return;
    auto admitted = std::move(place->second);
    submissions_.erase(place);
    for (std::size_t i = 0; i < in.what->size(); ++i) {
      const auto code = (*in.what)[i].code;
      if (code == 0 || code == number(errc::duplicate)) continue;
      if (code == number(errc::sequence_replayed))
        push_stored((*admitted.operations)[i], admitted.ids[i]);
      else
        sessions_.forget(admitted.session, admitted.ids[i]);
    }
    admitted.promise.deliver(wire::submit_reply{encode(protocol::submit_reply{*in.what, {}})});
  }

  // --- receipts ---

  void on_block(std::shared_ptr<const ledger::applied_block> block) {
    head_ = block->summary;
    book_.add_block(std::move(block));
    serve_completed();
    serve_current_reads();
  }

  void on_attestation(const protocol::height_attestation& a) {
    if (a.what.replica == setup_.self) {
      own_.insert_or_assign(a.height, a.what);
      if (own_.size() > own_attestations_kept) own_.erase(own_.begin());
    }
    if (book_.add_attestation(a)) serve_completed();
  }

  void on_attestation_wanted(local::attestation_wanted in) {
    const auto own = own_.find(in.height);
    const auto link = wiring_->link_of.find(in.from);
    if (own == own_.end() || link == wiring_->link_of.end()) return;
    send_item(link->second, protocol::height_attestation{in.height, own->second});
  }

  quorum_promise on_quorum_wanted(sequence_number height) {
    auto promise = make_response_promise<quorum_promise>();
    const auto* page = book_.want_quorum(height);
    if (page == nullptr) {
      promise.deliver(local::quorum_answer{});
    } else if (page->by_quorum) {
      promise.deliver(local::quorum_answer{book_.attested(*page)});
    } else {
      quorum_waits_.add(height, promise);
      if (const auto own = own_.find(height); own != own_.end())
        on_attestation({height, own->second});
      for (const auto& link : wiring_->links)
        send_item(link, protocol::attestation_request{height});
    }
    return promise;
  }

  void send_item(const link_actor& link, const protocol::frame_item& item) {
    send(link, local::link_items{std::make_shared<const std::vector<local::shared_bytes>>(
                   1, std::make_shared<const bytes>(protocol::encode_item(item)))});
  }

  void serve_completed() {
    for (const auto height : book_.take_completed()) {
      auto* page = book_.find(height);
      if (page == nullptr) continue;
      const auto attested = book_.attested(*page);
      if (page->by_quorum)
        for (auto& promise : quorum_waits_.take(height))
          promise.deliver(local::quorum_answer{attested});
      auto kept = std::make_shared<const std::vector<record>>(
          1, record{table::attested, key_of(height), encode(attested)});
      caf::anon_send(setup_.storage, persist_request{height.value, std::move(kept)});
      if (sessions_.anyone_waits()) push_receipts(*page, attested);
      answer_waiting_reads(height, attested);
    }
  }

  void push_receipts(receipt_book::page& page, const ledger::attested_block& attested) {
    for (const auto& [id, indices] : sessions_.take_waiting(page.block->results))
      push(id, book_.group(page, attested, indices));
  }

  void push(sessions::session_id id, protocol::receipt_group group) {
    if (!sessions_.is_open(id)) return;
    protocol::receipt_push message;
    message.groups.push_back(std::move(group));
    send(caf::actor_cast<receipt_sink_actor>(sessions_.sink(id)),
         wire::receipt_push{encode(message)});
  }

  // A retry of something that was executed: its receipt again, from the stored reply.
  void push_stored(const bytes& encoded, const ledger::operation_id& id) {
    const auto operation = decode<ledger::signed_operation>(encoded);
    if (!operation) return;
    request(wiring_->ledger, caf::infinite,
            local::reply_lookup{operation->op.account, operation->op.sequence})
        .then([this, id](const local::reply_answer& found) {
          // Another operation used the sequence: nothing will come for this one.
          if (!found.reply || found.reply->id != id) return void(sessions_.take_waiting(id));
          const auto group = stored_group(book_, *setup_.store, *found.reply);
          if (!group) return; // executed a moment ago: pushed when the block is attested
          for (const auto session : sessions_.take_waiting(id))
            push(session, *group);
        });
  }

  // --- reads ---

  query_promise on_query(const bytes& in) {
    auto promise = make_response_promise<query_promise>();
    const auto query = decode<protocol::query>(in);
    if (!query)
      promise.deliver(failure(query.error()));
    else
      std::visit([&](const auto& what) { run(what, promise); }, *query);
    return promise;
  }

  void run(const protocol::account_query& q, query_promise promise) {
    const auto now = monotonic_now();
    const auto stands = setup_.health->standing(now);
    current_read read{std::move(promise), q, {}, now, {}};
    read.label.kind = q.kind;
    read.label.epoch = setup_.configuration->epoch();
    if (q.kind == protocol::consistency::stale) return look_up(std::move(read));
    if (!lease::serves(stands.mode)) return refuse(read, stands, now);
    if (q.kind == protocol::consistency::leased)
      begin_leased(std::move(read));
    else
      begin_linearizable(std::move(read));
  }

  void refuse(current_read& read, const lease::standing& stands, monotonic_ms now) {
    read.promise.deliver(failure(lease::refusal_of(stands.mode), lease::explain(stands, now)));
  }

  // Reads that wait for a quorum are told at once that there is none.
  void on_mode() {
    const auto now = monotonic_now();
    const auto stands = setup_.health->standing(now);
    if (lease::serves(stands.mode)) return;
    for (auto& read : reads_.take_all())
      refuse(read, stands, now);
    for (auto& read : unattested_.take_if([](const current_read& r) { return r.is_current(); }))
      refuse(read, stands, now);
  }

  // All that this primary has proposed may be committed, and acknowledged by others, before it is
  // applied here: the read waits for it.
  void begin_leased(current_read read) {
    if (!setup_.health->lease_now(read.since)) return refuse_leased(read);
    request(wiring_->replica, caf::infinite, local::describe_request{})
        .then([this, read](const local::replica_description& d) mutable {
          read.height = d.what.proposed;
          wait_for_state(std::move(read));
        });
  }

  void refuse_leased(current_read& read) {
    read.promise.deliver(failure(errc::no_lease, setup_.health->explain(monotonic_now())));
  }

  void begin_linearizable(current_read read) {
    const auto nonce = read.query.nonce;
    if (!wait_for_state(std::move(read))) return;
    send(wiring_->replica, local::read_index_wanted{nonce, {}});
    for (const auto& link : wiring_->links)
      send_item(link, protocol::read_index_request{nonce});
  }

  bool wait_for_state(current_read read) {
    auto promise = read.promise;
    if (!reads_.add(std::move(read))) {
      promise.deliver(failure(errc::busy, "too many reads wait, or this one does already"));
      return false;
    }
    serve_current_reads();
    return true;
  }

  void serve_current_reads() {
    for (auto& read : reads_.take_ready(head_.height))
      look_up(std::move(read));
  }

  void look_up(current_read read) {
    const auto account = read.query.account;
    request(wiring_->ledger, caf::infinite, local::account_lookup{account})
        .then([this, read = std::move(read)](local::account_answer& found) mutable {
          answer_account(std::move(found), std::move(read));
        });
  }

  void answer_account(local::account_answer found, current_read read) {
    const auto height = found.summary.height;
    ledger::account_proof proof{
        std::move(found.value), std::move(found.proof), {found.summary, {}}};
    const auto* page = book_.find(height);
    // Genesis needs no attestation: a client computes its root from the genesis file.
    if (height.value == 0) {
      deliver(read, std::move(proof));
    } else if (page != nullptr && page->complete) {
      proof.block = book_.attested(*page);
      deliver(read, std::move(proof));
    } else if (!unattested_.add(height, read, std::move(proof))) {
      read.promise.deliver(failure(errc::busy));
    }
  }

  // The lease is looked at last: it has to hold when the answer leaves.
  void deliver(current_read& read, ledger::account_proof proof) {
    const auto now = monotonic_now();
    if (read.query.kind == protocol::consistency::leased) {
      const auto held = setup_.health->lease_now(now);
      if (!held) return refuse_leased(read);
      read.label.token = held->token;
    }
    read.label.mode = setup_.health->standing(now).mode;
    read.label.age_ms = setup_.health->quorum_age_ms(now);
    read.promise.deliver(answer(protocol::account_answer{std::move(proof), read.label}));
  }

  void answer_waiting_reads(sequence_number height, const ledger::attested_block& attested) {
    for (auto& [read, proof] : unattested_.take(height)) {
      proof.block = attested;
      deliver(read, std::move(proof));
    }
  }

  void run(const protocol::receipt_query& q, query_promise promise) {
    request(wiring_->ledger, caf::infinite, local::reply_lookup{q.account, q.sequence})
        .then([this, promise](const local::reply_answer& found) mutable {
          const auto made = found.reply ? stored_receipt(book_, *setup_.store, *found.reply)
                                        : expected<ledger::receipt>{errc::not_found};
          promise.deliver(made ? answer(*made) : failure(made.error()));
        });
  }

  void run(const protocol::signature_query& q, query_promise promise) {
    const auto now = monotonic_now();
    const auto stands = setup_.health->standing(now);
    if (!setup_.desk) {
      promise.deliver(failure(errc::not_found, "this node has no signer"));
    } else if (!lease::serves(stands.mode)) {
      promise.deliver(failure(lease::refusal_of(stands.mode), lease::explain(stands, now)));
    } else {
      request(wiring_->ledger, caf::infinite, local::reply_lookup{q.account, q.sequence})
          .then([this, promise](const local::reply_answer& found) { bring(found, promise); });
    }
  }

  // To the signer: the order with all that proves it.
  void bring(const local::reply_answer& found, query_promise promise) {
    auto order = found.reply
                     ? evidence_of_order(book_, *setup_.store, *setup_.configuration, *found.reply)
                     : expected<signer::signing_request>{errc::not_found};
    if (!order) {
      const auto why = order.error();
      const bool is_final = why == errc::order_refused || why == errc::wrong_epoch;
      promise.deliver(is_final ? answer(signer::answer{signer::refused_answer{why}})
                               : failure(why));
      return;
    }
    request(setup_.desk, caf::infinite,
            local::signer_wanted{std::make_shared<const signer::question>(std::move(*order))})
        .then([promise](const local::signer_said& said) mutable {
          promise.deliver(answer(*said.what));
        });
  }

  void run(const protocol::epochs_query& q, query_promise promise) {
    const protocol::epoch_proofs found{load_epoch_proofs(*setup_.store, q.from)};
    promise.deliver(found.proofs.empty() ? failure(errc::not_found) : answer(found));
  }

  void run(const protocol::members_query&, query_promise promise) {
    request(wiring_->ledger, caf::infinite, local::members_lookup{})
        .then([promise](const local::members_answer& found) mutable {
          promise.deliver(answer(found.value));
        });
  }

  void run(const protocol::registry_query&, query_promise promise) {
    request(wiring_->registry, caf::infinite, local::registry_lookup{})
        .then([promise](local::registry_contents& found) mutable {
          promise.deliver(answer(protocol::registry_answer{std::move(found.entries)}));
        });
  }

  void run(const protocol::status_query&, query_promise promise) {
    request(wiring_->mempool, caf::infinite, local::describe_request{})
        .then([this, promise](std::uint64_t waiting) mutable {
          request(wiring_->replica, caf::infinite, local::describe_request{})
              .then([this, promise, waiting](const local::replica_description& d) mutable {
                promise.deliver(answer(status_of(d, waiting)));
              });
        });
  }

  void run(const protocol::evidence_query& q, query_promise promise) {
    request(wiring_->replica, caf::infinite, local::describe_request{})
        .then([this, promise, after = q.after](local::replica_description& d) mutable {
          auto page = load_evidence(*setup_.store, after);
          if (page) page->culprits = std::move(d.culprits);
          promise.deliver(page ? answer(*page) : failure(page.error()));
        });
  }

  protocol::node_status status_of(const local::replica_description& d, std::uint64_t waiting) {
    const auto now = monotonic_now();
    auto s = describe_node(d, *setup_.configuration, *setup_.health, setup_.signer.get(), now);
    s.node = setup_.self;
    s.height = head_.height;
    s.attested = book_.highest_complete();
    s.state_root = head_.state_root;
    s.mempool_operations = waiting;
    s.uptime_ms = now.value - started_at_.value;
    if (setup_.counters) s.counters = setup_.counters();
    s.counters.push_back({"clients", sessions_.count()});
    return s;
  }

  // Attestations can be lost with a connection; those that are missing are asked for.
  void tick() {
    delayed_send(this, std::chrono::milliseconds(housekeeping_ms), local::timer_tick{});
    const auto now = monotonic_now();
    for (auto& late : reads_.take_late(now))
      late.promise.deliver(failure(errc::timed_out, setup_.health->explain(now)));
    // Older states are not kept: another node may have what this one cannot prove.
    const auto late = [now](const auto& r) { return now.value > r.since.value + patience_ms; };
    for (auto& read : unattested_.take_if(late))
      read.promise.deliver(failure(errc::not_ready, "the newest block here is not attested yet"));
    auto missing = book_.incomplete(head_.height.next(), attestations_asked_max);
    for (const auto height : missing)
      if (std::binary_search(missing_at_tick_.begin(), missing_at_tick_.end(), height))
        for (const auto& link : wiring_->links)
          send_item(link, protocol::attestation_request{height});
    missing_at_tick_ = std::move(missing);
  }

  struct submission {
    submit_promise promise;
    sessions::session_id session = 0;
    std::vector<ledger::operation_id> ids;
    std::shared_ptr<const std::vector<bytes>> operations;
  };

  gateway_setup setup_;
  std::shared_ptr<const gateway_wiring> wiring_;
  receipt_book book_;
  sessions sessions_;
  ledger::block_summary head_;
  monotonic_ms started_at_;
  std::unordered_map<std::uint64_t, submission> submissions_;
  std::uint64_t last_tag_ = 0;
  std::map<sequence_number, ledger::attestation> own_;
  current_reads<query_promise> reads_;
  unattested_reads<current_read> unattested_;
  quorum_waits<quorum_promise> quorum_waits_;
  std::vector<sequence_number> missing_at_tick_;
};

} // namespace

gateway_actor spawn_gateway(caf::actor_system& system, gateway_setup setup,
                            std::shared_ptr<const gateway_wiring> wiring) {
  return system.spawn<gateway_shell>(std::move(setup), std::move(wiring));
}

} // namespace quorate
