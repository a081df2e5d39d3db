#include "actors/peers/inbox_actor.hpp"

#include "actors/handlers.hpp"

namespace quorate {

namespace {

/// Of one peer: its requests, its answers to ours, and room for what is said twice.
constexpr std::size_t snapshot_messages_max = 4 * limits::snapshot_requests_per_peer_max;

class inbox_shell : public inbox_actor::base {
public:
  inbox_shell(caf::actor_config& config, inbox_setup setup)
      : inbox_actor::base(config), setup_(std::move(setup)), verifier_(*setup_.configuration) {}

  behavior_type make_behavior() override {
    set_robust_handlers(this, "inbox");
    return {[this](const wire::peer_frame& frame) {
      on_frame(frame.bytes);
      return wire::peer_ack{};
    }};
  }

  // Actors hold each other; a detached one's thread ends only when nobody holds it any more.
  void on_exit() override {
    setup_.replica = nullptr;
    setup_.mempool = nullptr;
    setup_.gateway = nullptr;
    setup_.transfer = nullptr;
    setup_.heartbeat = nullptr;
    setup_.registry = nullptr;
  }

private:
  void on_frame(byte_view frame) {
    ++setup_.counters->frames;
    auto items = protocol::decode_frame(frame);
    if (!items) {
      refuse("a frame", items.error());
      return;
    }
    for (auto& item : *items)
      std::visit([this](auto& what) { take(what); }, item);
    if (events_ && !events_->empty())
      send(setup_.replica, local::consensus_inputs{std::exchange(events_, nullptr)});
  }

  void refuse(std::string_view what, errc why) {
    // No fault: one of the two has not ended its epoch yet, and status will tell.
    if (why == errc::wrong_epoch) return void(++setup_.counters->other_epoch);
    // One line now and then: a hostile peer must not fill the disk with logs.
    const auto count = ++setup_.counters->refused;
    if ((count & (count - 1)) == 0)
      log::warn("inbox", "replica " + std::to_string(setup_.peer.value) + ": refused " +
                             std::string{what} + ": " + std::string{explain(why)} + " (" +
                             std::to_string(count) + " so far)");
  }

  void add(pbft::input_event event) {
    if (!events_) events_ = std::make_shared<std::vector<pbft::input_event>>();
    events_->push_back(std::move(event));
  }

  void take(pbft::message& m) {
    ++setup_.counters->messages;
    const auto kind = pbft::kind_of(m);
    std::visit([&](auto& what) { take_consensus(std::move(what), kind); }, m);
  }

  void take_consensus(pbft::proposal m, std::string_view kind) {
    auto checked = verifier_.check(std::move(m));
    if (!checked) return refuse(kind, checked.error());
    send(setup_.mempool,
         local::proposal_check{
             std::make_shared<const pbft::verified<pbft::proposal>>(std::move(*checked))});
  }

  template <class Vote>
  void take_vote(Vote m, std::string_view kind) {
    auto checked = verifier_.check(std::move(m));
    if (!checked) return refuse(kind, checked.error());
    add(pbft::input::voted{std::move(*checked)});
  }
  void take_consensus(pbft::prepare m, std::string_view k) { take_vote(std::move(m), k); }
  void take_consensus(pbft::commit m, std::string_view k) { take_vote(std::move(m), k); }
  void take_consensus(pbft::checkpoint m, std::string_view k) { take_vote(std::move(m), k); }
  void take_consensus(pbft::view_change m, std::string_view k) { take_vote(std::move(m), k); }
  void take_consensus(pbft::new_view m, std::string_view k) { take_vote(std::move(m), k); }

  template <class Message>
  void take_lease(const Message& m, std::string_view kind) {
    auto checked = verifier_.check(m);
    if (!checked) return refuse(kind, checked.error());
    add(pbft::input::lease_message{*checked});
  }
  void take_consensus(const pbft::lease_request& m, std::string_view k) { take_lease(m, k); }
  void take_consensus(const pbft::lease_grant& m, std::string_view k) { take_lease(m, k); }

