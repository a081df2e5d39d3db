#include "core/pbft/configuration.hpp"

#include "core/crypto/hash.hpp"

#include <algorithm>

namespace quorate::pbft {

expected<configuration> configuration::make(cluster_id cluster, configuration_epoch epoch,
                                            const std::vector<public_key>& keys) {
  if (keys.size() < 4 || keys.size() > limits::replicas_max || keys.size() % 3 != 1)
    return errc::bad_certificate;
  configuration made;
  made.cluster_ = cluster;
  made.epoch_ = epoch;
  for (const auto& key : keys) {
    if (made.find(key)) return errc::bad_certificate;
    QUORATE_ASSIGN(auto parsed, verifying_key::parse(key));
    made.keys_.push_back(parsed);
  }
  return made;
}

std::optional<replica_id> configuration::find(const public_key& key) const noexcept {
  for (std::size_t i = 0; i < keys_.size(); ++i)
    if (keys_[i].key() == key) return replica_id{static_cast<std::uint16_t>(i)};
  return std::nullopt;
}

node_id id_of(const public_key& key) noexcept { return {sha256(key.view()).data}; }

} // namespace quorate::pbft
