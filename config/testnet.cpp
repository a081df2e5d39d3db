#include "config/testnet.hpp"

#include "config/genesis_file.hpp"
#include "config/node_config.hpp"
#include "config/tls_material.hpp"
#include "core/codec/writer.hpp"
#include "core/crypto/hash.hpp"
#include "core/pbft/configuration.hpp"

#include <openssl/rand.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <netinet/in.h>
#include <set>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace quorate::config {

namespace {

namespace fs = std::filesystem;

struct failure {
  std::string what;
};

std::array<std::uint8_t, 32> random_bytes() {
  std::array<std::uint8_t, 32> raw;
  QUORATE_CHECK(RAND_bytes(raw.data(), static_cast<int>(raw.size())) == 1);
  return raw;
}

void write_file(const fs::path& path, const std::string& content, mode_t mode = 0644) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (fd < 0) throw failure{"cannot create " + path.string() + ": " + std::strerror(errno)};
  const auto written = ::write(fd, content.data(), content.size());
  ::close(fd);
  if (written != static_cast<ssize_t>(content.size()))
    throw failure{"cannot write " + path.string() + ": no space?"};
}

void make_folder(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) throw failure{"cannot create " + path.string() + ": " + error.message()};
  // A mount point brings nothing but, at most, lost+found.
  for (const auto& entry : fs::directory_iterator{path})
    if (entry.path().filename() != "lost+found")
      throw failure{path.string() + " is not empty: choose another folder, or remove what a test "
                                    "network left there"};
}

/// Ports that were free a moment ago, all distinct.
std::vector<std::uint16_t> free_ports(std::size_t count) {
  std::vector<int> sockets;
  std::vector<std::uint16_t> ports;
  for (std::size_t i = 0; i < count; ++i) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof name;
    if (fd < 0 || ::bind(fd, reinterpret_cast<sockaddr*>(&name), size) != 0 ||
        ::getsockname(fd, reinterpret_cast<sockaddr*>(&name), &size) != 0)
      throw failure{"cannot find free ports on 127.0.0.1"};
    sockets.push_back(fd);
    ports.push_back(ntohs(name.sin_port));
  }
  for (int fd : sockets)
    ::close(fd);
  return ports;
}

struct node_material {
  std::array<std::uint8_t, 32> secret;
  public_key key;
  certified_key tls;
  std::string host;
  std::uint16_t peer_port = 0;
  std::uint16_t client_port = 0;
  registry::labels tags;
};

/// What every node of a test network says of itself.
registry::labels labels_of(const std::string& region, const std::string& environment) {
  for (const auto& text : {region, environment})
    if (!text.empty() && !registry::is_label(text))
      throw failure{"\"" + text + "\" is no label: " + std::string{explain(errc::bad_label)}};
  return {region, environment, "replica", false};
}

signing_key key_of(const std::array<std::uint8_t, 32>& secret) {
  auto key = signing_key::from_secret(secret_bytes<32>{secret});
  QUORATE_CHECK(key); // all but one in 2^127 secrets are valid
  return std::move(*key);
}

/// Where node `i` is reached; loopback where all share this machine.
std::string host_of(const testnet_options& o, std::size_t i) {
  if (o.compose) return o.host_pattern + std::to_string(i);
  return o.hosts.empty() ? "127.0.0.1" : o.hosts[i];
}

std::vector<node_material> make_nodes(const testnet_options& o, const certified_key& node_ca) {
  std::vector<node_material> nodes(o.nodes);
  for (auto& node : nodes) {
    node.secret = random_bytes();
    node.key = key_of(node.secret).key();
  }
  std::sort(nodes.begin(), nodes.end(),
            [](const auto& a, const auto& b) { return pbft::id_of(a.key) < pbft::id_of(b.key); });
  std::vector<std::uint16_t> ports;
  const bool own_hosts = o.compose || !o.hosts.empty();
  if (!own_hosts && o.base_port == 0) ports = free_ports(2 * nodes.size());
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    auto& node = nodes[i];
    node.host = host_of(o, i);
    node.tags = labels_of(o.regions.empty() ? "" : o.regions[i % o.regions.size()], o.environment);
    node.tls = make_certificate(node_ca, "quorate node " + std::to_string(i),
                                {node.host, "localhost", "127.0.0.1"}, certificate_use::node,
                                registry::to_uris(node.tags));
    if (own_hosts) {
      node.peer_port = own_host_peer_port;
      node.client_port = own_host_client_port;
    } else {
      const auto given = static_cast<std::uint16_t>(o.base_port + 2 * i);
      node.peer_port = ports.empty() ? given : ports[2 * i];
      node.client_port = ports.empty() ? static_cast<std::uint16_t>(given + 1) : ports[2 * i + 1];
    }
  }
  return nodes;
}

