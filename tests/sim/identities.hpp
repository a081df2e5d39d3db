// Keys and configurations for tests: they depend on nothing but the place and the arguments.
#pragma once

#include "core/pbft/verifier.hpp"

#include <vector>

namespace quorate::sim {

/// A key pair; every call gives the same one for `place`.
signing_key make_key(std::uint64_t place);

/// SHA-256 of a name.
cluster_id cluster_named(std::string_view name);

/// The key pairs 0 to n-1, rising by node id as in genesis, and the configuration that they form.
/// Neither copied nor moved: authors and
/// verifiers hold references into it.
struct identities {
  explicit identities(std::size_t n, std::string_view cluster = "simulated",
                      configuration_epoch epoch = {1});
  identities(const identities&) = delete;
  identities& operator=(const identities&) = delete;

  std::vector<signing_key> keys;
  pbft::configuration config;

  pbft::author author_of(std::uint16_t place) const {
    return {config, replica_id{place}, keys[place]};
  }
};

} // namespace quorate::sim
