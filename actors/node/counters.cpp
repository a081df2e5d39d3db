#include "actors/node/counters.hpp"

namespace quorate {

std::vector<protocol::counter_line> count_all(const counted& what) {
  const auto& [storage, transport, health, registry, inboxes] = what;
  std::vector<protocol::counter_line> lines{{"storage_commits", storage.commits.load()},
                                            {"storage_records", storage.records.load()},
                                            {"storage_bytes", storage.bytes.load()},
                                            {"connections_accepted", transport.accepted.load()},
                                            {"connections_opened", transport.connected.load()},
                                            {"mode_changes_total", health.mode_changes()},
                                            {"registrations_accepted", registry.accepted.load()},
                                            {"registrations_stale", registry.stale.load()},
                                            {"registrations_disagreed", registry.disagreed.load()}};
  for (const auto& [peer, inbox] : inboxes) {
    const auto prefix = "peer" + std::to_string(peer.value) + "_";
    lines.push_back({prefix + "frames", inbox->frames.load()});
    lines.push_back({prefix + "refused", inbox->refused.load()});
    lines.push_back({prefix + "other_epoch", inbox->other_epoch.load()});
  }
  for (std::size_t i = 1; i < transport.refused.size(); ++i)
    if (const auto count = transport.refused[i].load(); count > 0)
      lines.push_back(
          {"refused_" + std::string{transport::name(static_cast<transport::refusal>(i))}, count});
  return lines;
}

} // namespace quorate
