#include "actors/signer/signer_process.hpp"
#include "cli/commands.hpp"
#include "cli/secret_input.hpp"

#include <memory>

namespace quorate::cli {

void add_signer(CLI::App& app, chosen& run) {
  auto* c = app.add_subcommand("signer", "Run a signer until SIGTERM: keys, and nothing else");
  auto file = std::make_shared<std::string>();
  auto password = std::make_shared<secret_source>();
  c->add_option("--config", *file, "The signer's TOML file")->required();
  c->add_option("--password-fd", password->descriptor,
                "Read the keystore's password from this file descriptor (default: ask)");
  c->footer(
      "It signs what the cluster committed, and what the policy of the key allows; nodes bring "
      "it orders (`[[signer]]` in their configuration).\nExit codes: as `quorate node --help`.");
  c->callback([&run, file, password] {
    run = [file, password] {
      const auto secret = read_secret(*password, "Password of the keystore");
      return run_signer(*file, secret.view());
    };
  });
}

} // namespace quorate::cli
