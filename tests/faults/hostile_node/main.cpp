// A node with valid keys and certificates that lies: for fault tests, never installed.
//
//   hostile_node node.toml     honest until SIGUSR1
//
// The product knows nothing of it. The linker redirects two functions of the node (--wrap, see
// CMakeLists.txt), so that its replica talks to liars that stand before the links.
#include "actors/local_messages.hpp"
#include "actors/node/node.hpp"
#include "actors/node/supervisor.hpp"
#include "actors/replica/replica_actor.hpp"
#include "tests/faults/hostile_node/liar.hpp"

#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <atomic>
#include <csignal>
#include <cstdio>

namespace quorate {

// What the linker calls the functions of the product, and what it calls in their place.
replica_actor real_spawn_replica(
    caf::actor_system& system, replica_setup setup,
    std::shared_ptr<const replica_wiring> wiring) __asm__("__real_" QUORATE_SPAWN_REPLICA);
replica_actor hostile_spawn_replica(
    caf::actor_system& system, replica_setup setup,
    std::shared_ptr<const replica_wiring> wiring) __asm__("__wrap_" QUORATE_SPAWN_REPLICA);
caf::actor real_spawn_supervisor(
    caf::actor_system& system,
    std::vector<supervised_actor> watched) __asm__("__real_" QUORATE_SPAWN_SUPERVISOR);
caf::actor hostile_spawn_supervisor(
    caf::actor_system& system,
    std::vector<supervised_actor> watched) __asm__("__wrap_" QUORATE_SPAWN_SUPERVISOR);

namespace {

std::atomic<bool> lying = false;
static_assert(std::atomic<bool>::is_always_lock_free, "set by a signal handler");

// The node's own wiring, and the replica's, which differs in its links alone.
std::shared_ptr<const replica_wiring> real_wiring;
std::shared_ptr<replica_wiring> bent_wiring;

link_actor::behavior_type before_link(link_actor::pointer self, replica_id to, replica_actor honest,
                                      std::shared_ptr<const faults::liar> lies) {
  self->link_to(caf::actor_cast<caf::actor_addr>(honest)); // ends with it
  return {
      [to, lies](local::link_items& in) {
        auto items = in.items;
        if (lying) {
          auto bent = std::make_shared<std::vector<local::shared_bytes>>();
          for (const auto& item : *in.items)
            for (auto& lie : lies->tell(to, *item))
              bent->push_back(std::make_shared<const bytes>(std::move(lie)));
          items = std::move(bent);
        }
        caf::anon_send(real_wiring->links.at(to), local::link_items{std::move(items)});
      },
      // The network and the gate know the real link only.
      [](local::link_opened&) {},
      [](local::link_connected&) {},
      [](local::timer_tick) {},
      [](wire::peer_frame&) { return wire::peer_ack{}; },
  };
}

} // namespace

replica_actor hostile_spawn_replica(caf::actor_system& system, replica_setup setup,
                                    std::shared_ptr<const replica_wiring> wiring) {
  real_wiring = std::move(wiring);
  bent_wiring = std::make_shared<replica_wiring>();
  const auto lies =
      std::make_shared<const faults::liar>(setup.configuration, setup.key, setup.self);
  const auto self = setup.self;
  const auto n = setup.configuration->n();
  auto honest = real_spawn_replica(system, std::move(setup), bent_wiring);
  for (std::uint16_t i = 0; i < n; ++i)
    if (replica_id{i} != self)
      bent_wiring->links.emplace(replica_id{i},
                                 system.spawn(before_link, replica_id{i}, honest, lies));
  return honest;
}

// Called when every actor of the node is there and before the replica starts.
caf::actor hostile_spawn_supervisor(caf::actor_system& system,
                                    std::vector<supervised_actor> watched) {
  bent_wiring->mempool = real_wiring->mempool;
  bent_wiring->ledger = real_wiring->ledger;
  bent_wiring->gateway = real_wiring->gateway;
  return real_spawn_supervisor(system, std::move(watched));
}

} // namespace quorate

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: hostile_node node.toml\n");
    return 2;
  }
  struct sigaction action {};
  action.sa_handler = [](int) { quorate::lying = true; };
  sigaction(SIGUSR1, &action, nullptr);
  const int code = quorate::run_node(argv[1]);
  quorate::bent_wiring.reset();
  quorate::real_wiring.reset();
  return code;
}
