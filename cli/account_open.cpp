// Opens an account for another key: the log of a signer needs one where nobody opens his own.
#include "cli/account_open.hpp"

#include "cli/client_setup.hpp"
#include "cli/order.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>

namespace quorate::cli {

namespace {

using nlohmann::json;

struct open_options {
  std::string config;
  std::string key;       ///< whose account it is to be
  std::string admin_key; ///< a file; empty: the account key signs
  std::uint32_t from = 0;
  std::string output = "table";
};

// The ledger says that the signer may not; the genesis says who may.
std::string who_may(const ledger::genesis& genesis, const public_key& signer) {
  const auto& all = genesis.administrators.keys;
  if (std::find(all.begin(), all.end(), signer) != all.end()) return {};
  return " " + to_hex(signer) + " is not the key of an administrator of this genesis, which lets " +
         (genesis.self_open ? "any key open its own account alone" : "nobody else open accounts") +
         ": an administrator has to, with --admin-key.";
}

int not_opened(const open_options& o, errc why, int code, const std::string& more) {
  if (o.output == "json")
    std::printf("%s\n",
                json{{"account", o.key}, {"opened", false}, {"why", name(why)}}.dump(2).c_str());
  std::fprintf(stderr, "quorate account open: not opened: %s: %s%s\n",
               std::string{name(why)}.c_str(), std::string{explain(why)}.c_str(), more.c_str());
  return code;
}

int report(const open_options& o, const submitted& done, const ledger::operation& op) {
  const auto height = done.result->height.value;
  const auto proven_by = done.proof->block.attestations.size();
  if (o.output == "json")
    std::printf("%s\n", json{{"account", o.key},
                             {"opened", true},
                             {"operation", to_hex(done.id)},
                             {"by", to_hex(op.account)},
                             {"sequence", op.sequence.value},
                             {"height", height},
                             {"attestations", proven_by}}
                            .dump(2)
                            .c_str());
  else
    std::printf("account %s: opened at height %llu, proven by %zu replicas\n", o.key.c_str(),
                static_cast<unsigned long long>(height), proven_by);
  return ok;
}

int open_for(const open_options& o) {
  const auto account = fixed_from_hex<public_key>(o.key);
  if (!account) {
    std::fprintf(stderr, "quorate account open: KEY takes 64 lower-case hex digits\n");
    return usage;
  }
  const auto setup = load_client_setup(o.config);
  const auto signer = o.admin_key.empty()
                          ? signer_of(setup, o.from)
                          : load_identity_file(o.admin_key, setup.options.genesis.identity_suite);
  const auto cluster = open_client(setup.options);
  // A key without an account signs with sequence 1: of an administrator the ledger takes that each
  // time, and of any other once, for its own account. So the same account opened twice can be the
  // same operation, whose first receipt would come again.
  if (current_account(*cluster, *account))
    return not_opened(o, errc::account_exists, refused, std::string{});
  const ledger::operation op{
      signer.key(), next_sequence(*cluster, signer.key()), {}, ledger::open_account{*account}};
  const auto done = cluster->submit(ledger::sign(cluster->cluster(), op, signer));
  // No receipt ever comes when another operation of the signer was faster.
  if (!done.result && done.result.error() == errc::timed_out && is_overtaken(*cluster, op))
    return not_opened(o, errc::sequence_replayed, refused,
                      " Another operation of the signer took its number meanwhile: try again.");
  if (!done.result) {
    const auto why = done.result.error();
    const bool was_refused = protocol::another_node_may_serve(static_cast<std::uint16_t>(why));
    return not_opened(o, why, was_refused ? refused : could_not_ask,
                      done.why.empty() ? "" : " " + done.why);
  }
  if (done.result->code == 0) return report(o, done, op);
  const auto why = static_cast<errc>(done.result->code);
  return not_opened(o, why, refused,
                    why == errc::not_authorised ? who_may(setup.options.genesis, signer.key())
                                                : std::string{});
}

} // namespace

CLI::App* add_account_open(CLI::App& account, chosen& run) {
  auto* c = account.add_subcommand("open", "Open an account for a key");
  auto o = std::make_shared<open_options>();
  c->add_option("KEY", o->key, "Whose account it is to be: a public key, 64 hex digits")
      ->required();
  c->add_option("--config", o->config, "The client's TOML file")->required();
  auto* admin = c->add_option("--admin-key", o->admin_key,
                              "Secret key file of an administrator, who signs; else the account "
                              "key of the configuration does");
  c->add_option("--from", o->from, "Index of the signing test account, without an account_key")
      ->excludes(admin);
  c->add_option("-o,--output", o->output, "table or json")->check(CLI::IsMember({"table", "json"}));
  c->footer(
      "An administrator that genesis names opens an account for any key, with or without an\n"
      "account of his own. Where genesis has self_open, every key opens its own account too, as\n"
      "its first operation. The new account is empty.\n"
      "A signer without an account for the heads of its log signs nothing: KEY is then what\n"
      "`quorate status -o json` calls its log_account. The signer's nodes try again within a "
      "minute.\n"
      "Exit codes: 0 opened, 1 no answer in time (try again: an account is opened once), 2 usage,\n"
      "3 refused: not_authorised, account_exists, or what the nodes say.");
  c->callback([&run, o] { run = [o] { return open_for(*o); }; });
  return c;
}

} // namespace quorate::cli
