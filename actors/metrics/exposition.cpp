#include "actors/metrics/exposition.hpp"

#include "actors/metrics/families.hpp"

#include <algorithm>
#include <charconv>

namespace quorate::metrics {

namespace {

double seconds(std::uint64_t ms) { return static_cast<double>(ms) / 1000; }
double number(std::uint64_t value) { return static_cast<double>(value); }
double yes(bool value) { return value ? 1 : 0; }
std::string text(std::string_view value) { return std::string{value}; }

/// A counter of a node's or a signer's status, and what it is called here.
struct known_counter {
  std::string_view name;
  family_head as;
  const char* label = nullptr; ///< null: none
  const char* value = nullptr;
};

constexpr family_head registrations{"quorate_registrations_total",
                                    "Registrations of peers, by what became of them."};

constexpr known_counter of_node[] = {
    {"storage_commits", {"quorate_storage_commits_total", "Transactions made durable."}},
    {"storage_records", {"quorate_storage_records_total", "Records made durable."}},
    {"storage_bytes", {"quorate_storage_bytes_total", "Bytes of records made durable."}},
    {"connections_accepted",
     {"quorate_connections_accepted_total", "Connections of peers and clients accepted."}},
    {"connections_opened", {"quorate_connections_opened_total", "Connections opened to others."}},
    {"mode_changes_total", {"quorate_mode_changes_total", "How often the node's mode changed."}},
    {"registrations_accepted", registrations, "result", "accepted"},
    {"registrations_stale", registrations, "result", "stale"},
    {"registrations_disagreed", registrations, "result", "disagreed"},
};

constexpr known_counter of_peer[] = {
    {"frames", {"quorate_peer_frames_total", "Frames that came from a peer."}},
    {"refused",
     {"quorate_peer_refused_total", "Messages of a peer that did not decode or verify."}},
    {"other_epoch", {"quorate_peer_other_epoch_total", "Messages of a peer of another epoch."}},
};

constexpr known_counter of_signer[] = {
    {"requests",
     {"quorate_signer_requests_total", "Requests for a signature that the signer got."}},
    {"signed", {"quorate_signer_signed_total", "Requests that the signer signed, each once."}},
    {"signed_again",
     {"quorate_signer_signed_again_total", "Requests signed before that it signed once more."}},
    {"busy", {"quorate_signer_busy_total", "Questions turned away without an entry in the log."}},
    {"unproven",
     {"quorate_signer_unproven_total",
      "Requests refused for want of a proof: a node lies, or an epoch or view has just ended."}},
};

constexpr std::string_view refused_prefix = "refused_";
constexpr std::string_view unproven_by_prefix = "unproven_by_";
constexpr std::string_view peer_prefix = "peer";

template <std::size_t N>
const known_counter* find(const known_counter (&all)[N], std::string_view name) {
  const auto found = std::ranges::find(all, name, &known_counter::name);
  return found == std::end(all) ? nullptr : found;
}

void count(families& to, const known_counter& what, std::uint64_t value, labels with = {}) {
  if (what.label != nullptr) with.emplace_back(what.label, what.value);
  to.count(what.as, value, std::move(with));
}

/// "peer3_frames". @returns whether it was one of these.
bool count_of_peer(families& to, const protocol::counter_line& line) {
  std::string_view name = line.name;
  if (!name.starts_with(peer_prefix)) return false;
  name.remove_prefix(peer_prefix.size());
  std::uint16_t peer = 0;
  const auto read = std::from_chars(name.data(), name.data() + name.size(), peer);
  name.remove_prefix(static_cast<std::size_t>(read.ptr - name.data()));
  if (read.ec != std::errc{} || !name.starts_with('_')) return false;
  const auto* known = find(of_peer, name.substr(1));
  if (known == nullptr) return false;
  count(to, *known, line.value, {{"peer", std::to_string(peer)}});
  return true;
}

void add_counters(families& to, const std::vector<protocol::counter_line>& all) {
  for (const auto& line : all) {
    if (const auto* known = find(of_node, line.name))
      count(to, *known, line.value);
    else if (line.name == "clients")
      to.show({"quorate_clients", "Clients that are connected."}, number(line.value));
    else if (line.name.starts_with(refused_prefix))
      to.count({"quorate_transport_refused_total",
                "Connections refused or ended by the transport, by reason."},
               line.value, {{"reason", line.name.substr(refused_prefix.size())}});
    else if (!count_of_peer(to, line))
      to.count({"quorate_other_total", "Counters that have no name of their own here."}, line.value,
               {{"name", line.name}});
  }
}

void add_standing(families& to, const protocol::node_status& s) {
  to.show({"quorate_build_info", "Always 1; the version is a label."}, 1, {{"version", s.version}});
  to.show({"quorate_replica", "Which replica the node is."}, s.node.value);
  to.show({"quorate_uptime_seconds", "Since the node began in this epoch."}, seconds(s.uptime_ms));
  using lease::node_mode;
  for (const auto mode :
       {node_mode::normal, node_mode::degraded, node_mode::read_only, node_mode::halted})
    to.show({"quorate_mode", "1 for the mode of the node, 0 for the others."}, yes(s.mode == mode),
            {{"mode", text(lease::name(mode))}});
  to.show({"quorate_mode_age_seconds", "Since the mode changed."}, seconds(s.mode_age_ms));
  to.show({"quorate_quorum_in_reach", "1 while the node may serve what needs a quorum."},
          yes(s.quorum_seen));
  to.show({"quorate_voter", "1 for a voter, 0 for a learner."}, yes(s.voter));
  to.show({"quorate_primary", "1 while the node is the primary of its view."},
          yes(s.primary == s.node));
  to.show({"quorate_lease_held", "1 while the node holds a lease."}, yes(s.lease.has_value()));
}

void add_progress(families& to, const protocol::node_status& s) {
  to.show({"quorate_epoch", "Configuration epoch."}, number(s.epoch.value));
  to.show({"quorate_view", "View within the epoch."}, number(s.view.value));
  to.show({"quorate_view_changing", "1 while the node is between two views."},
          yes(s.view_changing));
  to.count({"quorate_view_changes_total", "View changes that the node took part in."},
           s.view_changes);
  to.show({"quorate_height", "Blocks applied."}, number(s.height.value));
  to.show({"quorate_attested_height", "Highest block that f+1 replicas attested."},
          number(s.attested.value));
  to.show({"quorate_stable_checkpoint_height", "Newest stable checkpoint."},
          number(s.stable_checkpoint.value));
  to.show({"quorate_mempool_operations", "Operations that wait to be ordered."},
          number(s.mempool_operations));
  to.show({"quorate_contradictions", "Pairs of statements, found here, that exclude each other."},
          number(s.evidence));
}

void add_peer(families& to, const protocol::peer_line& p) {
  const labels of{{"peer", std::to_string(p.replica.value)}};
  to.show({"quorate_peer_connected", "1 while there is a connection to the peer."},
          yes(p.connected), of);
  to.show({"quorate_peer_alive", "1 while the peer's heartbeats come in time."},
          yes(p.state == lease::liveness::alive), of);
  to.show({"quorate_peer_silent_seconds", "Since the peer's last heartbeat."}, seconds(p.silent_ms),
          of);
  to.show({"quorate_peer_height", "Blocks that the peer said it has."}, number(p.delivered.value),
          of);
  if (p.round_trip_ms)
    to.show({"quorate_peer_round_trip_seconds", "To the peer and back."}, seconds(*p.round_trip_ms),
            of);
  if (p.clock_offset_ms)
    to.show({"quorate_peer_clock_offset_seconds", "The peer's monotonic clock less the node's."},
            static_cast<double>(*p.clock_offset_ms) / 1000, of);
}

void add_signer_counter(families& to, const std::string& name, std::uint64_t value) {
  if (const auto* known = find(of_signer, name))
    count(to, *known, value);
  else if (name.starts_with(refused_prefix))
    to.count({"quorate_signer_refused_total", "Requests that the signer refused, by reason."},
             value, {{"reason", name.substr(refused_prefix.size())}});
  else if (name.starts_with(unproven_by_prefix))
    to.count({"quorate_signer_unproven_by_total",
              "Of them, by who brought it: the first 16 digits of the node's tls_key_sha256."},
             value, {{"tls_key", name.substr(unproven_by_prefix.size())}});
  else if (name != "refused") // their sum
    to.count({"quorate_signer_other_total", "Counters that have no name of their own here."}, value,
             {{"name", name}});
}

// What a silent signer said before is not of now: its series end, as those of a target do that is
// down.
void add_signer(families& to, const protocol::signer_line& l) {
  to.show({"quorate_signer_up", "1 while the signer answers this node."}, yes(l.reachable));
  to.show({"quorate_signer_silent_seconds", "Since the signer's last answer to this node."},
          seconds(l.silent_ms));
  if (!l.reachable || !l.said) return;
  to.show({"quorate_signer_locked", "1 when the signer's secrets were wiped."},
          yes(l.said->locked));
  to.show({"quorate_signer_anchored", "1 once the ledger has a head of the signer's log since it "
                                      "was started; until then it signs nothing."},
          yes(!l.said->unanchored));
  to.show({"quorate_signer_epoch", "Newest epoch that the signer knows."},
          number(l.said->epoch.value));
  to.show({"quorate_signer_token_epoch", "Epoch of the signer's fencing token."},
          number(l.said->token.epoch.value));
  to.show({"quorate_signer_token_view", "View of the signer's fencing token."},
          number(l.said->token.view.value));
  to.show({"quorate_signer_log_entries", "Entries of the signer's audit log."},
          number(l.said->log.size));
  for (const auto& [name, value] : l.said->counters)
    add_signer_counter(to, name, value);
}

void add_endpoint(families& to, const http_counters& http) {
  for (std::size_t i = 0; i < http.ended.size(); ++i)
    to.count({"quorate_metrics_connections_total",
              "Connections to this endpoint, by what became of them."},
             http.ended[i].load(), {{"result", text(name(static_cast<http_outcome>(i)))}});
}

} // namespace

std::string expose(const protocol::node_status& status, const http_counters* http) {
  families all;
  add_standing(all, status);
  add_progress(all, status);
  for (const auto& peer : status.peers)
    add_peer(all, peer);
  add_counters(all, status.counters);
  if (status.signer) add_signer(all, *status.signer);
  if (http != nullptr) add_endpoint(all, *http);
  return all.to_text();
}

} // namespace quorate::metrics
