#include "tests/transport/fixture.hpp"

#include <caf/send.hpp>
#include <openssl/ssl.h>

#include <arpa/inet.h>
#include <chrono>
#include <fstream>
#include <future>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace quorate::testing {

namespace {

peer_gate_actor::behavior_type echo_gate(peer_gate_actor::pointer self) {
  self->set_default_handler(caf::print_and_drop);
  return {[](wire::peer_hello& in) { return wire::peer_hello{in.bytes}; },
          [](wire::peer_frame&) { return wire::peer_ack{}; }};
}

client_gate_actor::behavior_type echo_client_gate(client_gate_actor::pointer) {
  return {[](wire::client_hello& in) { return wire::server_hello{in.bytes}; },
          [](wire::submit_request& in) { return wire::submit_reply{in.bytes}; },
          [](wire::query_request& in) { return wire::query_reply{in.bytes}; }};
}

} // namespace

material::material() {
  std::string pattern = (std::filesystem::temp_directory_path() / "quorate-tls-XXXXXX").string();
  folder_ = mkdtemp(pattern.data());
  const auto node_ca = config::make_authority("nodes");
  const auto client_ca = config::make_authority("clients");
  const auto other_ca = config::make_authority("strangers");
  std::ofstream{path("node-ca.crt")} << node_ca.certificate_pem();
  std::ofstream{path("client-ca.crt")} << client_ca.certificate_pem();
  using use = config::certificate_use;
  node_a = write("a", config::make_certificate(node_ca, "a", {"127.0.0.1"}, use::node));
  node_b = write("b", config::make_certificate(node_ca, "b", {"127.0.0.1"}, use::node));
  client = write("client", config::make_certificate(client_ca, "c", {}, use::client));
  stranger = write("stranger", config::make_certificate(other_ca, "s", {}, use::node));
}

material::~material() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

material::identity material::write(const std::string& name, const config::certified_key& key) {
  identity made{path(name + ".crt"), path(name + ".key"), {}};
  std::ofstream{made.certificate} << key.certificate_pem();
  std::ofstream{made.key} << key.key_pem();
  made.hash = *transport::key_hash_of_file(made.certificate);
  return made;
}

transport::tls_files material::files_of(const identity& who) const {
  return {who.certificate, who.key, path("node-ca.crt"), path("client-ca.crt")};
}

const material& certificates() {
  static const material all;
  return all;
}

party::party(const material::identity& who, bool listens, transport::transport_limits limits) {
  transport::transport_options options{certificates().files_of(who), limits, {}};
  if (const auto error = transport::prepare(config, options)) throw std::runtime_error{*error};
  system = std::make_unique<caf::actor_system>(config);
  net = std::make_unique<transport::endpoint>(*system, options);
  if (!listens) return;
  gate = system->spawn(echo_gate);
  client_gate = system->spawn(echo_client_gate);
  std::string error;
  peer_port = net->listen_for_peers("127.0.0.1", 0, gate, {}, error);
  client_port = net->listen_for_clients("127.0.0.1", 0, client_gate, error);
  if (peer_port == 0 || client_port == 0) throw std::runtime_error{error};
}

