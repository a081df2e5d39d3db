#include "actors/node/node.hpp"

#include "actors/clocks.hpp"
#include "actors/gateway/gateway_actor.hpp"
#include "actors/heartbeat/heartbeat_actor.hpp"
#include "actors/ledger/ledger_actor.hpp"
#include "actors/log.hpp"
#include "actors/mempool/mempool_actor.hpp"
#include "actors/mempool/worker_actor.hpp"
#include "actors/metrics/metrics_service.hpp"
#include "actors/node/counters.hpp"
#include "actors/node/material.hpp"
#include "actors/node/own_status.hpp"
#include "actors/node/supervisor.hpp"
#include "actors/peers/gate_actor.hpp"
#include "actors/peers/inbox_actor.hpp"
#include "actors/peers/link_actor.hpp"
#include "actors/registry/own_registration.hpp"
#include "actors/registry/registry_actor.hpp"
#include "actors/replica/replica_actor.hpp"
#include "actors/signer/desk_actor.hpp"
#include "actors/signer/log_bearer_actor.hpp"
#include "actors/transfer/transfer_actor.hpp"
#include "actors/transport/transport.hpp"
#include "actors/version.hpp"
#include "config/testnet.hpp"

#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include <csignal>
#include <unistd.h>

namespace quorate {

namespace {

transport::transport_options transport_options_of(const config::node_config& c) {
  transport::transport_options o;
  o.tls = {c.tls.certificate.string(), c.tls.key.string(), c.tls.node_ca.string(),
           c.tls.client_ca.string()};
  o.log = [](const std::string& line) { log::warn("transport", line); };
  return o;
}

log::level level_of(const std::string& name) {
  if (name == "debug") return log::level::debug;
  if (name == "warn") return log::level::warn;
  return name == "error" ? log::level::error : log::level::info;
}

/// All actors of a node and what they share.
class running_node {
public:
  running_node(const material& m, const recovered& state, caf::actor_system& system,
               transport::endpoint& net, std::function<void()> start_again)
      : m_(m), own_(identity_in(m, state)),
        configuration_(std::make_shared<const pbft::configuration>(state.configuration)),
        places_(places_of(m.places, state.ledger.members())), system_(system), net_(net),
        start_again_(std::move(start_again)), replica_wiring_(std::make_shared<replica_wiring>()),
        mempool_wiring_(std::make_shared<mempool_wiring>()),
        ledger_wiring_(std::make_shared<ledger_wiring>()),
        gateway_wiring_(std::make_shared<gateway_wiring>()),
        transfer_wiring_(std::make_shared<transfer_wiring>()),
        heartbeat_wiring_(std::make_shared<heartbeat_wiring>()),
        health_(std::make_shared<node_health>(monotonic_now(), m.config.lease_ms)),
        registry_wiring_(std::make_shared<registry_wiring>()),
        registry_counters_(std::make_shared<registry_counters>()) {}

  void start(recovered state) {
    log::info("node", "replica " + std::to_string(own_.self.value) + " in epoch " +
                          std::to_string(configuration_->epoch().value) + ": " +
                          std::to_string(configuration_->n()) + " voters" +
                          (configuration_->is_voter(own_.self) ? "" : ", this one without a vote"));
    spawn_registry_of(*state.log);
    spawn_all(std::move(state));
    spawn_peers();
    wire();
    listen();
    supervisor_ = spawn_supervisor(system_, supervised());
    caf::anon_send(replica_, local::start_up{});
    caf::anon_send(heartbeat_, local::start_up{});
    caf::anon_send(registry_, local::start_up{});
  }

  /// Any thread, while the node runs.
  std::optional<protocol::node_status> status() const {
    return ask_own_status(system_, gateway_, metrics_answer_ms_max);
  }

