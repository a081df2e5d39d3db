#include "core/pbft/configuration.hpp"

#include "core/crypto/hash.hpp"

#include <algorithm>

namespace quorate::pbft {

expected<configuration> configuration::make(cluster_id cluster, configuration_epoch epoch,
                                            std::vector<member> members, epoch_start start,
                                            crypto_suite suite) {
  configuration made;
  made.cluster_ = cluster;
  made.epoch_ = epoch;
  made.start_ = start;
  for (auto& each : members) {
    if (!made.members_.empty() && each.id <= made.members_.back().id) return errc::bad_certificate;
    if (made.find(each.key)) return errc::bad_certificate;
    QUORATE_ASSIGN(auto parsed, verifying_key::parse(suite, each.key));
    made.keys_.push_back(parsed);
    if (each.voter) made.voters_.push_back(each.id);
    made.members_.push_back(std::move(each));
  }
  if (made.n() < 4 || made.members_.size() > limits::replicas_max) return errc::bad_certificate;
  return made;
}

expected<configuration> configuration::make(cluster_id cluster, configuration_epoch epoch,
                                            const std::vector<public_key>& keys,
                                            crypto_suite suite) {
  if (keys.size() > limits::replicas_max) return errc::bad_certificate;
  std::vector<member> members;
  for (const auto& key : keys)
    members.push_back({{static_cast<std::uint16_t>(members.size())}, key, true});
  return make(cluster, epoch, std::move(members), {}, suite);
}

std::optional<std::size_t> configuration::place_of(replica_id id) const noexcept {
  const auto place = std::lower_bound(members_.begin(), members_.end(), id,
                                      [](const member& m, replica_id i) { return m.id < i; });
  if (place == members_.end() || place->id != id) return std::nullopt;
  return static_cast<std::size_t>(place - members_.begin());
}

bool configuration::is_member(replica_id id) const noexcept { return place_of(id).has_value(); }

bool configuration::is_voter(replica_id id) const noexcept {
  const auto place = place_of(id);
  return place && members_[*place].voter;
}

const verifying_key& configuration::key(replica_id id) const noexcept {
  const auto place = place_of(id);
  QUORATE_CHECK(place);
  return keys_[*place];
}

std::optional<replica_id> configuration::find(const public_key& key) const noexcept {
  for (const auto& each : members_)
    if (each.key == key) return each.id;
  return std::nullopt;
}

node_id id_of(const public_key& key) noexcept { return {sha256(key.view()).data}; }

} // namespace quorate::pbft
