// The subcommands of `quorate`. Each registers itself and runs when it was chosen.
#pragma once

#include <CLI/App.hpp>

#include <functional>

namespace quorate::cli {

/// Exit codes that scripts may rely on; a node has its own (actors/fatal.hpp).
enum exit_codes : int {
  ok = 0,
  could_not_ask = 1, ///< no answer: addresses, certificates, or nobody there
  usage = 2,
  refused = 3, ///< asked and refused: the reason is printed
  unhealthy = 10,
};

/// Set by the chosen subcommand; main calls it.
using chosen = std::function<int()>;

void add_testnet(CLI::App& app, chosen& run);
void add_node(CLI::App& app, chosen& run);
void add_status(CLI::App& app, chosen& run);
void add_health(CLI::App& app, chosen& run);
void add_evidence(CLI::App& app, chosen& run);
void add_submit(CLI::App& app, chosen& run);
void add_account(CLI::App& app, chosen& run);
void add_receipt(CLI::App& app, chosen& run);
void add_member(CLI::App& app, chosen& run);
void add_registry(CLI::App& app, chosen& run);
void add_demo(CLI::App& app, chosen& run);
void add_bench(CLI::App& app, chosen& run);
void add_wallet(CLI::App& app, chosen& run);
void add_sign(CLI::App& app, chosen& run);
void add_signer(CLI::App& app, chosen& run);
void add_audit(CLI::App& app, chosen& run);
void add_offline(CLI::App& app, chosen& run);
void add_hsm(CLI::App& app, chosen& run);

} // namespace quorate::cli