  void stop() {
    // The supervisor first, or it would take the others' end for a defect; then the replica, after
    // which nothing is voted for; the storage last, with what it was given.
    {
      caf::scoped_actor self{system_};
      self->send_exit(supervisor_, caf::exit_reason::user_shutdown);
      self->wait_for(supervisor_);
    }
    for (const auto& one : supervised())
      caf::anon_send_exit(one.actor, caf::exit_reason::user_shutdown);
    for (const auto& link : links_)
      caf::anon_send_exit(link.second, caf::exit_reason::user_shutdown);
    for (const auto& inbox : inboxes_)
      caf::anon_send_exit(inbox.second, caf::exit_reason::user_shutdown);
    for (const auto& worker : workers_)
      caf::anon_send_exit(worker, caf::exit_reason::user_shutdown);
  }

private:
  void spawn_all(recovered state) {
    const auto& c = m_.config;
    log_counters_ = std::make_shared<storage_counters>();
    log_storage_ = spawn_storage(system_, state.log, log_counters_);
    state_storage_ = spawn_storage(system_, state.states, std::make_shared<storage_counters>());
    spawn_transfer_if_on(state);
    spawn_heartbeat_monitor();
    for (std::uint64_t i = 0; i < c.verify_workers; ++i)
      workers_.push_back(spawn_worker(system_, m_.authoriser));

    mempool_setup mempool;
    mempool.limits.operations_max = c.mempool_operations_max;
    mempool.limits.bytes_max = c.mempool_bytes_max;
    mempool.authoriser = m_.authoriser;
    mempool.workers = workers_;
    mempool.sequences = state.ledger.sequences();
    mempool.batch_operations_max = c.batch_operations_max;
    mempool.batch_bytes_max = c.batch_bytes_max;
    mempool.batch_min_in_flight = c.batch_min_in_flight;
    mempool.request_timeout_ms = c.request_timeout_ms;
    mempool.health = health_;
    mempool_ = spawn_mempool(system_, std::move(mempool), mempool_wiring_);

    gateway_setup gateway;
    gateway.configuration = configuration_;
    gateway.self = own_.self;
    gateway.store = state.log;
    gateway.storage = log_storage_;
    gateway.recent = state.recent;
    gateway.head_summary = state.ledger.last();
    gateway.counters = [this] { return counters(); };
    gateway.health = health_;
    spawn_desk_if_on(state);
    gateway.desk = desk_;
    gateway.signer = signer_view_;
    gateway_ = spawn_gateway(system_, std::move(gateway), gateway_wiring_);

    replica_setup replica;
    replica.configuration = configuration_;
    replica.key = own_.key;
    replica.authoriser = m_.authoriser;
    replica.store = state.log;
    replica.self = own_.self;
    replica.options = {c.pipeline_depth,
                       c.request_timeout_ms,
                       c.view_timeout_ms,
                       c.status_interval_ms,
                       std::min(c.suspect_after_ms, c.lease_ms), // it asks four times in a lease
                       c.lease_ms};
    replica.health = health_;
    replica.state = std::move(state.replica);
    replica.storage = log_storage_;
    replica.unattested = unattested(state);
    replica.epoch_over = start_again_;
    replica.snapshot_interval = c.snapshot_interval;
    replica.snapshot_lag = c.snapshot_lag;
    replica_ = spawn_replica(system_, std::move(replica), replica_wiring_);

    ledger_ = spawn_ledger(system_,
                           {std::move(state.ledger), m_.authoriser->cluster(),
                            configuration_->epoch(), own_.self, own_.key, log_storage_,
                            state_storage_, c.state_flush_interval, c.snapshot_interval},
                           ledger_wiring_);
    if (desk_)
      log_bearer_ = spawn_log_bearer(
          system_, {desk_, mempool_, ledger_, gateway_, health_, configuration_->cluster()});
  }

