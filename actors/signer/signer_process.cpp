#include "actors/signer/signer_process.hpp"

#include "actors/fatal.hpp"
#include "actors/log.hpp"
#include "actors/node/supervisor.hpp"
#include "actors/secrets/process_guard.hpp"
#include "actors/signer/keystore_backend.hpp"
#include "actors/signer/log_key.hpp"
#include "actors/signer/signer_actor.hpp"
#include "actors/signer/signer_files.hpp"
#include "actors/signer/token_backend.hpp"
#include "actors/transport/transport.hpp"
#include "actors/version.hpp"
#include "config/secret_file.hpp"

#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include <algorithm>
#include <csignal>

namespace quorate {

namespace {

[[noreturn]] void refuse_config(const std::string& why) { fatal(exit_code::config_invalid, why); }

/// The keystore and the token, as far as keys are in them; null where none is.
struct opened {
  std::shared_ptr<open_keys> keystore;
  std::shared_ptr<open_token> token;
};

opened open_places(const config::signer_config& c, const signer_secrets& secrets,
                   const std::vector<const config::signer_key*>& keys) {
  const auto in_token = std::ranges::count_if(keys, &config::signer_key::is_in_token);
  opened made;
  std::string error;
  if (in_token != std::ssize(keys)) {
    made.keystore = open_keys::open(c.keystore, secrets.password().view(), error);
    if (!made.keystore) refuse_config(error);
  }
  if (in_token != 0) {
    made.token = open_token::open(c, secrets.pin(), open_token::said_by::process, error);
    if (!made.token) refuse_config(error);
  }
  return made;
}

std::unique_ptr<key_backend> open_key(const config::signer_config& c, const opened& from,
                                      const config::signer_key& key) {
  const auto own = *ec_public_key::parse(key.public_key);
  std::string error;
  auto backend = key.is_in_token() ? open_token::backend(from.token, key.token_id, own, error)
                                   : open_keys::backend(from.keystore, key.id, own, error);
  if (!backend) refuse_config((key.is_in_token() ? "" : c.keystore.string() + ": ") + error);
  return backend;
}

/// Opens what the keys are in, and gives each its backend. A destroyed one has none.
/// @returns the token; null when no key is in it.
std::shared_ptr<open_token> add_keys(const config::signer_config& c, const signer_secrets& secrets,
                                     const signer::key_book& book, signer_parts& to) {
  std::vector<const config::signer_key*> living;
  for (const auto& one : c.keys) {
    const auto name = name_of(one);
    if (book.state(name) == wallet::key_state::destroyed)
      log::warn("signer",
                "key " + to_hex(name) + " was destroyed: take it out of the configuration");
    else
      living.push_back(&one);
  }
  const auto from = open_places(c, secrets, living);
  for (const auto* one : living) {
    const auto name = name_of(*one);
    to.backends.emplace(name, open_key(c, from, *one));
    to.keys.emplace(name, held_key_of(*one));
    const auto state = book.state(name);
    log::info("signer", "holds key " + to_hex(name) +
                            (one->is_in_token() ? ", in the token, " : ", ") +
                            std::string{state ? wallet::name(*state) : "new"});
  }
  return from.token;
}

/// What is alive has to be in the configuration: a key that is only taken out of it would be alive
/// and sign nothing, and nobody would know why.
void check_none_is_missing(const config::signer_config& c, const signer::key_book& book) {
  for (const auto& name : book.keys()) {
    const auto state = *book.state(name);
    const bool is_over =
        state == wallet::key_state::revoked || state == wallet::key_state::destroyed;
    if (is_over || std::ranges::any_of(c.keys, [&](const auto& k) { return name_of(k) == name; }))
      continue;
    refuse_config("key " + to_hex(name) + " is " + std::string{wallet::name(state)} +
                  " and not in the configuration: put it back, or revoke it with `quorate signer "
                  "key revoke`");
  }
}

std::shared_ptr<const signing_key> open_log_key(const config::signer_config& c,
                                                crypto_suite of_cluster) {
  std::string error;
  auto key = load_log_key(c.log_key, error);
  if (!key) refuse_config(error);
  if (key->suite() != of_cluster)
    refuse_config(c.log_key.string() + ": " + config::other_suite(key->suite(), of_cluster));
  log::info("signer", "the heads of its audit log go into account " + to_hex(key->key()));
  return key;
}

/// Before any secret is in memory.
void guard_memory(const config::signer_config& c) {
  const auto wanted = c.core_dumps ? core_dumps::allowed : core_dumps::never;
  for (const auto& error : {guard_process(wanted), guard_openssl()})
    if (!error.empty()) refuse_config(error);
  if (c.core_dumps)
    log::warn("signer", "`core_dumps = true`: others of its user may read its memory, and a core "
                        "dump may show what was in registers");
}

std::set<transport::key_hash> askers_of(const config::signer_config& c) {
  std::set<transport::key_hash> all;
  for (const auto& text : c.askers) {
    transport::key_hash key{};
    std::ranges::copy(*from_hex(text), key.begin());
    all.insert(key);
  }
  return all;
}

/// All actors of the process; it ends with them.
void run_actors(const config::signer_config& c, signer_parts parts,
                const std::shared_ptr<open_token>& token, const sigset_t& signals) {
  transport::transport_options options;
  options.tls = {c.tls.certificate.string(), c.tls.key.string(), c.tls.node_ca.string(), {}};
  options.log = [](const std::string& line) { log::warn("transport", line); };
  caf::actor_system_config caf_config;
  if (const auto error = transport::prepare(caf_config, options)) refuse_config(*error);
  caf::actor_system system{caf_config};
  transport::endpoint net{system, options};
  {
    const auto storage = spawn_storage(system, parts.store, std::make_shared<storage_counters>());
    parts.storage = storage;
    const auto signing = spawn_signer(system, std::move(parts));
    const auto supervisor =
        spawn_supervisor(system, {{"signer", caf::actor_cast<caf::actor>(signing)},
                                  {"storage", caf::actor_cast<caf::actor>(storage)}});
    std::string error;
    if (net.listen_for_askers(c.listen_address, c.port, caf::actor_cast<signer_gate_actor>(signing),
                              askers_of(c), error) == 0)
      refuse_config(error);
    log::info("signer", "listening for nodes on port " + std::to_string(c.port));
    int received = 0;
    while (sigwait(&signals, &received) == 0 && received == SIGUSR1) {
      if (token) token->hurry(); // what cannot be locked ends
      caf::anon_send<caf::message_priority::high>(signing, local::lock_signer{});
    }
    if (token) token->hurry();
    log::info("signer", "stopping");
    caf::scoped_actor self{system};
    self->send_exit(supervisor, caf::exit_reason::user_shutdown);
    self->wait_for(supervisor);
    self->send_exit(signing, caf::exit_reason::user_shutdown);
    self->send_exit(storage, caf::exit_reason::user_shutdown);
  }
  system.await_all_actors_done(); // they use the endpoint, which goes first
}

} // namespace

int run_signer(const std::filesystem::path& config_file, const signer_secrets& secrets) {
  // Before any thread: they all inherit the mask, and only sigwait takes the signals.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  const auto c = load_signer_file(config_file);
  const auto level = c.log_level == "debug"   ? log::level::debug
                     : c.log_level == "warn"  ? log::level::warn
                     : c.log_level == "error" ? log::level::error
                                              : log::level::info;
  log::set_up({level, c.log_json, c.name});
  guard_memory(c);
  signer_parts parts;
  parts.genesis = load_signer_genesis(c);
  const auto cluster = ledger::id_of(parts.genesis);
  log::info("signer",
            "quorate " + std::string{version} + ", cluster " + to_hex(cluster).substr(0, 16));
  parts.store = open_signer_store(c, cluster);
  const auto book = load_key_book(*parts.store);
  check_none_is_missing(c, book);
  const auto token = add_keys(c, secrets, book, parts);
  parts.log_key = open_log_key(c, parts.genesis.identity_suite);
  run_actors(c, std::move(parts), token, signals);
  return 0;
}

} // namespace quorate