ledger::genesis make_genesis(const testnet_options& o, const std::vector<node_material>& nodes,
                             const std::array<std::uint8_t, 32>& seed,
                             const public_key& administrator) {
  ledger::genesis g;
  g.name = "test network";
  for (const auto& node : nodes)
    g.replicas.push_back(node.key);
  g.assets = {{{1}, "BTC", 8}, {{2}, "ETH", 18}, {{3}, "ATOM", 6}};
  for (std::uint32_t i = 0; i < o.accounts; ++i) {
    const auto account = testnet_account_key(seed, i).key();
    for (const auto& asset : g.assets)
      g.balances.push_back({account, asset.id, amount{o.units}});
  }
  std::sort(g.balances.begin(), g.balances.end(), [](const auto& a, const auto& b) {
    return std::tie(a.account, a.asset) < std::tie(b.account, b.asset);
  });
  g.attesters = {1, {key_of(random_bytes()).key()}};
  g.administrators = {1, {administrator}};
  g.self_open = true;
  g.unsigned_noops = o.unsigned_noops;
  return g;
}

/// What the folder of one node needs beside its configuration.
struct folder_material {
  const node_material& node;
  const certified_key& node_ca;
  const certified_key& client_ca;
  const std::string& genesis;
};

void write_folder(const fs::path& folder, const node_config& c, const folder_material& m) {
  write_file(folder / "node.key", to_hex(byte_view{m.node.secret}) + "\n", 0600);
  write_file(folder / "tls.crt", m.node.tls.certificate_pem());
  write_file(folder / "tls.key", m.node.tls.key_pem(), 0600);
  write_file(folder / "node-ca.crt", m.node_ca.certificate_pem());
  write_file(folder / "client-ca.crt", m.client_ca.certificate_pem());
  write_file(folder / "genesis.json", m.genesis);
  // A health check from inside the node's container uses what is in its folder, and no more.
  const auto probe = make_certificate(m.client_ca, "quorate health probe of " + c.name, {},
                                      certificate_use::client);
  write_file(folder / "probe.crt", probe.certificate_pem());
  write_file(folder / "probe.key", probe.key_pem(), 0600);
  write_file(folder / first_start_marker, "");
  write_file(folder / "node.toml", to_toml(c));
}

node_config config_of(const std::string& name, const node_material& node) {
  node_config c;
  c.name = name;
  c.genesis = "genesis.json";
  c.node_key = "node.key";
  c.data_directory = "data";
  c.peer_port = node.peer_port;
  c.client_port = node.client_port;
  c.tls = {"tls.crt", "tls.key", "node-ca.crt", "client-ca.crt"};
  c.labels = node.tags;
  return c;
}

void write_node(const testnet_options& o, std::size_t i, const std::vector<node_material>& nodes,
                const certified_key& node_ca, const certified_key& client_ca,
                const std::string& genesis) {
  auto c = config_of("node" + std::to_string(i), nodes[i]);
  if (o.compose) c.data_directory = "/var/lib/quorate";
  if (!o.hosts.empty()) c.listen_address = nodes[i].host;
  if (o.compose) c.listen_address = "0.0.0.0";
  for (const auto& node : nodes)
    c.peers.push_back({node.host, node.peer_port, node.tls.key_sha256()});
  write_folder(o.out / c.name, c, {nodes[i], node_ca, client_ca, genesis});
}

void write_client(const testnet_options& o, const std::vector<node_material>& nodes,
                  const certified_key& node_ca, const certified_key& client_ca,
                  const std::string& genesis, const std::array<std::uint8_t, 32>& seed) {
  const auto folder = o.out / "client";
  const auto tls = make_certificate(client_ca, "quorate client", {}, certificate_use::client);
  client_config c;
  c.genesis = "genesis.json";
  c.tls = {"tls.crt", "tls.key", "node-ca.crt", {}};
  c.accounts_seed = "accounts.seed";
  if (!o.regions.empty()) c.region = o.regions.front();
  for (const auto& node : nodes)
    c.nodes.push_back({node.host, node.client_port, node.tls.key_sha256()});
  write_file(folder / "tls.crt", tls.certificate_pem());
  write_file(folder / "tls.key", tls.key_pem(), 0600);
  write_file(folder / "node-ca.crt", node_ca.certificate_pem());
  write_file(folder / "genesis.json", genesis);
  write_file(folder / "accounts.seed", to_hex(byte_view{seed}) + "\n", 0600);
  write_file(folder / "client.toml", to_toml(c));
}

} // namespace

