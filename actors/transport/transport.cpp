#include "actors/transport/transport.hpp"

#include "actors/transport/guarded_scribe.hpp"
#include "core/base/check.hpp"

#include <caf/actor_registry.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/io/basp_broker.hpp>
#include <caf/io/middleman.hpp>
#include <caf/send.hpp>

#include <chrono>
#include <csignal>
#include <map>
#include <mutex>
#include <shared_mutex>

namespace quorate::transport {

namespace {

constexpr auto hello_timeout = std::chrono::seconds(6);

} // namespace

std::optional<std::string> prepare(caf::actor_system_config& config,
                                   const transport_options& options) {
  std::string error;
  if (!make_tls_context(options.tls, options.tls.node_ca, error)) return error;
  if (!options.tls.client_ca.empty() &&
      !make_tls_context(options.tls, options.tls.client_ca, error))
    return error;
  const auto key = key_hash_of_file(options.tls.certificate);
  if (!key) return "cannot read the certificate " + options.tls.certificate;
  std::signal(SIGPIPE, SIG_IGN); // a closed connection is an error code, not the end
  config.add_message_types<caf::id_block::quorate>();
  config.load<caf::io::middleman>();
  bind_node_id(config, *key);
  config.config_file_path.clear();
  config.set("scheduler.policy", caf::atom("sharing"));
  config.set("scheduler.max-throughput", 50);
  config.set("middleman.workers", 0);
  config.set("middleman.heartbeat-interval", caf::timespan{std::chrono::seconds(1)});
  config.set("middleman.connection-timeout", caf::timespan{std::chrono::seconds(4)});
  config.set("middleman.enable-automatic-connections", false);
  config.set("middleman.app-identifiers", std::vector<std::string>{"quorate/1"});
  return std::nullopt;
}

/// Shared with the handshaker's callbacks and the scribes, which may outlive the endpoint.
class endpoint::state : public std::enable_shared_from_this<endpoint::state> {
public:
  state(caf::actor_system& system, transport_options options)
      : system_(system), options_(std::move(options)),
        broker_(system.middleman().named_broker<caf::io::basp_broker>(caf::atom("BASP"))) {
    std::string error;
    peer_context_ = make_tls_context(options_.tls, options_.tls.node_ca, error);
    QUORATE_CHECK(peer_context_);
    if (!options_.tls.client_ca.empty())
      client_context_ = make_tls_context(options_.tls, options_.tls.client_ca, error);
    handshaker_ = std::make_unique<handshaker>(options_.limits,
                                               [this](refusal why) { refused(why, role::peer); });
  }

  void stop() { handshaker_.reset(); }

  void expose(const caf::strong_actor_ptr& actor) {
    QUORATE_CHECK(actor);
    system_.registry().put(actor->id(), actor);
    const std::unique_lock guard{exposed_mutex_};
    exposed_.insert(actor->id());
  }

  std::uint16_t listen(const std::string& address, std::uint16_t port, role other_side,
                       caf::strong_actor_ptr gate, std::set<std::string> interface,
                       std::set<key_hash> allowed, std::string& error) {
    const auto& context = other_side == role::client ? client_context_ : peer_context_;
    if (!context) {
      error = "cannot listen for clients without the authority of their certificates: set "
              "tls.client_ca";
      return 0;
    }
    expose(gate);
    auto listening_port = std::make_shared<std::uint16_t>(0);
    const bool members_only = !allowed.empty();
    auto accepted = [this, other_side, gate = std::move(gate), interface = std::move(interface),
                     listening_port, members_only](established e) {
      ++counters_.accepted;
      if (members_only) remember(e);
      auto scribe = make_scribe(std::move(e), other_side, true);
      caf::anon_send(caf::actor_cast<caf::actor>(broker_), caf::publish_atom_v, std::move(scribe),
                     *listening_port, gate, interface);
    };
    auto is_allowed = [allowed = std::move(allowed)](const key_hash& key) {
      return allowed.empty() || allowed.contains(key);
    };
    *listening_port = handshaker_->listen(
        address, port, context, std::move(is_allowed),
        [this, other_side] { return has_room(other_side); }, std::move(accepted), error);
    return *listening_port;
  }

  void connect(const target& where, role other_side, found done) {
    auto is_allowed = [pin = where.pin](const key_hash& key) { return !pin || *pin == key; };
    auto connected = [this, other_side, port = where.port, pinned = where.pin.has_value(),
                      done = std::move(done)](established e, const std::string& why) {
      if (!e.ssl) return done(nullptr, why);
      ++counters_.connected;
      if (pinned && other_side == role::peer) remember(e);
      say_hello(make_scribe(std::move(e), other_side, false), port, done);
    };
    handshaker_->connect(where.host, where.port, peer_context_, std::move(is_allowed),
                         std::move(connected));
  }

  std::optional<registry::certificate_facts> shown_by_peer(const key_hash& key) const {
    const std::lock_guard guard{shown_mutex_};
    const auto found = shown_.find(key);
    if (found == shown_.end()) return std::nullopt;
    return found->second;
  }

  const transport_counters& counters() const noexcept { return counters_; }

private:
  // Bounded: only keys that the configuration or the ledger names come here.
  void remember(const established& e) {
    const std::lock_guard guard{shown_mutex_};
    shown_.insert_or_assign(e.other_key, e.shown);
  }

