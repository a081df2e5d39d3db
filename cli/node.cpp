#include "actors/node/node.hpp"

#include "cli/commands.hpp"

namespace quorate::cli {

void add_node(CLI::App& app, chosen& run) {
  auto* c = app.add_subcommand("node", "Run one node until SIGTERM");
  auto file = std::make_shared<std::string>();
  c->add_option("--config", *file, "The node's TOML file")->required();
  c->footer("Exit codes: 0 stopped on a signal; 70 internal error, 71 storage write failed, 72 "
            "storage corrupt, 73 data directory in use, 74 configuration invalid, 75 data of "
            "another node or version, 76 storage unavailable, 77 state diverged, 78 no member any "
            "more; a "
            "signer also 79 its token does not answer.");
  c->callback([&run, file] { run = [file] { return run_node(*file); }; });
}

} // namespace quorate::cli
