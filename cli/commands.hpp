// The subcommands of `quorate`. Each registers itself and runs when it was chosen.
#pragma once

#include "core/base/errc.hpp"

#include <CLI/App.hpp>

#include <functional>
#include <stdexcept>
#include <string>

namespace quorate::cli {

/// Exit codes that scripts may rely on; a node has its own (actors/fatal.hpp).
enum exit_codes : int {
  ok = 0,
  could_not_ask = 1, ///< no answer: addresses, certificates, or nobody there
  usage = 2,
  refused = 3, ///< asked and refused: the reason is printed
  unhealthy = 10,
};

/// What was asked for is refused: main prints the reason and ends with `refused`.
class refusal : public std::runtime_error {
public:
  refusal(errc why, const std::string& text) : std::runtime_error(text), why_(why) {}
  errc why() const noexcept { return why_; } ///< for programs

private:
  errc why_;
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
void add_proposal(CLI::App& app, chosen& run);
void add_signer(CLI::App& app, chosen& run);
void add_audit(CLI::App& app, chosen& run);
void add_offline(CLI::App& app, chosen& run);
void add_hsm(CLI::App& app, chosen& run);

} // namespace quorate::cli