party::~party() {
  caf::anon_send_exit(gate, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(client_gate, caf::exit_reason::user_shutdown);
  gate = nullptr;
  client_gate = nullptr;
  net.reset();
}

namespace {

caf::strong_actor_ptr find(party& from, std::uint16_t port, const material::identity& expected,
                           transport::role other_side) {
  // CAF drops a connection whose handshake is under way when its heartbeat ticks; as links and
  // clients do, try again.
  caf::strong_actor_ptr gate_there;
  for (int attempt = 0; attempt < 3 && !gate_there; ++attempt) {
    std::promise<caf::strong_actor_ptr> found;
    auto answer = found.get_future();
    from.net->connect({"127.0.0.1", port, expected.hash}, other_side,
                      [&found](caf::strong_actor_ptr gate, const std::string&) {
                        found.set_value(std::move(gate));
                      });
    gate_there = answer.get();
  }
  return gate_there;
}

template <class Handle, class Message, class Answer>
bool ask(party& from, const caf::strong_actor_ptr& gate, Message message) {
  if (!gate) return false;
  caf::scoped_actor self{*from.system};
  from.net->expose(caf::actor_cast<caf::strong_actor_ptr>(self));
  bool answered = false;
  self->request(caf::actor_cast<Handle>(gate), std::chrono::seconds(5), std::move(message))
      .receive([&](Answer&) { answered = true; }, [](caf::error&) {});
  return answered;
}

} // namespace

bool party::round_trip(std::uint16_t port, const material::identity& expected) {
  const auto gate_there = find(*this, port, expected, transport::role::peer);
  return ask<peer_gate_actor, wire::peer_frame, wire::peer_ack>(*this, gate_there,
                                                                {bytes(10'000, 7)});
}

bool party::client_round_trip(std::uint16_t port, const material::identity& expected) {
  const auto gate_there = find(*this, port, expected, transport::role::node_of_client);
  return ask<client_gate_actor, wire::client_hello, wire::server_hello>(*this, gate_there,
                                                                        {bytes{1, 2, 3}});
}

std::uint64_t party::refused(transport::refusal why) const {
  return net->counters().refused[static_cast<std::size_t>(why)].load();
}

raw_connection::raw_connection(std::uint16_t port, const material::identity* who, int tls_version) {
  socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) return;
  context_ = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_max_proto_version(context_, tls_version);
  if (who != nullptr) {
    SSL_CTX_use_certificate_file(context_, who->certificate.c_str(), SSL_FILETYPE_PEM);
    SSL_CTX_use_PrivateKey_file(context_, who->key.c_str(), SSL_FILETYPE_PEM);
  }
  ssl_ = SSL_new(context_);
  SSL_set_fd(ssl_, socket_);
  if (SSL_connect(ssl_) != 1) return;
  // With TLS 1.3 a server judges the client's certificate after the client is done: its first
  // bytes, BASP's server handshake, tell that it agreed.
  pollfd readable{socket_, POLLIN, 0};
  char first = 0;
  established_ = ::poll(&readable, 1, 3000) == 1 && SSL_peek(ssl_, &first, 1) == 1;
}

raw_connection::~raw_connection() {
  SSL_free(ssl_);
  SSL_CTX_free(context_);
  ::close(socket_);
}

void raw_connection::send(byte_view data) {
  std::size_t sent = 0;
  while (sent < data.size()) {
    const int n = SSL_write(ssl_, data.data() + sent, static_cast<int>(data.size() - sent));
    if (n <= 0) return;
    sent += static_cast<std::size_t>(n);
  }
}

bool raw_connection::is_closed_soon(int timeout_ms) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
  std::array<char, 4096> ignored;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        until - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd readable{socket_, POLLIN, 0};
    if (SSL_pending(ssl_) == 0 && ::poll(&readable, 1, static_cast<int>(left.count())) != 1)
      return false;
    if (SSL_read(ssl_, ignored.data(), static_cast<int>(ignored.size())) <= 0) return true;
  }
}

bytes raw_connection::header(std::uint8_t operation, std::uint32_t payload_size,
                             std::uint64_t receiver, std::uint8_t flags, std::uint64_t sender) {
  writer w;
  w.u8(operation);
  w.u16(0);
  w.u8(flags);
  w.u32(payload_size);
  w.u64(0);
  w.u64(sender);
  w.u64(receiver);
  return std::move(w).take();
}

bytes raw_connection::node_id(const transport::key_hash& key, std::uint32_t process) {
  writer w;
  w.u64(0x00003e9aab9bac79);
  w.u32(process);
  w.raw(byte_view{key}.first(20));
  return std::move(w).take();
}

bytes raw_connection::handshake(const material::identity& who) {
  const auto id = node_id(who.hash);
  auto all = header(1, static_cast<std::uint32_t>(id.size()), 0, 0, 0);
  all.insert(all.end(), id.begin(), id.end());
  return all;
}

bytes raw_connection::length(std::size_t n) {
  bytes out;
  for (; n > 0x7f; n >>= 7)
    out.push_back(static_cast<std::uint8_t>((n & 0x7f) | 0x80));
  out.push_back(static_cast<std::uint8_t>(n));
  return out;
}

bytes raw_connection::direct(std::uint64_t receiver, const std::string& types, byte_view content) {
  writer w;
  w.u8(0);
  w.u16(0);
  w.raw(length(types.size()));
  w.raw(as_bytes(types));
  w.raw(content);
  auto all = header(2, static_cast<std::uint32_t>(w.size()), receiver);
  all.insert(all.end(), w.view().begin(), w.view().end());
  return all;
}

} // namespace quorate::testing