  void take_consensus(pbft::status m, std::string_view) {
    add(pbft::input::peer_status{setup_.peer, std::move(m)});
  }
  void take_consensus(pbft::fetch_blocks m, std::string_view) {
    add(pbft::input::peer_fetch{setup_.peer, m});
  }
  void take_consensus(pbft::fetch_body m, std::string_view) {
    add(pbft::input::peer_fetch{setup_.peer, m});
  }
  void take_consensus(pbft::batch_body m, std::string_view) {
    const auto batch = pbft::digest_of_body(*m.body);
    add(pbft::input::body_received{m.sequence, batch, std::move(m.body)});
  }
  void take_consensus(pbft::committed_block m, std::string_view kind) {
    auto checked = verifier_.check(std::move(m));
    if (!checked) return refuse(kind, checked.error());
    add(pbft::input::block_received{std::move(*checked)});
  }

  void take_consensus(pbft::epoch_end m, std::string_view kind) {
    auto checked = verifier_.check(std::move(m));
    if (!checked) return refuse(kind, checked.error());
    add(pbft::input::epoch_ended{std::move(*checked)});
  }

  // Its own only: one under another's name, or this node's, would be kept in place of a real one.
  void take(protocol::height_attestation& m) {
    if (m.what.replica != setup_.peer) return refuse("an attestation", errc::unknown_signer);
    send(setup_.gateway, local::attestation_notice{m});
  }
  void take(protocol::attestation_request& m) {
    send(setup_.gateway, local::attestation_wanted{setup_.peer, m.height});
  }
  void take(protocol::forwarded_operations& m) {
    send(setup_.mempool,
         local::operation_bundle{
             std::make_shared<const std::vector<bytes>>(std::move(m.operations)), 0});
  }

  void take(protocol::read_index_request& m) {
    send(setup_.replica, local::read_index_wanted{m.nonce, setup_.peer});
  }
  void take(protocol::read_index_answer& m) {
    const auto& config = *setup_.configuration;
    if (m.index.replica != setup_.peer || !config.is_voter(m.index.replica))
      return refuse("a read index", errc::unknown_signer);
    const auto statement =
        protocol::read_index_statement(config.cluster(), config.epoch(), m.nonce, m.index.voted);
    if (!config.key(m.index.replica).verify(statement, m.index.sig))
      return refuse("a read index", errc::bad_signature);
    send(setup_.gateway, local::read_index_notice{m});
  }

  // A heartbeat is the word of the peer at the other end, or it is nothing.
  template <class Notice, class Beat>
  void take_beat(Beat& m, std::string_view kind) {
    const auto& config = *setup_.configuration;
    if (m.epoch != config.epoch()) return refuse(kind, errc::wrong_epoch);
    if (m.from != setup_.peer || !config.is_member(m.from))
      return refuse(kind, errc::unknown_signer);
    if (!config.key(m.from).verify(lease::statement_of(config.cluster(), m), m.sig))
      return refuse(kind, errc::bad_signature);
    send(setup_.heartbeat, Notice{std::make_shared<const Beat>(std::move(m))});
  }
  void take(lease::heartbeat& m) { take_beat<local::heartbeat_notice>(m, "heartbeat"); }
  void take(lease::heartbeat_ack& m) { take_beat<local::heartbeat_ack_notice>(m, "heartbeat_ack"); }
  // Each member speaks for itself, over its own link: nobody can bring back what it said before.
  void take(registry::signed_registration& m) {
    if (m.what.replica != setup_.peer) return refuse("a registration", errc::unknown_signer);
    auto checked = registry::check(std::move(m), *setup_.configuration);
    if (!checked) return refuse("a registration", checked.error());
    send(setup_.registry,
         local::registration_notice{
             std::make_shared<const registry::verified_registration>(std::move(*checked))});
  }

  // Chunks cost milliseconds: what a peer sends beyond its credit is dropped, and asked for again.
  void take(state_transfer::message& m) {
    if (!setup_.transfer) return;
    if (setup_.counters->snapshot_waiting.load() >= snapshot_messages_max)
      return refuse(state_transfer::kind_of(m), errc::busy);
    ++setup_.counters->snapshot_waiting;
    const std::shared_ptr<void> credit{
        nullptr, [counters = setup_.counters](void*) { --counters->snapshot_waiting; }};
    send(setup_.transfer,
         local::snapshot_message{setup_.peer,
                                 std::make_shared<state_transfer::message>(std::move(m)), credit});
  }

  inbox_setup setup_;
  pbft::verifier verifier_;
  std::shared_ptr<std::vector<pbft::input_event>> events_;
};

} // namespace

inbox_actor spawn_inbox(caf::actor_system& system, inbox_setup setup) {
  return system.spawn<inbox_shell>(std::move(setup));
}

} // namespace quorate
