// Members that register themselves, and someone who listens.
#pragma once

#include "core/registry/registration.hpp"
#include "tests/unit/ledger_fixture.hpp"

namespace quorate::testing {

struct registry_fixture : ledger_fixture {
  pbft::configuration members = ledger::configuration_of(
      authoriser.cluster(), ledger::membership_of(genesis).current, {}, authoriser.suite());

  signing_key key_of(std::uint16_t replica) const {
    for (int i = 0;; ++i) {
      auto key = key_named("replica " + std::to_string(i));
      if (key.key() == genesis.replicas[replica]) return key;
    }
  }

  static digest tls_key(std::uint16_t replica) {
    return sha256(as_bytes("certificate of " + std::to_string(replica)));
  }

  static registry::registration registration_of(std::uint16_t replica, registry::counter at,
                                                std::string region = "eu-west") {
    const auto port = static_cast<std::uint16_t>(7000 + 10 * replica);
    return {genesis_epoch,
            {replica},
            at,
            {"node" + std::to_string(replica), port},
            {"node" + std::to_string(replica), static_cast<std::uint16_t>(port + 1)},
            tls_key(replica),
            {std::move(region), "test", "replica", false}};
  }

  registry::signed_registration signed_by_itself(registry::registration what) const {
    const auto key = key_of(what.replica.value);
    return registry::sign(authoriser.cluster(), std::move(what), key);
  }

  registry::signed_registration made(std::uint16_t replica, registry::counter at,
                                     std::string region = "eu-west") const {
    return signed_by_itself(registration_of(replica, at, std::move(region)));
  }

  registry::verified_registration verified(std::uint16_t replica, registry::counter at) const {
    auto checked = registry::check(made(replica, at), members);
    QUORATE_CHECK(checked);
    return *checked;
  }
};

} // namespace quorate::testing