std::optional<std::string> generate_testnet(const testnet_options& o) {
  if (o.nodes < 4 || o.nodes > limits::replicas_max || o.nodes % 3 != 1)
    return "a cluster has 3f+1 nodes: 4, 7, 10, … up to " + std::to_string(limits::replicas_max);
  if (!o.hosts.empty() && std::set(o.hosts.begin(), o.hosts.end()).size() != o.nodes)
    return "give as many different hosts as nodes: " + std::to_string(o.nodes);
  try {
    for (std::size_t i = 0; i < o.nodes; ++i)
      make_folder(o.out / ("node" + std::to_string(i)));
    make_folder(o.out / "client");
    make_folder(o.out / "ca");
    make_folder(o.out / "admin");
    const auto node_ca = make_authority("quorate test network, nodes");
    const auto client_ca = make_authority("quorate test network, clients");
    const auto nodes = make_nodes(o, node_ca);
    const auto seed = random_bytes();
    const auto administrator = random_bytes();
    const auto g = make_genesis(o, nodes, seed, key_of(administrator).key());
    QUORATE_CHECK(ledger::validate(g));
    const auto genesis = to_json(g);
    write_file(o.out / "ca" / "node-ca.crt", node_ca.certificate_pem());
    write_file(o.out / "ca" / "node-ca.key", node_ca.key_pem(), 0600);
    write_file(o.out / "ca" / "client-ca.crt", client_ca.certificate_pem());
    write_file(o.out / "ca" / "client-ca.key", client_ca.key_pem(), 0600);
    write_file(o.out / "admin" / "administrator0.key", to_hex(byte_view{administrator}) + "\n",
               0600);
    for (std::size_t i = 0; i < nodes.size(); ++i)
      write_node(o, i, nodes, node_ca, client_ca, genesis);
    write_client(o, nodes, node_ca, client_ca, genesis, seed);
  } catch (const failure& f) {
    return f.what;
  } catch (const fs::filesystem_error& e) {
    return e.what();
  }
  return std::nullopt;
}

namespace {

certified_key load_authority(const fs::path& out, const std::string& name) {
  auto loaded = load_certified_key((out / "ca" / (name + ".crt")).string(),
                                   (out / "ca" / (name + ".key")).string());
  if (!loaded) throw failure{"cannot read the authority " + name + " in " + (out / "ca").string()};
  return std::move(*loaded);
}

// The nodes that are there already, as each says of itself.
std::vector<node_address> addresses_in(const fs::path& out) {
  std::vector<node_address> peers;
  for (;;) {
    const auto folder = out / ("node" + std::to_string(peers.size()));
    if (!fs::exists(folder / "node.toml")) return peers;
    const auto loaded = load_node_config(folder / "node.toml");
    if (!loaded.value) throw failure{loaded.errors.front()};
    const auto tls =
        load_certified_key(loaded.value->tls.certificate.string(), loaded.value->tls.key.string());
    if (!tls) throw failure{"cannot read the certificate in " + folder.string()};
    peers.push_back({loaded.value->listen_address, loaded.value->peer_port, tls->key_sha256()});
  }
}

// In the environment of the network that it joins.
registry::labels labels_of_joining(const fs::path& out, const std::string& region) {
  const auto first = load_node_config(out / "node0" / "node.toml");
  if (!first.value) throw failure{first.errors.front()};
  return labels_of(region, first.value->labels.environment);
}

std::string genesis_in(const fs::path& out) {
  std::ifstream in{out / "node0" / "genesis.json"};
  return {std::istreambuf_iterator<char>{in}, {}};
}

signer_place make_signer(const fs::path& out) {
  const auto node_ca = load_authority(out, "node-ca");
  const auto nodes = addresses_in(out);
  signer_place place{out / "signer", free_ports(1).front(), {}};
  make_folder(place.folder);
  const auto tls = make_certificate(node_ca, "quorate signer", {"127.0.0.1", "localhost"},
                                    certificate_use::node);
  write_file(place.folder / "tls.crt", tls.certificate_pem());
  write_file(place.folder / "tls.key", tls.key_pem(), 0600);
  write_file(place.folder / "node-ca.crt", node_ca.certificate_pem());
  write_file(place.folder / "genesis.json", genesis_in(out));
  const auto log_secret = random_bytes();
  place.log_account = key_of(log_secret).key();
  write_file(place.folder / "log.key", to_hex(byte_view{log_secret}) + "\n", 0600);
  std::string toml = "# A signer. Paths are taken from this file's folder.\nname = \"signer\"\n"
                     "genesis = \"genesis.json\"\ndata_directory = \"data\"\n"
                     "keystore = \"keystore\"\nlog_key = \"log.key\"\naskers = [\n";
  for (const auto& node : nodes)
    toml += "  \"" + node.tls_key_sha256 + "\",\n";
  toml += "]\n\n[listen]\nport = " + std::to_string(place.port) +
          "\n\n[tls]\ncertificate = \"tls.crt\"\nkey = \"tls.key\"\n"
          "node_ca = \"node-ca.crt\"\n";
  write_file(place.folder / "signer.toml", toml);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    std::ofstream node{out / ("node" + std::to_string(i)) / "node.toml", std::ios::app};
    node << "\n[[signer]]\nhost = \"127.0.0.1\"\nport = " << place.port << "\ntls_key_sha256 = \""
         << tls.key_sha256() << "\"\n";
    if (!node) throw failure{"cannot name the signer in the configuration of a node"};
  }
  return place;
}

