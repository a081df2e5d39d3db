// The signer's process, and the lives of its keys.
#include "actors/secrets/process_guard.hpp"
#include "actors/signer/key_operator.hpp"
#include "actors/signer/pin_mark.hpp"
#include "actors/signer/token_backend.hpp"
#include "cli/commands.hpp"
#include "cli/secret_input.hpp"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <memory>
#include <stdexcept>

namespace quorate::cli {

namespace {

using wallet::key_step;

struct signer_options {
  std::string config;
  secret_source password{-1, "--password-fd"};
  secret_source pin{-1, "--pin-fd"};
  std::string key;
  std::string successor;
  std::string reason;
  std::string output = "table";

  signer_secrets secrets() const {
    return {[this] { return read_secret(password, "Password of the keystore"); },
            [this] { return read_secret(pin, "PIN of the token"); }};
  }
};

std::string state_of(const key_line& line) {
  return line.state ? std::string{wallet::name(*line.state)} : "new";
}

std::string place_of(const key_line& line) {
  if (line.configured == nullptr) return "not configured";
  return line.configured->is_in_token() ? "token" : "keystore";
}

int list_keys(const signer_options& o) {
  const key_operator keys{o.config};
  auto lines = nlohmann::json::array();
  if (o.output != "json") std::printf("%-64s  %-9s  %s\n", "key", "state", "where");
  for (const auto& line : keys.list()) {
    const auto name = to_hex(line.name);
    const auto successor = line.successor ? to_hex(*line.successor) : std::string{};
    lines.push_back({{"key", name}, {"state", state_of(line)}, {"where", place_of(line)}});
    if (line.successor) lines.back()["successor"] = successor;
    if (o.output == "json") continue;
    std::printf("%s  %-9s  %s\n", name.c_str(), state_of(line).c_str(), place_of(line).c_str());
    if (line.successor) std::printf("  its place took %s\n", successor.c_str());
  }
  if (o.output == "json") std::printf("%s\n", lines.dump(2).c_str());
  return ok;
}

/// The one key whose name begins with these digits.
std::optional<digest> find_key(const key_operator& keys, const std::string& begin) {
  std::vector<digest> found;
  for (const auto& line : keys.list())
    if (to_hex(line.name).starts_with(begin)) found.push_back(line.name);
  if (found.size() == 1 && begin.size() >= 8) return found[0];
  std::fprintf(stderr,
               "quorate signer key: \"%s\" is the beginning of %zu keys' names: give at least 8 "
               "digits, of one key; see `quorate signer key list`\n",
               begin.c_str(), found.size());
  return std::nullopt;
}

int change_key(const signer_options& o, key_step step) {
  key_operator keys{o.config};
  signer::key_change wanted{step, {}, {}, o.reason};
  const auto key = find_key(keys, o.key);
  if (!key) return refused;
  wanted.key = *key;
  if (step == key_step::rotate) {
    wanted.successor = find_key(keys, o.successor);
    if (!wanted.successor) return refused;
  }
  if (const auto error = keys.change(wanted, o.secrets())) {
    std::fprintf(stderr, "quorate signer key: %s: %s\n", std::string{wallet::name(step)}.c_str(),
                 error->c_str());
    return refused;
  }
  const auto states = keys.list();
  for (const auto& line : states)
    if (line.name == *key)
      std::printf("%s is %s\n", to_hex(line.name).c_str(), state_of(line).c_str());
  return ok;
}

/// Others of this user shall not look into a command that has secrets either.
void guard_command() {
  const auto error = guard_process(core_dumps::never);
  if (!error.empty()) throw std::runtime_error{error};
}

int say_pin(const signer_options& o) {
  const auto c = load_signer_file(o.config);
  if (!c.token) {
    std::fprintf(stderr, "quorate signer pin: no key of %s is in a token\n", o.config.c_str());
    return refused;
  }
  std::string error;
  const auto token = open_token::open(c, o.secrets().pin(), open_token::said_by::person, error);
  if (token) error = pin_mark{c}.remove().value_or("");
  if (!error.empty()) {
    std::fprintf(stderr, "quorate signer pin: %s\n", error.c_str());
    return refused;
  }
  std::printf("the token \"%s\" took the PIN\n", c.token->label.c_str());
  return ok;
}

void add_pin(CLI::App& parent, chosen& run, const std::shared_ptr<signer_options>& o) {
  auto* c = parent.add_subcommand("pin", "Say the token's PIN once, after one was refused");
  c->fallthrough();
  c->footer("When a token has refused the PIN, the signer says none to it any more, however often "
            "it is\nstarted: a token locks itself after a few wrong ones. Find out which one is "
            "right, then say it\nhere; when the token takes it, the signer starts again.\n"
            "Exit codes: 0 taken, 2 usage, 3 refused, 70 to 79 as `quorate node --help`.");
  c->callback([&run, o] {
    run = [o] {
      guard_command();
      return say_pin(*o);
    };
  });
}

CLI::App* add_step(CLI::App& group, chosen& run, const std::shared_ptr<signer_options>& o,
                   key_step step, const char* text) {
  auto* c = group.add_subcommand(std::string{wallet::name(step)}, text);
  c->add_option("key", o->key, "The key's name, or its first digits (8 or more)")->required();
  c->add_option("--reason", o->reason, "Why, for the log: at most 256 bytes");
  c->fallthrough();
  c->callback([&run, o, step] {
    run = [o, step] {
      guard_command();
      return change_key(*o, step);
    };
  });
  return c;
}

void add_keys(CLI::App& parent, chosen& run, const std::shared_ptr<signer_options>& o) {
  auto* group = parent.add_subcommand("key", "The life of the signer's keys, while it is stopped");
  group->require_subcommand(1);
  group->fallthrough();
  group->footer(
      "A key is created and active when the signer first sees it in its configuration; with\n"
      "`standby = true` it is created only, and signs nothing before it is activated or takes\n"
      "another key's place. A rotated key signs payments to its successor only; a revoked one\n"
      "signs nothing any more; a destroyed one is gone from the keystore, or from its token.\n"
      "Each step is on the disk, and in the audit log, when the command returns. They take the\n"
      "data directory for themselves: stop the signer first, and start it again afterwards.\n"
      "Exit codes: 0 done, 2 usage, 3 refused, 70 to 79 as `quorate node --help` (73: it runs).");
  auto* l = group->add_subcommand("list", "All keys that it ever held, and their states");
  l->add_option("-o,--output", o->output, "table or json")->check(CLI::IsMember({"table", "json"}));
  l->fallthrough();
  l->callback([&run, o] { run = [o] { return list_keys(*o); }; });
  add_step(*group, run, o, key_step::activate, "Let a created key sign");
  add_step(*group, run, o, key_step::rotate, "Let a created key take an active one's place")
      ->add_option("--successor", o->successor, "The created key")
      ->required();
  add_step(*group, run, o, key_step::revoke, "Let a key sign nothing any more, for good");
  add_step(*group, run, o, key_step::destroy,
           "Remove the secret of a key that is not active, for good");
}

} // namespace

void add_signer(CLI::App& app, chosen& run) {
  auto* c = app.add_subcommand("signer", "Run a signer until SIGTERM: keys, and nothing else");
  auto o = std::make_shared<signer_options>();
  c->add_option("--config", o->config, "The signer's TOML file")->required();
  c->add_option("--password-fd", o->password.descriptor,
                "Read the keystore's password from this file descriptor (default: ask)");
  c->add_option("--pin-fd", o->pin.descriptor,
                "Read the token's PIN from this file descriptor (default: ask)");
  c->footer(
      "It signs what the cluster committed, and what the policy of the key allows; nodes bring "
      "it orders (`[[signer]]` in their configuration).\n"
      "The password is asked for when a key is in the keystore, the PIN when one is in the token.\n"
      "SIGUSR1 locks it: the keys, the PIN and the key of its audit log are wiped from its memory, "
      "and\nit refuses until it is started again. Its TLS key stays, for the refusals.\n"
      "Exit codes: as `quorate node --help`.");
  add_keys(*c, run, o);
  add_pin(*c, run, o);
  c->callback([&run, o, c] {
    if (!c->get_subcommands().empty()) return;
    run = [o] { return run_signer(o->config, o->secrets()); };
  });
}

} // namespace quorate::cli
