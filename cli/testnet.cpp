#include "config/testnet.hpp"

#include "cli/commands.hpp"

#include <cstdio>

namespace quorate::cli {

void add_testnet(CLI::App& app, chosen& run) {
  auto* c = app.add_subcommand("testnet", "Make keys, certificates, genesis and a TOML a node");
  auto o = std::make_shared<config::testnet_options>();
  auto out = std::make_shared<std::string>();
  c->add_option("--nodes", o->nodes, "Nodes: 3f+1, so 4, 7, 10, …")->capture_default_str();
  c->add_option("--out", *out, "Folder to write to; must be empty")->required();
  c->add_flag("--compose", o->compose,
              "One container a node: hosts PATTERN0, PATTERN1, …, the same ports everywhere");
  c->add_option("--host-pattern", o->host_pattern, "With --compose: the host names' beginning")
      ->capture_default_str();
  c->add_option("--base-port", o->base_port, "On loopback: first of 2n ports; 0: free ones")
      ->capture_default_str();
  c->add_option("--accounts", o->accounts, "Funded accounts for demo and bench")
      ->capture_default_str();
  c->footer("For tests and demonstrations: all keys lie in one folder for a moment.");
  c->callback([&run, o, out] {
    run = [o, out] {
      o->out = *out;
      if (const auto error = config::generate_testnet(*o)) {
        std::fprintf(stderr, "quorate testnet: %s\n", error->c_str());
        return static_cast<int>(refused);
      }
      std::printf("Wrote %u nodes and a client to %s\nStart each with: quorate node --config "
                  "%s/nodeI/node.toml\n",
                  static_cast<unsigned>(o->nodes), out->c_str(), out->c_str());
      return static_cast<int>(ok);
    };
  });
}

} // namespace quorate::cli
