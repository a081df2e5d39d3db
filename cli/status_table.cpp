#include "cli/status_table.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace quorate::cli {

namespace {

using unsigned_long = unsigned long long;

/// One cell a column; the widths are those of the longest usual content.
constexpr const char* row = "%-5s %-10s %-9s %-9s %-6s %-6s %-8s %-10s %-8s %-20s %-9s %-9s %-10s "
                            "%-16s  %s\n";

std::string duration(std::uint64_t ms) {
  char text[32];
  if (ms < 100'000)
    std::snprintf(text, sizeof text, "%.1f s", static_cast<double>(ms) / 1000);
  else if (ms < 100ULL * 60'000)
    std::snprintf(text, sizeof text, "%llu min", static_cast<unsigned_long>(ms / 60'000));
  else
    std::snprintf(text, sizeof text, "%llu h", static_cast<unsigned_long>(ms / 3'600'000));
  return text;
}

bool is_suspect(const protocol::peer_line& p) {
  return p.state != lease::liveness::alive || p.loses != lease::loss::none;
}

std::string suspects_of(const protocol::node_status& s) {
  std::string all;
  for (const auto& p : s.peers)
    if (is_suspect(p)) all += (all.empty() ? "" : ",") + std::to_string(p.replica.value);
  return all.empty() ? "-" : all;
}

/// Of all peers the clock that is furthest from the own one, and the longest way.
std::string skew_of(const protocol::node_status& s) {
  std::optional<std::int64_t> furthest;
  for (const auto& p : s.peers)
    if (p.clock_offset_ms && (!furthest || std::abs(*p.clock_offset_ms) > std::abs(*furthest)))
      furthest = *p.clock_offset_ms;
  return furthest ? std::to_string(*furthest) + " ms" : "-";
}

std::string round_trip_of(const protocol::node_status& s) {
  std::optional<std::uint64_t> longest;
  for (const auto& p : s.peers)
    if (p.round_trip_ms) longest = std::max<std::uint64_t>(longest.value_or(0), *p.round_trip_ms);
  return longest ? std::to_string(*longest) + " ms" : "-";
}

void print_row(const protocol::node_status& s, const std::optional<registry::labels>& tags) {
  const std::string lease =
      s.lease ? to_string(*s.lease) + ", " + std::to_string(s.lease_left_ms) + " ms" : "-";
  std::printf(row, std::to_string(s.node.value).c_str(), std::string{lease::name(s.mode)}.c_str(),
              duration(s.mode_age_ms).c_str(),
              !s.voter          ? "learner"
              : s.view_changing ? "changing"
                                : "voter",
              std::to_string(s.epoch.value).c_str(), std::to_string(s.view.value).c_str(),
              std::to_string(s.primary.value).c_str(), std::to_string(s.height.value).c_str(),
              std::to_string(s.mempool_operations).c_str(), lease.c_str(), suspects_of(s).c_str(),
              skew_of(s).c_str(), round_trip_of(s).c_str(),
              to_hex(s.state_root).substr(0, 16).c_str(),
              tags ? registry::to_string(*tags).c_str() : "not registered");
}

/// The refusals, with their reasons: "refused 3 (bad_signature 2, wrong_epoch 1)".
std::string refusals_of(const signer::status_answer& said) {
  constexpr std::string_view prefix = "refused_";
  std::uint64_t sum = 0;
  std::string reasons;
  for (const auto& [what, value] : said.counters) {
    if (!what.starts_with(prefix)) continue;
    sum += value;
    reasons +=
        (reasons.empty() ? " (" : ", ") + what.substr(prefix.size()) + ' ' + std::to_string(value);
  }
  return "refused " + std::to_string(sum) + (reasons.empty() ? "" : reasons + ")");
}

std::uint64_t signed_by(const signer::status_answer& said) {
  std::uint64_t sum = 0;
  for (const auto& [what, value] : said.counters)
    if (what == "signed" || what == "signed_again") sum += value;
  return sum;
}

/// Who brought it what nothing proves, and how often; empty when nobody did. The counters are a
/// node's word: what is no name of a key is left out.
std::string liars_of(const signer::status_answer& said, const address_book& addresses) {
  constexpr std::string_view prefix = "unproven_by_";
  std::string all;
  for (const auto& [what, value] : said.counters) {
    if (!what.starts_with(prefix)) continue;
    const auto key = what.substr(prefix.size());
    if (!fixed_from_hex<fixed_bytes<struct key_name_tag, 8>>(key)) continue;
    const auto place = addresses.find(key);
    all += (all.empty() ? ", brought what nothing proves by the node " : ", ") +
           (place == addresses.end() ? "" : "at " + place->second + " ") + "with TLS key " + key +
           " (" + std::to_string(value) + " times)";
  }
  return all;
}

std::string state_of(const protocol::signer_line& l) {
  const std::string why =
      l.failure == 0 ? "" : " (" + std::string{name(static_cast<errc>(l.failure))} + ")";
  if (!l.said) return "never answered, for " + duration(l.silent_ms) + why;
  if (!l.reachable) return "is silent for " + duration(l.silent_ms) + why + ", and said before: ";
  if (l.said->locked) return "is locked and signs nothing until it is started again: ";
  if (l.said->unanchored == errc::not_anchored)
    return "signs nothing until the ledger has the newest head of its log: ";
  if (l.said->unanchored)
    return "SIGNS NOTHING, its data directory is not the newest (" +
           std::string{name(*l.said->unanchored)} + "): ";
  return "answers: ";
}

void print_signer(unsigned node, const protocol::signer_line& l, const address_book& addresses) {
  std::string text = "node " + std::to_string(node) + ": its signer " + state_of(l);
  if (l.said)
    text += "epoch " + std::to_string(l.said->epoch.value) + ", token " + to_string(l.said->token) +
            ", " + std::to_string(l.said->log.size) + " log entries under " +
            to_hex(l.said->log.root).substr(0, 16) + ", signed " +
            std::to_string(signed_by(*l.said)) + ", " + refusals_of(*l.said) +
            liars_of(*l.said, addresses);
  std::printf("%s\n", text.c_str());
}

// Why a node is not normal, and what it has to say of peers that it misses.
void print_remarks(const protocol::node_status& s, const address_book& addresses) {
  const auto node = static_cast<unsigned>(s.node.value);
  if (s.mode != lease::node_mode::normal)
    std::printf("node %u is %s for %s: %s\n", node, std::string{lease::name(s.mode)}.c_str(),
                duration(s.mode_age_ms).c_str(), s.mode_why.c_str());
  for (const auto& p : s.peers)
    if (is_suspect(p))
      std::printf("node %u: replica %u is %s, silent for %s, loss: %s\n", node,
                  static_cast<unsigned>(p.replica.value), std::string{lease::name(p.state)}.c_str(),
                  duration(p.silent_ms).c_str(), std::string{lease::name(p.loses)}.c_str());
  if (s.signer) print_signer(node, *s.signer, addresses);
}

} // namespace

void print_status_table(const std::vector<node_page>& all, const address_book& addresses) {
  std::printf(row, "node", "mode", "since", "part", "epoch", "view", "primary", "height", "waiting",
              "lease", "suspects", "skew", "round trip", "state root", "labels");
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i].status)
      print_row(*all[i].status, all[i].tags);
    else
      std::printf("%-5zu no answer\n", i);
  for (const auto& page : all)
    if (page.status) print_remarks(*page.status, addresses);
}

} // namespace quorate::cli
