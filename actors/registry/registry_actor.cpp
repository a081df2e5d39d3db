#include "actors/registry/registry_actor.hpp"

#include "actors/clocks.hpp"
#include "actors/handlers.hpp"

namespace quorate {

namespace {

class registry_shell : public registry_actor::base {
public:
  registry_shell(caf::actor_config& config, registry_setup setup,
                 std::shared_ptr<const registry_wiring> wiring)
      : registry_actor::base(config), setup_(std::move(setup)), wiring_(std::move(wiring)) {}

  behavior_type make_behavior() override {
    set_robust_handlers(this, "registry");
    return {
        [this](local::start_up) { register_self(); },
        [this](const local::registration_notice& in) { on_registration(*in.what); },
        [this](local::link_notice in) { on_link(in); },
        [this](local::timer_tick) { register_self(); },
        [this](local::registry_lookup) {
          return local::registry_contents{table_.live(monotonic_now())};
        },
    };
  }

  // Actors hold each other; a detached one's thread ends only when nobody holds it any more.
  void on_exit() override { wiring_.reset(); }

private:
  // Every interval anew, under a higher counter: that is what keeps the entry alive with the peers.
  void register_self() {
    if (!setup_.own) return;
    delayed_send(this, std::chrono::milliseconds(registry::interval_ms), local::timer_tick{});
    ++setup_.own->at.sequence;
    const auto own = registry::sign(setup_.configuration->cluster(), *setup_.own, *setup_.key);
    const auto checked = registry::check(own, *setup_.configuration);
    if (!checked) {
      log::error("registry", "this node cannot register itself: its endpoint or labels cannot be "
                             "used: " +
                                 std::string{explain(checked.error())});
      setup_.own.reset();
      return;
    }
    if (const auto taken = table_.step(*checked, monotonic_now()); !taken)
      log::error("registry", "own registration: " + std::string{explain(taken.error())});
    const protocol::frame_item item = own;
    last_own_ = std::make_shared<const std::vector<local::shared_bytes>>(
        1, std::make_shared<const bytes>(protocol::encode_item(item)));
    for (const auto& [peer, link] : wiring_->links)
      send(link, local::link_items{last_own_});
  }

  // Whoever just connected need not wait for the next round.
  void on_link(local::link_notice in) {
    if (!in.up || !last_own_) return; // not started: then it comes with everyone else's
    if (const auto link = wiring_->links.find(in.peer); link != wiring_->links.end())
      send(link->second, local::link_items{last_own_});
  }

  void on_registration(const registry::verified_registration& in) {
    const auto peer = in->replica;
    const auto shown = setup_.shown_by(peer);
    const auto agrees = shown ? registry::check_agrees(*in, *shown) : errc::certificate_mismatch;
    if (!agrees) {
      const auto count = ++setup_.counters->disagreed;
      if ((count & (count - 1)) == 0) // one line now and then
        log::warn("registry", "refused the registration of replica " + std::to_string(peer.value) +
                                  ", which calls itself " + registry::to_string(in->tags) + ": " +
                                  std::string{explain(agrees.error())} + " (" +
                                  std::to_string(count) + " so far)");
      return;
    }
    if (table_.step(in, monotonic_now()))
      ++setup_.counters->accepted;
    else
      ++setup_.counters->stale;
  }

  registry_setup setup_;
  std::shared_ptr<const registry_wiring> wiring_;
  registry::table table_;
  std::shared_ptr<const std::vector<local::shared_bytes>> last_own_;
};

} // namespace

registry_actor spawn_registry(caf::actor_system& system, registry_setup setup,
                              std::shared_ptr<const registry_wiring> wiring) {
  return system.spawn<registry_shell>(std::move(setup), std::move(wiring));
}

} // namespace quorate
