#include "actors/peers/gate_actor.hpp"

#include "actors/handlers.hpp"

namespace quorate {

namespace {

class gate_shell : public peer_gate_actor::base {
public:
  gate_shell(caf::actor_config& config, gate_setup setup)
      : peer_gate_actor::base(config), setup_(std::move(setup)) {}

  behavior_type make_behavior() override {
    set_robust_handlers(this, "gate");
    return {
        [this](const wire::peer_hello& in) { return on_hello(in.bytes); },
        [this](wire::peer_frame& in) -> caf::result<wire::peer_ack> {
          const auto from = sender();
          const auto inbox = from ? setup_.inboxes.find(*from) : setup_.inboxes.end();
          if (inbox == setup_.inboxes.end()) return caf::sec::unexpected_message;
          return delegate(inbox->second, std::move(in));
        },
    };
  }

  // Actors hold each other; a detached one's thread ends only when nobody holds it any more.
  void on_exit() override {
    setup_.inboxes.clear();
    setup_.links.clear();
  }

private:
  std::optional<replica_id> sender() {
    const auto& from = current_sender();
    if (!from) return std::nullopt;
    return setup_.identify(from->node());
  }

  // Links of another version or cluster are refused by name, so that an operator sees why. One of
  // another epoch is welcome: whoever is behind in it learns here how the epochs before ended.
  wire::peer_hello on_hello(const bytes& in) {
    auto answer = setup_.own_hello;
    const auto hello = decode<protocol::peer_hello>(in);
    const auto from = sender();
    std::optional<errc> refusal;
    if (!hello)
      refusal = hello.error();
    else if (hello->version != protocol::peer_version)
      refusal = errc::bad_version;
    else if (hello->cluster != answer.cluster)
      refusal = errc::wrong_cluster;
    else if (!from || *from != hello->replica)
      refusal = errc::unknown_signer;
    if (refusal) {
      answer.code = static_cast<std::uint16_t>(*refusal);
      log::warn("gate", "refused a peer's hello: " + std::string{explain(*refusal)});
    } else if (const auto link = setup_.links.find(*from); link != setup_.links.end()) {
      send(link->second, local::link_opened{current_sender()});
    }
    return {encode(answer)};
  }

  gate_setup setup_;
};

} // namespace

peer_gate_actor spawn_gate(caf::actor_system& system, gate_setup setup) {
  return system.spawn<gate_shell>(std::move(setup));
}

} // namespace quorate
