// The audit log from outside: what the ledger attests of it, and whether a file is that log.
#include "cli/audit.hpp"

#include "cli/audit_files.hpp"
#include "cli/client_setup.hpp"
#include "cli/new_file.hpp"
#include "core/audit/replay.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <stdexcept>

namespace quorate::cli {

namespace {

using nlohmann::json;

/// A head with what the cluster signed for it.
struct attested_head {
  audit::log_head head;
  ledger::account_proof proof;
};

/// Bytes of an account with its proof and the attestations of a block.
constexpr std::size_t account_proof_bytes_max = 64 * limits::KiB;
constexpr std::size_t proof_bytes_max = 8 * limits::KiB;

ledger::account_id account_of(const std::string& hex) {
  const auto account = fixed_from_hex<ledger::account_id>(hex);
  if (!account) throw std::runtime_error{"--account has to be 64 lower-case hex digits"};
  return *account;
}

int no_log(const std::string& where) {
  std::fprintf(stderr, "%s: NOT valid: no head of an audit log stands in this account\n",
               where.c_str());
  return refused;
}

/// @returns none when the account has no log. Throws when nobody answers with a valid proof.
std::optional<attested_head> ask_head(const client_setup& setup, const ledger::account_id& id) {
  const auto cluster = open_client(setup.options);
  auto answer = cluster->account(id, protocol::consistency::linearizable);
  if (!answer)
    throw std::runtime_error{"cannot read the account of the log: " +
                             std::string{explain(answer.error())} + ' ' + cluster->why()};
  auto& proof = answer->proof;
  if (!proof.value || !proof.value->log) return std::nullopt;
  return attested_head{*proof.value->log, std::move(proof)};
}

/// Asks nobody, unless the block is of a later epoch than the first.
expected<attested_head> read_head(const std::string& file, const client_setup& setup,
                                  const ledger::account_id& id) {
  QUORATE_ASSIGN(const auto raw, read_hex_file(file, account_proof_bytes_max));
  QUORATE_ASSIGN(auto proof, decode<ledger::account_proof>(raw));
  const auto trusted = proof.block.epoch == genesis_epoch
                           ? std::make_shared<const ledger::trusted_epochs>(setup.options.genesis)
                           : learn_epochs(setup.options);
  QUORATE_TRY(ledger::verify(proof, id, *trusted));
  if (!proof.value || !proof.value->log) return errc::not_found;
  return attested_head{*proof.value->log, std::move(proof)};
}

json to_json(const attested_head& one) {
  return {{"entries", one.head.size},
          {"root", to_hex(one.head.root)},
          {"height", one.proof.block.summary.height.value},
          {"attestations", one.proof.block.attestations.size()}};
}

void print(const attested_head& one) {
  std::printf("%llu entries, root %s\nin the ledger at height %llu, proven by %zu replicas\n",
              static_cast<unsigned long long>(one.head.size), to_hex(one.head.root).c_str(),
              static_cast<unsigned long long>(one.proof.block.summary.height.value),
              one.proof.block.attestations.size());
}

struct head_options {
  std::string config, account, out;
  std::string output = "table";
};

int head(const head_options& o) {
  const auto setup = load_client_setup(o.config);
  const auto id = account_of(o.account);
  const auto found = ask_head(setup, id);
  if (!found) return no_log(o.account);
  if (!o.out.empty()) write_hex_file(o.out, encode(found->proof));
  if (o.output == "json")
    std::printf("%s\n", to_json(*found).dump(2).c_str());
  else
    print(*found);
  return ok;
}

// --- verify ------------------------------------------------------------------------------------

struct verify_options {
  std::string config, account, log, proof;
  std::vector<std::string> heads;
  bool entries = false;
  std::string output = "table";
};

json to_json(std::uint64_t index, const audit::entry& e) {
  json j{{"entry", index},       {"what", audit::name(e.what)},  {"time_ms", e.time.value},
         {"key", to_hex(e.key)}, {"subject", to_hex(e.subject)}, {"request", to_hex(e.request)},
         {"note", e.note}};
  if (e.reason != 0) j["reason"] = name(static_cast<errc>(e.reason));
  return j;
}

void print(const verify_options& o, std::uint64_t index, const audit::entry& e) {
  if (o.output == "json") {
    std::printf("%s\n", to_json(index, e).dump().c_str());
    return;
  }
  std::printf("%llu  %llu  %s", static_cast<unsigned long long>(index),
              static_cast<unsigned long long>(e.time.value), audit::describe(e).c_str());
  if (!e.request.is_zero()) std::printf(" for request %s", to_hex(e.request).c_str());
  // A note is the signer's, but the file is anybody's.
  std::string note = e.note;
  std::ranges::replace_if(
      note, [](char c) { return c >= 0 && (c < ' ' || c == 0x7f); }, '?');
  std::printf("%s%s\n", note.empty() ? "" : ": ", note.c_str());
}

int not_valid(const std::string& file, const std::string& why) {
  std::fprintf(stderr, "%s: NOT valid: %s\n", file.c_str(), why.c_str());
  return refused;
}
int not_valid(const std::string& file, errc why) {
  return not_valid(file, std::string{name(why)} + ": " + std::string{explain(why)});
}

int verify_log(const verify_options& o, const audit::log_owner& expected_owner,
               const std::vector<attested_head>& heads) {
  audit::replay log;
  for (const auto& one : heads)
    log.expect(one.head);
  bool own = false;
  const auto fault = read_log(
      o.log, [&](const auto& owner) { own = owner == expected_owner; },
      [&](std::uint64_t index, const audit::entry& e) {
        if (o.entries) print(o, index, e);
        return log.add(audit::leaf_of(e));
      });
  if (fault) return complain(o.log, *fault);
  if (!own) return not_valid(o.log, "it is the log of another account or cluster");
  const auto& newest =
      std::ranges::max(heads, {}, [](const attested_head& one) { return one.head.size; });
  if (const auto valid = log.check(); !valid)
    return not_valid(o.log, std::string{name(valid.error())} + ": the file has " +
                                std::to_string(log.head().size) + " entries, the ledger attests " +
                                std::to_string(newest.head.size) + ". " +
                                std::string{explain(valid.error())});
  const auto more = log.head().size - newest.head.size;
  if (o.output == "json") {
    std::printf("%s\n", json{{"valid", true},
                             {"entries", log.head().size},
                             {"not_attested_yet", more},
                             {"head", to_json(newest)}}
                            .dump()
                            .c_str());
    return ok;
  }
  std::printf("valid: the ledger attests ");
  print(newest);
  if (more != 0)
    std::printf("%llu entries of the file are newer: nothing attests them yet\n",
                static_cast<unsigned long long>(more));
  return ok;
}

bool is_attested(const audit::log_head& head, const std::vector<attested_head>& heads) {
  return std::ranges::any_of(heads, [&](const attested_head& one) { return one.head == head; });
}

int verify_inclusion(const verify_options& o, const audit::inclusion& p,
                     const std::vector<attested_head>& heads) {
  if (!is_attested(p.head, heads))
    return not_valid(o.proof, "its head of " + std::to_string(p.head.size) +
                                  " entries is none that was asked for or given with --head");
  print(o, p.index, p.what);
  if (o.output == "json")
    std::printf("%s\n",
                json{{"valid", true}, {"entry", p.index}, {"under", p.head.size}}.dump().c_str());
  else
    std::printf("valid: it is in the log of %llu entries that the ledger attests\n",
                static_cast<unsigned long long>(p.head.size));
  return ok;
}

int verify_consistency(const verify_options& o, const audit::consistency& p,
                       const std::vector<attested_head>& heads) {
  if (!is_attested(p.before, heads) || !is_attested(p.after, heads))
    return not_valid(o.proof, "the ledger was not shown to attest both heads, of " +
                                  std::to_string(p.before.size) + " and " +
                                  std::to_string(p.after.size) + " entries: give --head for each");
  if (o.output == "json")
    std::printf(
        "%s\n",
        json{{"valid", true}, {"before", p.before.size}, {"after", p.after.size}}.dump().c_str());
  else
    std::printf("valid: from %llu to %llu entries the log was only added to\n",
                static_cast<unsigned long long>(p.before.size),
                static_cast<unsigned long long>(p.after.size));
  return ok;
}

int verify_proof(const verify_options& o, const std::vector<attested_head>& heads) {
  const auto raw = read_hex_file(o.proof, proof_bytes_max);
  const auto proof = raw ? decode<audit::proof>(*raw) : expected<audit::proof>{raw.error()};
  if (!proof) return not_valid(o.proof, proof.error());
  if (const auto valid = audit::verify(*proof); !valid) return not_valid(o.proof, valid.error());
  if (const auto* of_entry = std::get_if<audit::inclusion>(&*proof))
    return verify_inclusion(o, *of_entry, heads);
  return verify_consistency(o, std::get<audit::consistency>(*proof), heads);
}

int verify(const verify_options& o) {
  const auto setup = load_client_setup(o.config);
  const auto id = account_of(o.account);
  std::vector<attested_head> heads;
  for (const auto& file : o.heads) {
    auto one = read_head(file, setup, id);
    if (!one) return not_valid(file, one.error());
    heads.push_back(std::move(*one));
  }
  if (heads.empty()) {
    auto one = ask_head(setup, id);
    if (!one) return no_log(o.account);
    heads.push_back(std::move(*one));
  }
  if (!o.proof.empty()) return verify_proof(o, heads);
  return verify_log(o, {ledger::id_of(setup.options.genesis), id}, heads);
}

void add_audit_verify(CLI::App& group, chosen& run) {
  auto* c =
      group.add_subcommand("verify", "Check a log, or a proof, against what the ledger attests");
  auto o = std::make_shared<verify_options>();
  c->add_option("--config", o->config, "The client's TOML file, for its genesis and nodes")
      ->required();
  c->add_option("--account", o->account,
                "The log's account, from somebody whom you trust: 64 hex digits")
      ->required();
  auto* log = c->add_option("--log", o->log, "The file that `quorate audit export` wrote");
  auto* proof = c->add_option("--proof", o->proof, "The file that `quorate audit prove` wrote");
  log->excludes(proof);
  c->add_option("--head", o->heads,
                "Files that `quorate audit head --out` wrote: ask nobody, check under these heads");
  c->add_flag("--entries", o->entries, "With --log: print every entry, in words");
  c->add_option("-o,--output", o->output, "table or json (a line an entry, then one)")
      ->check(CLI::IsMember({"table", "json"}));
  c->footer(
      "A log is valid when every head given, or else the ledger's newest, stands for its first\n"
      "entries: nothing was altered, removed or put in among these. The account is what tells one\n"
      "signer's log from another's, so it is never taken from the file. Heads are verified like\n"
      "accounts: f+1 signatures of replicas under the genesis, and 2f+1 that it is the newest.\n"
      "Exit codes: 0 valid, 1 nobody to ask or a file cannot be read, 2 usage, 3 NOT valid: the\n"
      "reason is printed.");
  c->callback([&run, o] {
    run = [o]() -> int {
      if (o->log.empty() != o->proof.empty()) return verify(*o);
      std::fprintf(stderr, "quorate audit verify: give --log or --proof\n");
      return usage;
    };
  });
}

void add_audit_head(CLI::App& group, chosen& run) {
  auto* c = group.add_subcommand("head", "Show the head of a log that stands in the ledger");
  auto o = std::make_shared<head_options>();
  c->add_option("--config", o->config, "The client's TOML file")->required();
  c->add_option("--account", o->account, "The log's account: 64 hex digits")->required();
  c->add_option("--out", o->out,
                "Write it with all that proves it to this file, for `quorate audit verify --head`");
  c->add_option("-o,--output", o->output, "table or json")->check(CLI::IsMember({"table", "json"}));
  c->footer("Exit codes: 0 shown, 1 nobody to ask, 3 no log in this account.");
  c->callback([&run, o] { run = [o] { return head(*o); }; });
}

} // namespace

void add_audit(CLI::App& app, chosen& run) {
  auto* group = app.add_subcommand("audit", "The audit log of a signer, proven from outside");
  group->require_subcommand(1);
  add_audit_head(*group, run);
  add_audit_export(*group, run);
  add_audit_prove(*group, run);
  add_audit_verify(*group, run);
}

} // namespace quorate::cli