  // CAF's own handshake, in which the other side names the actor that it published.
  void say_hello(caf::io::scribe_ptr scribe, std::uint16_t port, const found& done) {
    system_.spawn<caf::hidden>([broker = broker_, scribe = std::move(scribe), port,
                                done](caf::event_based_actor* self) mutable {
      self->request(caf::actor_cast<caf::actor>(broker), hello_timeout, caf::connect_atom_v,
                    std::move(scribe), port)
          .then(
              [done](const caf::node_id&, const caf::strong_actor_ptr& gate,
                     const std::set<std::string>&) {
                done(gate, gate ? std::string{} : "nothing is published there");
              },
              [done](caf::error& e) { done(nullptr, caf::to_string(e)); });
    });
  }

  caf::io::scribe_ptr make_scribe(established connection, role other_side, bool accepted) {
    ++open_[static_cast<std::size_t>(other_side)];
    scribe_setup setup;
    setup.connection = std::move(connection);
    setup.other_side = other_side;
    setup.accepted = accepted;
    setup.write_buffer_bytes_max = options_.limits.write_buffer_bytes_max;
    auto self = shared_from_this();
    setup.exposed = [self](std::uint64_t id) { return self->is_exposed(id); };
    setup.refused = [self, other_side](refusal why) { self->refused(why, other_side); };
    setup.closed = [self, other_side] { --self->open_[static_cast<std::size_t>(other_side)]; };
    auto& multiplexer =
        static_cast<caf::io::network::default_multiplexer&>(system_.middleman().backend());
    return make_guarded_scribe(multiplexer, std::move(setup));
  }

  bool is_exposed(std::uint64_t id) {
    const std::shared_lock guard{exposed_mutex_};
    return exposed_.contains(id);
  }

  bool has_room(role other_side) const {
    const auto most = other_side == role::client ? options_.limits.client_connections_max
                                                 : options_.limits.peer_connections_max;
    return open_[static_cast<std::size_t>(other_side)] < most;
  }

  void refused(refusal why, role other_side) {
    const auto place = static_cast<std::size_t>(why);
    const auto count = ++counters_.refused[place];
    if (!options_.log) return;
    const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
    auto last = last_logged_[place].load();
    constexpr std::int64_t second = 1'000'000'000;
    if (last != 0 && now - last < second) return;
    if (!last_logged_[place].compare_exchange_strong(last, now)) return;
    static constexpr std::string_view sides[] = {"peer", "client", "node", "node that asks",
                                                 "signer"};
    static_assert(std::size(sides) == roles);
    options_.log("refused a connection or message of a " +
                 std::string{sides[static_cast<std::size_t>(other_side)]} + ": " +
                 std::string{name(why)} + " (" + std::to_string(count) + " so far)");
  }

  caf::actor_system& system_;
  transport_options options_;
  caf::actor broker_;
  tls_context peer_context_;
  tls_context client_context_;
  std::unique_ptr<handshaker> handshaker_;
  std::shared_mutex exposed_mutex_;
  std::set<std::uint64_t> exposed_;
  mutable std::mutex shown_mutex_;
  std::map<key_hash, registry::certificate_facts> shown_;
  std::array<std::atomic<std::size_t>, roles> open_{};
  transport_counters counters_;
  std::array<std::atomic<std::int64_t>, static_cast<std::size_t>(refusal::count_)> last_logged_{};
};

endpoint::endpoint(caf::actor_system& system, transport_options options)
    : state_(std::make_shared<state>(system, std::move(options))) {}

endpoint::~endpoint() { state_->stop(); }

void endpoint::expose(const caf::strong_actor_ptr& actor) { state_->expose(actor); }

std::uint16_t endpoint::listen_for_peers(const std::string& address, std::uint16_t port,
                                         const peer_gate_actor& gate, std::set<key_hash> allowed,
                                         std::string& error) {
  return state_->listen(address, port, role::peer, caf::actor_cast<caf::strong_actor_ptr>(gate),
                        gate->message_types(), std::move(allowed), error);
}

std::uint16_t endpoint::listen_for_clients(const std::string& address, std::uint16_t port,
                                           const client_gate_actor& gate, std::string& error) {
  return state_->listen(address, port, role::client, caf::actor_cast<caf::strong_actor_ptr>(gate),
                        gate->message_types(), {}, error);
}

std::uint16_t endpoint::listen_for_askers(const std::string& address, std::uint16_t port,
                                          const signer_gate_actor& gate, std::set<key_hash> allowed,
                                          std::string& error) {
  QUORATE_CHECK(!allowed.empty());
  return state_->listen(address, port, role::asker, caf::actor_cast<caf::strong_actor_ptr>(gate),
                        gate->message_types(), std::move(allowed), error);
}

void endpoint::connect(const target& where, role other_side, found done) {
  state_->connect(where, other_side, std::move(done));
}

std::optional<registry::certificate_facts> endpoint::shown_by_peer(const key_hash& key) const {
  return state_->shown_by_peer(key);
}

const transport_counters& endpoint::counters() const noexcept { return state_->counters(); }

} // namespace quorate::transport
