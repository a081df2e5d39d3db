#include "tests/sim/identities.hpp"

#include "core/crypto/hash.hpp"

#include <algorithm>

namespace quorate::sim {

namespace {

pbft::configuration configuration_of(const std::vector<signing_key>& keys, std::string_view cluster,
                                     configuration_epoch epoch) {
  std::vector<public_key> publics;
  for (const auto& key : keys)
    publics.push_back(key.key());
  return pbft::configuration::make(cluster_named(cluster), epoch, publics, crypto_suite::standard)
      .value();
}

std::vector<signing_key> make_keys(std::size_t n) {
  std::vector<signing_key> keys;
  for (std::size_t place = 0; place < n; ++place)
    keys.push_back(make_key(place));
  std::sort(keys.begin(), keys.end(), [](const auto& a, const auto& b) {
    return pbft::id_of(a.key()) < pbft::id_of(b.key());
  });
  return keys;
}

} // namespace

signing_key make_key(std::uint64_t place) {
  const auto seed = sha256(as_bytes("replica " + std::to_string(place)));
  return signing_key::from_secret(secret_bytes<32>{std::span{seed.data}}, crypto_suite::standard)
      .value();
}

cluster_id cluster_named(std::string_view name) { return {sha256(as_bytes(name)).data}; }

identities::identities(std::size_t n, std::string_view cluster, configuration_epoch epoch)
    : keys(make_keys(n)), config(configuration_of(keys, cluster, epoch)) {}

} // namespace quorate::sim
