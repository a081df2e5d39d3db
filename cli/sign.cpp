// Orders a signature: states what a transaction does, has it committed, and asks for what the
// signer says to it.
#include "cli/approvals.hpp"
#include "cli/client_setup.hpp"
#include "cli/commands.hpp"
#include "cli/document.hpp"
#include "cli/order.hpp"
#include "core/signer/reading.hpp"
#include "core/signer/signer_core.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <stdexcept>

namespace quorate::cli {

namespace {

/// How long a proposal may be submitted, unless said otherwise: a day.
constexpr std::uint64_t proposals_valid_s = 86'400;

struct sign_options {
  std::string config;
  std::string chain;
  std::string chain_id;
  std::string network = "mainnet";
  std::string prefix = "cosmos";
  std::string public_key;
  std::string file;
  std::uint32_t asset = 1;
  std::uint32_t from = 0;
  std::uint64_t again = 0;
  std::optional<std::uint64_t> valid_s;
  std::vector<std::string> approvers;
  std::string propose; ///< a file: the order is written down, and not submitted
  std::string output = "table";
};

[[noreturn]] void fail(const std::string& what, errc why) {
  throw std::runtime_error{what + ": " + std::string{explain(why)}};
}

signer::network network_of(const sign_options& o) {
  if (o.chain == "cosmos") return signer::cosmos_network{o.chain_id, o.prefix};
  if (o.chain == "evm") {
    const auto id = parse_amount(o.chain_id);
    if (!id || id->high() != 0) throw std::runtime_error{"--chain-id has to be a number"};
    return signer::evm_network{id->low()};
  }
  for (const auto net : {bitcoin::network::mainnet, bitcoin::network::testnet,
                         bitcoin::network::signet, bitcoin::network::regtest})
    if (bitcoin::name(net) == o.network) return signer::bitcoin_network{net};
  throw std::runtime_error{"--network has to be mainnet, testnet, signet or regtest"};
}

/// Which key signs, and where.
approval::key_and_network read_as_of(const sign_options& o) {
  const auto key = fixed_from_hex<compressed_key>(o.public_key);
  if (!key) fail("--public-key", key.error());
  return {network_of(o), *key};
}

/// The order, with what its transaction does.
ledger::signing_order order_of(const sign_options& o, const approval::key_and_network& as,
                               std::string& text) {
  const auto key = ec_public_key::parse(as.key);
  if (!key) fail("--public-key", key.error());
  ledger::signing_order order;
  order.transaction = read_transaction_file(o.file);
  auto of = signer::read_transaction(order.transaction, as.where, *key);
  if (!of) fail(o.file, of.error());
  order.key = signer::name_of(*key);
  order.chain = signer::chain_of(as.where);
  order.asset = {o.asset};
  order.payments = std::move(of->payments);
  text = std::move(of->text);
  return order;
}

void approve(const sign_options& o, const ledger::genesis& genesis, ledger::operation& op) {
  const auto statement = signer::approval_statement(ledger::id_of(genesis), op);
  auto& approvals = std::get<ledger::signing_order>(op.body).approvals;
  for (const auto& file : o.approvers) {
    const auto key = load_identity_file(file, genesis.identity_suite);
    approvals.push_back({key.key(), key.sign(statement)});
  }
  std::ranges::sort(approvals, {}, &ledger::signing_approval::approver);
}

std::uint64_t now_ms() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(since).count());
}

block_time_ms expiry_of(const sign_options& o) {
  const auto seconds = o.valid_s.value_or(o.propose.empty() ? 0 : proposals_valid_s);
  return {seconds == 0 ? 0 : now_ms() + seconds * 1000};
}

int run_sign(const sign_options& o) {
  const auto setup = load_client_setup(o.config);
  const auto account = signer_of(setup, o.from);
  auto cluster = open_client(setup.options);
  if (o.again != 0) return report_order(*cluster, account.key(), {o.again}, o.output);
  std::string text;
  const auto read_as = read_as_of(o);
  ledger::operation op{account.key(), {}, expiry_of(o), order_of(o, read_as, text)};
  op.sequence = next_sequence(*cluster, account.key());
  if (!o.propose.empty())
    return propose({cluster->cluster(), std::move(op), read_as}, o.propose, o.output);
  approve(o, setup.options.genesis, op);
  std::fprintf(stderr, "%s", text.c_str());
  if (const int code = commit_order(*cluster, account, op, o.output); code != ok) return code;
  return report_order(*cluster, account.key(), op.sequence, o.output);
}

} // namespace

void add_sign(CLI::App& app, chosen& run) {
  auto* c = app.add_subcommand("sign", "Order the signature of a transaction, and ask for it");
  auto o = std::make_shared<sign_options>();
  c->add_option("--config", o->config, "The client's TOML file")->required();
  auto* again = c->add_option("--again", o->again,
                              "Order nothing: ask for what the order of this sequence was given");
  auto* chain = c->add_option("--chain", o->chain, "bitcoin, evm or cosmos")
                    ->check(CLI::IsMember({"bitcoin", "evm", "cosmos"}));
  c->add_option("--chain-id", o->chain_id, "EVM and Cosmos: which chain");
  c->add_option("--network", o->network, "Bitcoin: mainnet, testnet, signet or regtest")
      ->capture_default_str();
  c->add_option("--prefix", o->prefix, "Cosmos: of addresses")->capture_default_str();
  auto* key = c->add_option("--public-key", o->public_key, "Of the key: 66 hex digits");
  auto* file =
      c->add_option("--transaction", o->file,
                    "A file: a PSBT, an EVM transaction's signing payload, or a Cosmos SignDoc; in "
                    "binary, hexadecimal, Base64 or UR texts");
  auto* proposal = c->add_option("--propose", o->propose,
                                 "Order nothing: write the order to this file, for approvers "
                                 "elsewhere (quorate proposal)");
  again->excludes(chain)->excludes(key)->excludes(file)->excludes(proposal);
  chain->needs(key)->needs(file);
  c->add_option("--asset", o->asset, "The ledger's number of what it pays")->capture_default_str();
  c->add_option("--from", o->from, "Index of the ordering test account, without an account_key");
  c->add_option("--valid", o->valid_s,
                "Seconds in which it may be ordered and signed; 0: for ever (default: 0, of "
                "proposals a day)");
  c->add_option("--approve-with", o->approvers,
                "Key files of approvers, who approve it on this machine")
      ->excludes(proposal);
  c->add_option("-o,--output", o->output, "table or json")->check(CLI::IsMember({"table", "json"}));
  c->footer(
      "Exit codes: 0 signed, 1 no answer (ask again with --again: it is signed once), 2 usage, "
      "3 refused by the ledger or the signer.");
  c->callback([&run, o] {
    run = [o] {
      if (o->again == 0 && o->chain.empty()) {
        std::fprintf(stderr, "quorate sign: give --chain, --public-key and --transaction, or "
                             "--again\n");
        return static_cast<int>(usage);
      }
      return run_sign(*o);
    };
  });
}

} // namespace quorate::cli
