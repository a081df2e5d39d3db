#include "actors/log.hpp"
#include "actors/secrets/os_random.hpp"
#include "actors/version.hpp"
#include "cli/commands.hpp"
#include "core/crypto/blinding.hpp"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <cstdio>
#include <exception>
#include <stdexcept>

namespace {

/// While there is one thread only.
void blind_signing() {
  quorate::blinding_seed seed{};
  if (!quorate::os_random(seed))
    throw std::runtime_error{"the operating system gives no random bytes, which signing needs"};
  quorate::blind_secp256k1(seed);
}

} // namespace

int main(int argc, char** argv) {
  using namespace quorate::cli;
  CLI::App app{"Quorate: a wallet backend that keeps signing when a node dies and stops signing "
               "when a node lies.\n\nTry `quorate demo`: four nodes on this machine, ten thousand "
               "transfers, one killed primary."};
  app.set_version_flag("--version", quorate::version);
  app.require_subcommand(1);
  app.footer("Exit codes: 0 done or healthy, 1 could not ask, 2 wrong usage, 3 refused, 10 "
             "unhealthy; a node that cannot go on ends with 70 to 79 (quorate node --help).");
  bool verbose = false;
  app.add_flag("-v,--verbose", verbose, "Tell what the client does");
  chosen run;
  add_demo(app, run);
  add_testnet(app, run);
  add_node(app, run);
  add_status(app, run);
  add_health(app, run);
  add_evidence(app, run);
  add_submit(app, run);
  add_account(app, run);
  add_receipt(app, run);
  add_member(app, run);
  add_registry(app, run);
  add_bench(app, run);
  add_signer(app, run);
  add_sign(app, run);
  add_proposal(app, run);
  add_audit(app, run);
  add_wallet(app, run);
  add_offline(app, run);
  add_hsm(app, run);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    const int code = app.exit(e);
    return code == 0 ? ok : usage;
  }
  quorate::log::set_up(
      {verbose ? quorate::log::level::debug : quorate::log::level::warn, false, "quorate"});
  try {
    blind_signing();
    return run();
  } catch (const refusal& e) {
    std::fprintf(stderr, "quorate: %s\n", e.what());
    return refused;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "quorate: %s\n", e.what());
    return could_not_ask;
  }
}
