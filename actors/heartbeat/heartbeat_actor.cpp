#include "actors/heartbeat/heartbeat_actor.hpp"

#include "actors/clocks.hpp"
#include "actors/handlers.hpp"

#include <algorithm>

namespace quorate {

namespace {

lease::circle circle_of(const pbft::configuration& config, replica_id self) {
  lease::circle who{self, {}, {}, config.quorum(), config.epoch()};
  for (const auto& member : config.members()) {
    who.members.push_back(member.id);
    if (member.voter) who.voters.push_back(member.id);
  }
  return who;
}

class heartbeat_shell : public heartbeat_actor::base {
public:
  heartbeat_shell(caf::actor_config& config, heartbeat_setup setup,
                  std::shared_ptr<const heartbeat_wiring> wiring)
      : heartbeat_actor::base(config), setup_(std::move(setup)), wiring_(std::move(wiring)),
        cluster_(setup_.configuration->cluster()),
        monitor_(setup_.options, circle_of(*setup_.configuration, setup_.self), monotonic_now()) {}

  behavior_type make_behavior() override {
    set_robust_handlers(this, "heartbeat");
    return {
        [this](local::start_up) { tick(); },
        [this](local::heartbeat_notice& in) { on_heartbeat(*in.what); },
        [this](local::heartbeat_ack_notice& in) {
          monitor_.take(*in.what, monotonic_now());
          assess();
        },
        [this](local::timer_tick) { tick(); },
    };
  }

  void on_exit() override { wiring_.reset(); }

private:
  // The mode is looked at several times between two heartbeats; who asks for it meanwhile gets what
  // the clock says (node_health).
  void tick() {
    constexpr std::uint64_t looks_per_heartbeat = 10;
    const auto interval = setup_.options.detector.heartbeat_ms;
    delayed_send(
        this, std::chrono::milliseconds(std::max<std::uint64_t>(interval / looks_per_heartbeat, 1)),
        local::timer_tick{});
    assess();
    if (looks_++ % looks_per_heartbeat != 0) return;
    auto beat = monitor_.beat(own(), monotonic_now());
    // One that is no member yet hears, and is not heard.
    if (!setup_.configuration->is_member(setup_.self)) return;
    beat.sig = setup_.key->sign(lease::statement_of(cluster_, beat));
    const auto encoded = std::make_shared<const bytes>(protocol::encode_item(beat));
    for (const auto& [peer, link] : wiring_->links)
      send_item(link, encoded);
  }

  void on_heartbeat(const lease::heartbeat& in) {
    auto answer = monitor_.take(in, monotonic_now());
    assess();
    const auto link = wiring_->links.find(in.from);
    if (!answer || link == wiring_->links.end() || !setup_.configuration->is_member(setup_.self))
      return;
    answer->sig = setup_.key->sign(lease::statement_of(cluster_, *answer));
    send_item(link->second, std::make_shared<const bytes>(protocol::encode_item(*answer)));
  }

  void send_item(const link_actor& link, local::shared_bytes item) {
    send(link,
         local::link_items{
             std::make_shared<const std::vector<local::shared_bytes>>(1, std::move(item)), true});
  }

  lease::own_state own() const {
    auto own = setup_.health->own();
    own.durable_age_ms = setup_.storage->waiting_ms(monotonic_now().value);
    return own;
  }

  void assess() {
    const auto now = monotonic_now();
    const auto before = monitor_.assess(own(), now);
    const auto& stands = monitor_.stands();
    setup_.health->set(stands, monitor_.quorum_until(), monitor_.peers(now));
    if (!before) return;
    send(wiring_->gateway, local::mode_notice{});
    const auto line = "mode from=" + std::string{lease::name(before->mode)} +
                      " to=" + std::string{lease::name(stands.mode)} + " why=\"" + stands.why +
                      "\" at_ms=" + std::to_string(now.value);
    if (lease::serves(stands.mode))
      log::info("heartbeat", line);
    else
      log::warn("heartbeat", line);
  }

  heartbeat_setup setup_;
  std::shared_ptr<const heartbeat_wiring> wiring_;
  cluster_id cluster_;
  lease::monitor monitor_;
  std::uint64_t looks_ = 0;
};

} // namespace

heartbeat_actor spawn_heartbeat(caf::actor_system& system, heartbeat_setup setup,
                                std::shared_ptr<const heartbeat_wiring> wiring) {
  return system.spawn<heartbeat_shell>(std::move(setup), std::move(wiring));
}

} // namespace quorate
