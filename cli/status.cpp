#include "cli/client_setup.hpp"
#include "cli/commands.hpp"
#include "cli/labels_json.hpp"
#include "cli/status_table.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>
#include <set>
#include <thread>

namespace quorate::cli {

namespace {

using nlohmann::json;
using statuses = std::vector<std::optional<protocol::node_status>>;
/// Empty when no node said that it has any.
using evidence_of_nodes = std::vector<expected<protocol::evidence_answer>>;

json to_json(const protocol::evidence_answer& held) {
  json lines = json::array();
  for (const auto& line : held.culprits)
    lines.push_back({{"replica", line.replica.value},
                     {"kept", line.kept},
                     {"beyond_limit", line.beyond_limit}});
  json pieces = json::array();
  for (const auto& piece : held.items)
    pieces.push_back({{"culprit", piece.culprit.value},
                      {"kind", pbft::name(piece.what)},
                      {"view", piece.first.view.value},
                      {"sequence", piece.first.sequence.value},
                      {"says", pbft::describe(piece)}});
  return {{"culprits", std::move(lines)}, {"contradictions", std::move(pieces)}};
}

json to_json(const protocol::signer_line& l) {
  const auto failure = static_cast<errc>(l.failure);
  json line = {{"reachable", l.reachable},
               {"failure", l.failure == 0 ? json(nullptr) : json(name(failure))},
               {"silent_ms", l.silent_ms},
               {"said", nullptr}};
  if (!l.said) return line;
  json counters;
  for (const auto& [what, value] : l.said->counters)
    counters[what] = value;
  const auto& unanchored = l.said->unanchored;
  line["said"] = {{"locked", l.said->locked},
                  {"unanchored", unanchored ? json(name(*unanchored)) : json(nullptr)},
                  {"epoch", l.said->epoch.value},
                  {"token", to_string(l.said->token)},
                  {"log_entries", l.said->log.size},
                  {"log_root", to_hex(l.said->log.root)},
                  {"log_account", to_hex(l.said->account)},
                  {"counters", std::move(counters)}};
  return line;
}

json to_json(const protocol::node_status& s) {
  json peers = json::array();
  for (const auto& p : s.peers)
    peers.push_back(
        {{"replica", p.replica.value},
         {"connected", p.connected},
         {"state", lease::name(p.state)},
         {"loses", lease::name(p.loses)},
         {"silent_ms", p.silent_ms},
         {"round_trip_ms", p.round_trip_ms ? json(*p.round_trip_ms) : json(nullptr)},
         {"clock_offset_ms", p.clock_offset_ms ? json(*p.clock_offset_ms) : json(nullptr)},
         {"delivered", p.delivered.value},
         {"view", p.view.value}});
  json counters;
  for (const auto& c : s.counters)
    counters[c.name] = c.value;
  return {{"replica", s.node.value},
          {"ready", is_ready(s)},
          {"epoch", s.epoch.value},
          {"view", s.view.value},
          {"primary", s.primary.value},
          {"view_changing", s.view_changing},
          {"mode", lease::name(s.mode)},
          {"mode_age_ms", s.mode_age_ms},
          {"mode_why", s.mode_why},
          {"lease", s.lease ? json(to_string(*s.lease)) : json(nullptr)},
          {"lease_left_ms", s.lease_left_ms},
          {"voter", s.voter},
          {"quorum_seen", s.quorum_seen},
          {"height", s.height.value},
          {"attested", s.attested.value},
          {"stable_checkpoint", s.stable_checkpoint.value},
          {"state_root", to_hex(s.state_root)},
          {"mempool_operations", s.mempool_operations},
          {"view_changes", s.view_changes},
          {"evidence", s.evidence},
          {"uptime_ms", s.uptime_ms},
          {"version", s.version},
          {"peers", std::move(peers)},
          {"signer", s.signer ? to_json(*s.signer) : json(nullptr)},
          {"counters", std::move(counters)}};
}

/// Whether there is evidence to ask for: an older node answers status, but not that.
bool anyone_holds_evidence(const statuses& all) {
  return std::any_of(all.begin(), all.end(),
                     [](const auto& one) { return one && one->evidence > 0; });
}

json to_json(const std::vector<node_page>& pages, const evidence_of_nodes& held) {
  json list = json::array();
  for (std::size_t i = 0; i < pages.size(); ++i) {
    const auto& [status, tags] = pages[i];
    json node = status ? to_json(*status) : json(nullptr);
    if (status) node["labels"] = tags ? labels_to_json(*tags) : json(nullptr);
    if (status && i < held.size()) {
      if (held[i])
        node.update(to_json(*held[i]));
      else
        node["evidence_error"] = name(held[i].error());
    }
    list.push_back(std::move(node));
  }
  return list;
}

// A line for each culprit: how many contradictions, at which nodes.
void print_culprits(const evidence_of_nodes& held) {
  std::map<replica_id, std::set<pbft::evidence_id>> proven;
  std::map<replica_id, std::string> holders;
  for (std::size_t i = 0; i < held.size(); ++i) {
    if (!held[i]) continue;
    for (const auto& piece : held[i]->items)
      proven[piece.culprit].insert(piece.id());
    for (const auto& line : held[i]->culprits)
      holders[line.replica] +=
          (holders[line.replica].empty() ? "" : ", ") + ("node " + std::to_string(i)) + " " +
          std::to_string(line.kept) +
          (line.beyond_limit > 0 ? " (and " + std::to_string(line.beyond_limit) + " not kept)"
                                 : "");
  }
  for (const auto& [culprit, ids] : proven)
    std::printf("\nreplica %u is proven faulty by %zu contradiction%s; kept: %s\n"
                "(quorate evidence list shows and fetches them)\n",
                static_cast<unsigned>(culprit.value), ids.size(), ids.size() == 1 ? "" : "s",
                holders[culprit].c_str());
}

int exit_code_of(const statuses& all) {
  bool any = false;
  bool every = true;
  for (const auto& one : all) {
    any |= one.has_value();
    every &= one && is_ready(*one);
  }
  return !any ? could_not_ask : every ? ok : unhealthy;
}

address_book addresses_of(const client_options& options) {
  address_book all;
  for (const auto& node : options.nodes)
    if (node.pin)
      all.emplace(to_hex(byte_view{*node.pin}.first(8)),
                  node.host + ":" + std::to_string(node.port));
  return all;
}

client_setup load_either(const std::string& file) {
  return std::filesystem::path{file}.filename() == "node.toml" ? load_probe_setup(file)
                                                               : load_client_setup(file);
}

} // namespace

void add_status(CLI::App& app, chosen& run) {
  auto* c = app.add_subcommand("status", "Show where every node stands");
  auto file = std::make_shared<std::string>();
  auto output = std::make_shared<std::string>("table");
  c->add_option("--config", *file, "The client's TOML file")->required();
  c->add_option("-o,--output", *output, "table or json")->check(CLI::IsMember({"table", "json"}));
  c->footer("Contradictions that a node found are shown by culprit, with -o json one by one.\n"
            "Exit codes: 0 every node is ready, 10 some node is not, 1 none answered.");
  c->callback([&run, file, output] {
    run = [file, output] {
      const auto options = load_either(*file).options;
      const auto pages = ask_pages(options);
      statuses all;
      for (const auto& page : pages)
        all.push_back(page.status);
      evidence_of_nodes held;
      if (anyone_holds_evidence(all)) held = ask_evidence(options);
      if (*output == "json") {
        std::printf("%s\n", to_json(pages, held).dump(2).c_str());
      } else {
        print_status_table(pages, addresses_of(options));
        print_culprits(held);
      }
      return exit_code_of(all);
    };
  });
}

void add_health(CLI::App& app, chosen& run) {
  auto* c = app.add_subcommand("health", "Tell by exit code whether nodes are ready");
  auto file = std::make_shared<std::string>();
  auto wait_s = std::make_shared<unsigned>(0);
  c->add_option("--config", *file,
                "A client's TOML file: all its nodes; or a node's own node.toml: that node")
      ->required();
  c->add_option("--wait", *wait_s, "Seconds to wait for every node to become ready");
  c->footer("Exit codes: 0 ready, 10 not ready, 1 no answer.");
  c->callback([&run, file, wait_s] {
    run = [file, wait_s] {
      const auto setup = load_either(*file);
      const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(*wait_s);
      for (;;) {
        const auto all = ask_all(setup.options);
        const int code = exit_code_of(all);
        if (code == ok || std::chrono::steady_clock::now() >= until) {
          std::size_t ready = 0;
          for (const auto& one : all)
            ready += one && is_ready(*one) ? 1 : 0;
          std::printf("%zu of %zu ready\n", ready, all.size());
          return code;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
      }
    };
  });
}

} // namespace quorate::cli
