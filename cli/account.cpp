#include "cli/account_open.hpp"
#include "cli/client_setup.hpp"
#include "config/testnet.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>

namespace quorate::cli {

namespace {

using nlohmann::json;

constexpr std::array<const char*, 3> reads{"stale", "leased", "linearizable"}; // by number
const char* name(protocol::consistency kind) { return reads[static_cast<std::size_t>(kind)]; }

json to_json(const protocol::account_answer& answer) {
  const auto& p = answer.proof;
  json j{{"read", name(answer.label.kind)},
         {"mode", lease::name(answer.label.mode)},
         {"age_ms", answer.label.age_ms},
         {"token", answer.label.token ? json(to_string(*answer.label.token)) : json(nullptr)},
         {"height", p.block.summary.height.value},
         {"state_root", to_hex(p.block.summary.state_root)},
         {"exists", p.value.has_value()},
         {"attestations", p.block.attestations.size()}};
  if (!p.value) return j;
  j["account"] = to_hex(p.value->id);
  j["last_sequence"] = p.value->last_sequence.value;
  j["frozen"] = p.value->frozen;
  if (p.value->log)
    j["audit_log"] = {{"entries", p.value->log->size}, {"root", to_hex(p.value->log->root)}};
  j["balances"] = json::array();
  for (const auto& b : p.value->balances)
    j["balances"].push_back({{"asset", b.asset.value},
                             {"available", to_string(b.available)},
                             {"held", to_string(b.held)}});
  return j;
}

void print_table(const protocol::account_answer& answer) {
  const auto& p = answer.proof;
  std::printf("%s read as of height %llu, proven by %zu replicas", name(answer.label.kind),
              static_cast<unsigned long long>(p.block.summary.height.value),
              p.block.attestations.size());
  if (answer.label.token) std::printf(", under lease %s", to_string(*answer.label.token).c_str());
  if (answer.label.kind == protocol::consistency::stale)
    std::printf("; the node last knew a quorum %llu ms ago",
                static_cast<unsigned long long>(answer.label.age_ms));
  std::printf("\n");
  if (!p.value) {
    std::printf("no such account (proven absent)\n");
    return;
  }
  std::printf("account %s\nlast sequence %llu%s\n", to_hex(p.value->id).c_str(),
              static_cast<unsigned long long>(p.value->last_sequence.value),
              p.value->frozen ? ", frozen" : "");
  std::printf("%-8s %-28s %s\n", "asset", "available", "held");
  for (const auto& b : p.value->balances)
    std::printf("%-8u %-28s %s\n", b.asset.value, to_string(b.available).c_str(),
                to_string(b.held).c_str());
}

} // namespace

void add_account(CLI::App& app, chosen& run) {
  auto* c = app.add_subcommand("account", "Read an account and verify the proof, or open one");
  auto file = std::make_shared<std::string>();
  auto output = std::make_shared<std::string>("table");
  auto id = std::make_shared<std::string>();
  auto index = std::make_shared<std::int64_t>(-1);
  auto read = std::make_shared<std::string>("linearizable");
  auto* config = c->add_option("--config", *file, "The client's TOML file")->required();
  c->add_option("account", *id, "Public key, 64 hex digits");
  c->add_option("--index", *index, "Instead: a test account by its index");
  c->add_option("--read", *read,
                "linearizable: all that was acknowledged before is in it; leased: the word of the "
                "primary under its lease; stale: proven, of the newest block the node can prove")
      ->check(CLI::IsMember({reads[0], reads[1], reads[2]}))
      ->capture_default_str();
  c->add_option("-o,--output", *output, "table or json")->check(CLI::IsMember({"table", "json"}));
  // What comes behind "open" has its own options, and reads nothing.
  auto* open = add_account_open(*c, run);
  open->preparse_callback([config](std::size_t) { config->required(false); });
  c->callback([&run, file, output, id, index, read, open] {
    if (open->parsed()) return;
    run = [file, output, id, index, read]() -> int {
      const auto setup = load_client_setup(*file);
      auto key = fixed_from_hex<public_key>(*id);
      if (*index >= 0)
        key = config::testnet_account_key(setup.seed, static_cast<std::uint32_t>(*index),
                                          setup.options.genesis.identity_suite)
                  .key();
      if (!key) {
        std::fprintf(stderr, "quorate account: give a public key of 64 hex digits, or --index\n");
        return usage;
      }
      const auto kind = static_cast<protocol::consistency>(
          std::find(reads.begin(), reads.end(), std::string_view{*read}) - reads.begin());
      const auto client = open_client(setup.options);
      const auto proof = client->account(*key, kind);
      if (!proof) {
        std::fprintf(stderr, "quorate account: %s: %s%s%s\n",
                     std::string{name(proof.error())}.c_str(),
                     std::string{explain(proof.error())}.c_str(), client->why().empty() ? "" : " ",
                     client->why().c_str());
        const auto code = static_cast<std::uint16_t>(proof.error());
        return protocol::another_node_may_serve(code) ? refused : could_not_ask;
      }
      if (*output == "json")
        std::printf("%s\n", to_json(*proof).dump(2).c_str());
      else
        print_table(*proof);
      return ok;
    };
  });
}

void add_receipt(CLI::App& app, chosen& run) {
  auto* group = app.add_subcommand("receipt", "Receipts");
  group->require_subcommand(1);
  auto* c = group->add_subcommand("verify", "Verify a receipt against the genesis, asking nobody");
  auto file = std::make_shared<std::string>();
  auto receipt_file = std::make_shared<std::string>();
  c->add_option("--config", *file, "The client's TOML file, for its genesis")->required();
  c->add_option("receipt", *receipt_file, "The file that `quorate submit --receipt` wrote")
      ->required();
  c->callback([&run, file, receipt_file] {
    run = [file, receipt_file]() -> int {
      const auto setup = load_client_setup(*file);
      std::string hex;
      std::ifstream{*receipt_file} >> hex;
      const auto raw = from_hex(hex);
      const auto receipt =
          raw ? decode<ledger::receipt>(*raw) : expected<ledger::receipt>{errc::bad_hex};
      if (!receipt) {
        std::fprintf(stderr, "%s: no receipt: %s\n", receipt_file->c_str(),
                     std::string{explain(receipt.error())}.c_str());
        return refused;
      }
      // A receipt of a later epoch needs the proofs of how the membership changed: ask for them.
      const auto trusted =
          receipt->block.epoch == genesis_epoch
              ? std::make_shared<const ledger::trusted_epochs>(setup.options.genesis)
              : learn_epochs(setup.options);
      const auto valid = ledger::verify(*receipt, receipt->result.id, *trusted);
      if (!valid) {
        std::fprintf(stderr, "%s: NOT valid: %s\n", receipt_file->c_str(),
                     std::string{explain(valid.error())}.c_str());
        return refused;
      }
      std::printf("valid: operation %s of account %s, sequence %llu, height %llu: %s\n",
                  to_hex(receipt->result.id).c_str(), to_hex(receipt->result.account).c_str(),
                  static_cast<unsigned long long>(receipt->result.sequence.value),
                  static_cast<unsigned long long>(receipt->result.height.value),
                  receipt->result.code == 0
                      ? "done"
                      : std::string{explain(static_cast<errc>(receipt->result.code))}.c_str());
      return ok;
    };
  });
}

} // namespace quorate::cli
