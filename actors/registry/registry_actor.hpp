// Registers this node with its peers now and then, and keeps what they register.
#pragma once

#include "actors/interfaces.hpp"
#include "core/registry/table.hpp"

#include <caf/actor_system.hpp>

#include <atomic>
#include <functional>

namespace quorate {

namespace local {

/// What a peer says of itself; not yet compared with its certificate.
struct registration_notice {
  std::shared_ptr<const registry::verified_registration> what;
};

struct registry_lookup {};
struct registry_contents {
  std::vector<registry::signed_registration> entries; ///< live ones, this node's included
};

} // namespace local

using registry_actor =
    caf::typed_actor<caf::reacts_to<local::start_up>,            // from the node, once
                     caf::reacts_to<local::registration_notice>, // from the inboxes
                     caf::reacts_to<local::link_notice>,         // from the links
                     caf::reacts_to<local::timer_tick>,          // from itself
                     caf::replies_to<local::registry_lookup>::with<local::registry_contents>>;

/// Written by the actor, read for status.
struct registry_counters {
  std::atomic<std::uint64_t> accepted{0};
  std::atomic<std::uint64_t> stale{0};     ///< counter not above the last one
  std::atomic<std::uint64_t> disagreed{0}; ///< with the certificate of the peer
};

struct registry_setup {
  /// What this node says of itself, with its boot number; none while it is no member.
  std::optional<registry::registration> own;
  std::shared_ptr<const signing_key> key;
  std::shared_ptr<const pbft::configuration> configuration;
  /// What the certificate said that this peer showed last; none when it never did.
  std::function<std::optional<registry::certificate_facts>(replica_id)> shown_by;
  std::shared_ptr<registry_counters> counters;
};

struct registry_wiring {
  std::map<replica_id, link_actor> links;
};

registry_actor spawn_registry(caf::actor_system& system, registry_setup setup,
                              std::shared_ptr<const registry_wiring> wiring);

} // namespace quorate

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::registration_notice)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::registry_lookup)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::local::registry_contents)
