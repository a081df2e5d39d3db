#include "actors/signer/signer_process.hpp"

#include "actors/fatal.hpp"
#include "actors/log.hpp"
#include "actors/node/supervisor.hpp"
#include "actors/signer/keystore_backend.hpp"
#include "actors/signer/signer_actor.hpp"
#include "actors/transport/transport.hpp"
#include "actors/version.hpp"
#include "config/genesis_file.hpp"
#include "config/signer_config.hpp"

#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include <algorithm>
#include <csignal>

namespace quorate {

namespace {

[[noreturn]] void refuse_config(const std::string& why) { fatal(exit_code::config_invalid, why); }

config::signer_config load_config(const std::filesystem::path& file) {
  auto loaded = config::load_signer_config(file);
  if (loaded.value) return std::move(*loaded.value);
  std::string all;
  for (const auto& line : loaded.errors)
    all += (all.empty() ? "" : "; ") + line;
  refuse_config(all);
}

/// Opens the keystore and gives each configured key its backend.
void add_keys(const config::signer_config& c, byte_view password, signer_parts& to) {
  std::string error;
  const auto keys = open_keys::open(c.keystore, password, error);
  if (!keys) refuse_config(error);
  for (const auto& one : c.keys) {
    auto backend = open_keys::backend(keys, one.id, error);
    if (!backend) refuse_config(c.keystore.string() + ": " + error);
    const auto own = keys->public_key(one.id);
    if (!own || own->compressed() != one.public_key)
      refuse_config("key " + to_hex(one.id) + ": its public key is not the configured one");
    const auto name = signer::name_of(*own);
    to.keys.emplace(name, signer::held_key{*own, one.policy});
    to.backends.emplace(name, std::move(backend));
    log::info("signer", "holds key " + to_hex(name));
  }
}

std::shared_ptr<lmdb_store> open_store(const config::signer_config& c, const cluster_id& cluster) {
  std::error_code error;
  std::filesystem::create_directories(c.data_directory, error);
  if (error)
    fatal(exit_code::storage_unavailable,
          "cannot create " + c.data_directory.string() + ": " + error.message());
  store_options options;
  options.tables = signer_tables;
  auto store = lmdb_store::open(c.data_directory, options);
  if (!store) fatal(exit_code_of(store.error().code), store.error().reason);
  const auto bound = (*store)->bind_identity(cluster.view(), as_bytes("signer"));
  if (!bound) fatal(exit_code_of(bound.error().code), bound.error().reason);
  return std::move(*store);
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
void run_actors(const config::signer_config& c, signer_parts parts, const sigset_t& signals) {
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
    sigwait(&signals, &received);
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

int run_signer(const std::filesystem::path& config_file, byte_view password) {
  // Before any thread: they all inherit the mask, and only sigwait takes the signals.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  const auto c = load_config(config_file);
  const auto level = c.log_level == "debug"   ? log::level::debug
                     : c.log_level == "warn"  ? log::level::warn
                     : c.log_level == "error" ? log::level::error
                                              : log::level::info;
  log::set_up({level, c.log_json, c.name});
  std::string error;
  auto genesis = config::load_genesis(c.genesis, error);
  if (!genesis) refuse_config(error);
  const auto cluster = ledger::id_of(*genesis);
  log::info("signer",
            "quorate " + std::string{version} + ", cluster " + to_hex(cluster).substr(0, 16));
  signer_parts parts;
  add_keys(c, password, parts);
  parts.store = open_store(c, cluster);
  parts.genesis = std::move(*genesis);
  run_actors(c, std::move(parts), signals);
  return 0;
}

} // namespace quorate
