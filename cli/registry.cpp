// Where the members are reached, and their labels, as they registered them.
#include "cli/client_setup.hpp"
#include "cli/commands.hpp"
#include "cli/labels_json.hpp"

#include <cstdio>

namespace quorate::cli {

namespace {

using nlohmann::json;

json to_json(const registry::endpoint& e) { return {{"host", e.host}, {"port", e.port}}; }

json to_json(const registry::registration& r) {
  return {{"replica", r.replica.value},
          {"epoch", r.epoch.value},
          {"boot", r.at.boot},
          {"sequence", r.at.sequence},
          {"peers", to_json(r.peers)},
          {"clients", to_json(r.clients)},
          {"tls_key_sha256", to_hex(r.tls_key)},
          {"labels", labels_to_json(r.tags)}};
}

std::string text_of(const registry::endpoint& e) { return e.host + ":" + std::to_string(e.port); }

int list(const std::string& file, const std::string& output) {
  const auto cluster = open_client(load_client_setup(file).options);
  const auto all = cluster->registrations();
  if (!all) {
    std::fprintf(stderr, "quorate registry: %s\n", std::string{explain(all.error())}.c_str());
    return could_not_ask;
  }
  if (output == "json") {
    json lines = json::array();
    for (const auto& one : *all)
      lines.push_back(to_json(one));
    std::printf("%s\n", lines.dump(2).c_str());
    return ok;
  }
  std::printf("%-8s %-26s %-26s %s\n", "replica", "clients", "peers", "labels");
  for (const auto& one : *all)
    std::printf("%-8u %-26s %-26s %s\n", static_cast<unsigned>(one.replica.value),
                text_of(one.clients).c_str(), text_of(one.peers).c_str(),
                registry::to_string(one.tags).c_str());
  return ok;
}

} // namespace

void add_registry(CLI::App& app, chosen& run) {
  auto* group = app.add_subcommand("registry", "Show where nodes are reached, and their labels");
  group->require_subcommand(1);
  group->footer("A node registers itself every 10 s, signed; an entry counts for 30 s. What a "
                "label says stands in the node's configuration and in its certificate.\n"
                "Exit codes: 0 done, 1 no answer, 2 usage.");
  auto* c = group->add_subcommand("list", "The registrations that a node has heard, checked");
  auto file = std::make_shared<std::string>();
  auto output = std::make_shared<std::string>("table");
  c->add_option("--config", *file, "The client's TOML file")->required();
  c->add_option("-o,--output", *output, "table or json")->check(CLI::IsMember({"table", "json"}));
  c->callback([&run, file, output] { run = [file, output] { return list(*file, *output); }; });
}

} // namespace quorate::cli