joining_node make_joining_node(const fs::path& out, const std::string& region) {
  const auto node_ca = load_authority(out, "node-ca");
  const auto client_ca = load_authority(out, "client-ca");
  auto peers = addresses_in(out);
  const auto name = "node" + std::to_string(peers.size());
  make_folder(out / name);
  const auto ports = free_ports(2);
  node_material node;
  node.secret = random_bytes();
  node.key = key_of(node.secret).key();
  node.host = "127.0.0.1";
  node.peer_port = ports[0];
  node.client_port = ports[1];
  node.tags = labels_of_joining(out, region);
  node.tls = make_certificate(node_ca, "quorate " + name, {node.host, "localhost"},
                              certificate_use::node, registry::to_uris(node.tags));
  const auto genesis = genesis_in(out);
  auto c = config_of(name, node);
  c.peers = std::move(peers);
  c.peers.push_back({node.host, node.peer_port, node.tls.key_sha256()});
  write_folder(out / name, c, {node, node_ca, client_ca, genesis});
  return {out / name, node.key, node.tls.key_sha256(),
          node.host + ":" + std::to_string(node.peer_port)};
}

} // namespace

std::optional<signer_place> add_testnet_signer(const fs::path& out, std::string& error) {
  try {
    return make_signer(out);
  } catch (const failure& f) {
    error = f.what;
  } catch (const fs::filesystem_error& e) {
    error = e.what();
  }
  return std::nullopt;
}

std::optional<joining_node> join_testnet(const fs::path& out, const std::string& region,
                                         std::string& error) {
  try {
    return make_joining_node(out, region);
  } catch (const failure& f) {
    error = f.what;
  } catch (const fs::filesystem_error& e) {
    error = e.what();
  }
  return std::nullopt;
}

signing_key testnet_account_key(const std::array<std::uint8_t, 32>& seed, std::uint32_t index) {
  static const hash_tag tag{"quorate/testnet-account"};
  for (std::uint8_t attempt = 0;; ++attempt) {
    writer w;
    w.raw(seed);
    w.u32(index);
    w.u8(attempt);
    const auto secret = tag(w.view());
    if (auto key = signing_key::from_secret(secret_bytes<32>{secret.data})) return std::move(*key);
  }
}

std::optional<secret_bytes<32>> load_secret(const std::filesystem::path& file, std::string& error) {
  std::ifstream in{file};
  std::string text;
  if (!in || !(in >> text)) {
    error = file.string() + ": cannot read the key; check that the file exists and may be read";
    return std::nullopt;
  }
  auto raw = from_hex(text);
  wipe(text.data(), text.size());
  if (!raw || raw->size() != 32) {
    error = file.string() + ": has to hold 64 lower-case hex digits";
    return std::nullopt;
  }
  secret_bytes<32> secret{std::span<const std::uint8_t, 32>{raw->data(), 32}};
  wipe(raw->data(), raw->size());
  return secret;
}

} // namespace quorate::config