  void spawn_desk_if_on(const recovered& state) {
    const auto& c = m_.config;
    if (!c.signer) return;
    const auto place = place_of(*c.signer);
    signer_view_ = std::make_shared<signer_view>(monotonic_now());
    desk_ = spawn_desk(system_, net_,
                       {{place.host, place.port, place.pin}, state.log, signer_view_, 10'000});
  }

  void spawn_heartbeat_monitor() {
    const auto& c = m_.config;
    heartbeat_setup heartbeat;
    heartbeat.configuration = configuration_;
    heartbeat.key = own_.key;
    heartbeat.self = own_.self;
    heartbeat.options.detector.kind =
        c.failure_detector == "phi" ? lease::detector_kind::phi : lease::detector_kind::fixed;
    heartbeat.options.detector.heartbeat_ms = c.heartbeat_ms;
    heartbeat.options.detector.suspect_after_ms = c.suspect_after_ms;
    heartbeat.options.lease_ms = c.lease_ms;
    heartbeat.options.disk_stall_ms = c.disk_stall_ms;
    heartbeat.health = health_;
    heartbeat.storage = log_counters_;
    heartbeat_ = spawn_heartbeat(system_, std::move(heartbeat), heartbeat_wiring_);
  }

  void spawn_registry_of(lmdb_store& log) {
    registry_setup registry;
    // While this node is no member, nobody could check its signature.
    if (const auto place = places_.find(own_.self);
        place != places_.end() && configuration_->find(own_.key->key()) == own_.self) {
      registry.own = own_registration(m_.config, place->second, m_.certificate);
      registry.own->epoch = configuration_->epoch();
      registry.own->replica = own_.self;
      registry.own->at.boot = count_start(log, wall_now());
    }
    registry.key = own_.key;
    registry.configuration = configuration_;
    registry.counters = registry_counters_;
    registry.shown_by = [&net = net_, places = places_](replica_id peer) {
      const auto place = places.find(peer);
      return place == places.end() ? std::nullopt : net.shown_by_peer(place->second.pin);
    };
    registry_ = spawn_registry(system_, std::move(registry), registry_wiring_);
  }

  void spawn_transfer_if_on(const recovered& state) {
    const auto& c = m_.config;
    if (c.snapshot_interval == 0) return;
    transfer_setup transfer;
    transfer.configuration = configuration_;
    transfer.self = own_.self;
    transfer.node = pbft::id_of(m_.keys.front()->key());
    transfer.genesis = m_.genesis;
    transfer.log = state.log;
    transfer.states = state.states;
    transfer.log_storage = log_storage_;
    transfer.state_storage = state_storage_;
    transfer.data_directory = c.data_directory;
    transfer.map_size_bytes = c.map_size_mib * limits::MiB;
    transfer.snapshot_lag = c.snapshot_lag;
    transfer.start_again = start_again_;
    transfer_ = spawn_transfer(system_, std::move(transfer), transfer_wiring_);
  }

  protocol::peer_hello own_hello() const {
    return {0, protocol::peer_version, m_.authoriser->cluster(), configuration_->epoch(),
            own_.self};
  }

  // Blocks without f+1 attestations on this disk, and the newest one in any case.
  static std::vector<ledger::block_summary> unattested(const recovered& state) {
    std::vector<ledger::block_summary> summaries;
    for (const auto& block : state.recent) {
      const auto height = block->summary.height;
      const auto known = state.log->get(table::attested, key_of(height));
      if (block == state.recent.back() || !known || !*known) summaries.push_back(block->summary);
    }
    return summaries;
  }

  void spawn_peers() {
    std::map<transport::host_part, replica_id> by_key;
    for (const auto& [peer, place] : places_) {
      by_key.emplace(transport::host_part_of(place.pin), peer);
      if (peer != own_.self) spawn_peer(peer, place);
    }
    auto identify = [by_key](const caf::node_id& node) -> std::optional<replica_id> {
      const auto host = transport::host_part_of(node);
      const auto place = host ? by_key.find(*host) : by_key.end();
      if (place == by_key.end()) return std::nullopt;
      return place->second;
    };
    gate_ = spawn_gate(system_, {own_hello(), inboxes_, links_, std::move(identify)});
  }

  void spawn_peer(replica_id peer, const node_place& place) {
    auto counters = std::make_shared<inbox_counters>();
    inbox_counters_.emplace(peer, counters);
    auto inbox = spawn_inbox(system_, {peer, configuration_, replica_, mempool_, gateway_,
                                       transfer_, std::move(counters), registry_, heartbeat_});
    inboxes_.emplace(peer, inbox);
    link_setup link{peer, own_hello(), {}, replica_, inbox, {}, registry_};
    // One connection a pair: the higher id opens it.
    if (peer < own_.self) {
      const transport::target where{place.host, place.port, place.pin};
      link.connect = [this, where](link_actor answer_to) {
        net_.connect(
            where, transport::role::peer, [answer_to](caf::strong_actor_ptr gate, std::string why) {
              caf::anon_send(answer_to, local::link_connected{std::move(gate), std::move(why)});
            });
      };
    }
    auto spawned = spawn_link(system_, std::move(link));
    net_.expose(spawned);
    links_.emplace(peer, spawned);
  }

  void wire() {
    std::vector<link_actor> all;
    for (const auto& [peer, link] : links_)
      all.push_back(link);
    *replica_wiring_ = {mempool_, ledger_, gateway_, transfer_, links_};
    *mempool_wiring_ = {replica_, gateway_, all};
    *ledger_wiring_ = {replica_, mempool_, gateway_, transfer_};
    *transfer_wiring_ = {replica_, links_};
    *heartbeat_wiring_ = {links_, gateway_};
    *gateway_wiring_ = {replica_, mempool_, ledger_, all, links_, registry_};
    *registry_wiring_ = {links_};
  }

  void listen() {
    const auto& c = m_.config;
    std::string error;
    std::set<transport::key_hash> members;
    for (const auto& [peer, place] : places_)
      members.insert(place.pin);
    if (net_.listen_for_peers(c.listen_address, c.peer_port, gate_, members, error) == 0)
      refuse_config(error);
    if (net_.listen_for_clients(c.listen_address, c.client_port,
                                caf::actor_cast<client_gate_actor>(gateway_), error) == 0)
      refuse_config(error);
    log::info("node", "listening for peers on port " + std::to_string(c.peer_port) +
                          " and for clients on port " + std::to_string(c.client_port));
  }

  std::vector<supervised_actor> supervised() const {
    const auto dynamic = [](const auto& handle) { return caf::actor_cast<caf::actor>(handle); };
    std::vector<supervised_actor> all{
        {"replica", dynamic(replica_)},     {"mempool", dynamic(mempool_)},
        {"ledger", dynamic(ledger_)},       {"gateway", dynamic(gateway_)},
        {"heartbeat", dynamic(heartbeat_)}, {"gate", dynamic(gate_)},
        {"registry", dynamic(registry_)},   {"state storage", dynamic(state_storage_)},
        {"storage", dynamic(log_storage_)}};
    if (transfer_) all.insert(all.begin() + 1, {"transfer", dynamic(transfer_)});
    if (desk_) all.insert(all.begin() + 1, {"desk", dynamic(desk_)});
    if (log_bearer_) all.insert(all.begin() + 1, {"log bearer", dynamic(log_bearer_)});
    return all;
  }

  std::vector<protocol::counter_line> counters() const {
    return count_all(
        {*log_counters_, net_.counters(), *health_, *registry_counters_, inbox_counters_});
  }

  const material& m_;
  identity_in_epoch own_;
  std::shared_ptr<const pbft::configuration> configuration_;
  std::map<replica_id, node_place> places_;
  caf::actor_system& system_;
  transport::endpoint& net_;
  std::function<void()> start_again_;
  std::shared_ptr<replica_wiring> replica_wiring_;
  std::shared_ptr<mempool_wiring> mempool_wiring_;
  std::shared_ptr<ledger_wiring> ledger_wiring_;
  std::shared_ptr<gateway_wiring> gateway_wiring_;
  std::shared_ptr<transfer_wiring> transfer_wiring_;
  std::shared_ptr<heartbeat_wiring> heartbeat_wiring_;
  std::shared_ptr<node_health> health_;
  std::shared_ptr<registry_wiring> registry_wiring_;
  std::shared_ptr<registry_counters> registry_counters_;
  registry_actor registry_;
  desk_actor desk_;                          ///< null: no signer is configured
  log_bearer_actor log_bearer_;              ///< null with it
  std::shared_ptr<signer_view> signer_view_; ///< null with it
  std::shared_ptr<storage_counters> log_counters_;
  storage_actor log_storage_, state_storage_;
  std::vector<worker_actor> workers_;
  mempool_actor mempool_;
  gateway_actor gateway_;
  replica_actor replica_;
  ledger_actor ledger_;
  heartbeat_actor heartbeat_;
  transfer_actor transfer_; ///< null: snapshots are off
  peer_gate_actor gate_;
  std::map<replica_id, inbox_actor> inboxes_;
  std::map<replica_id, std::shared_ptr<inbox_counters>> inbox_counters_;
  std::map<replica_id, link_actor> links_;
  caf::actor supervisor_;
};

/// Sent by an actor to its own process when its epoch is over or a whole snapshot is staged.
int start_again_signal() { return SIGRTMIN + 1; }

std::unique_ptr<metrics_service> start_metrics_if_on(const config::node_config& c) {
  if (!c.metrics) return nullptr;
  std::string error;
  auto started = metrics_service::start(*c.metrics, error);
  if (!started) refuse_config("metrics: " + error);
  log::info("node", "metrics on http://" + to_string(*c.metrics) + "/metrics");
  return started;
}

// One epoch of the node, from its disk. Returns the signal that ended it. With start_again_signal()
// the node starts again as it would after a crash, without the crash.
int run_epoch(const material& m, const std::filesystem::path& folder, metrics_service* metrics,
              const sigset_t& signals) {
  auto state = recover(m.config, m.genesis, *m.authoriser, pbft::id_of(m.keys.front()->key()),
                       folder / config::first_start_marker);
  const auto options = transport_options_of(m.config);
  caf::actor_system_config caf_config;
  if (const auto error = transport::prepare(caf_config, options)) refuse_config(*error);
  caf::actor_system system{caf_config};
  transport::endpoint net{system, options};
  int received = 0;
  {
    running_node node{m, state, system, net, [] { kill(getpid(), start_again_signal()); }};
    node.start(std::move(state));
    if (metrics != nullptr) metrics->ask([&node] { return node.status(); });
    sigwait(&signals, &received);
    log::info("node",
              received == start_again_signal() ? "starting again from the disk" : "stopping");
    if (metrics != nullptr) metrics->ask({});
    node.stop();
  }
  system.await_all_actors_done(); // they use the endpoint, which goes first
  return received;
}

} // namespace

int run_node(const std::filesystem::path& config_file) {
  // Before any thread: they all inherit the mask, and only sigwait below takes the signals.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, start_again_signal());
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  const auto m = load_material(config_file);
  log::set_up({level_of(m.config.log_level), m.config.log_json, m.config.name});
  log::info("node", "quorate " + std::string{version} + ", cluster " +
                        to_hex(m.authoriser->cluster()).substr(0, 16));
  const auto metrics = start_metrics_if_on(m.config);
  while (run_epoch(m, config_file.parent_path(), metrics.get(), signals) == start_again_signal()) {
  }
  return 0;
}

} // namespace quorate
