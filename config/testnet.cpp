#include "config/testnet.hpp"

#include "config/genesis_file.hpp"
#include "config/testnet_files.hpp"
#include "core/codec/writer.hpp"
#include "core/crypto/hash.hpp"
#include "core/pbft/configuration.hpp"

#include <algorithm>
#include <fstream>
#include <set>

namespace quorate::config {

namespace {

namespace fs = std::filesystem;
using namespace testnet_files;

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

/// Where node `i` is reached; loopback where all share this machine.
std::string host_of(const testnet_options& o, std::size_t i) {
  if (o.compose) return o.host_pattern + std::to_string(i);
  return o.hosts.empty() ? "127.0.0.1" : o.hosts[i];
}

std::vector<node_material> make_nodes(const testnet_options& o, const certified_key& node_ca) {
  std::vector<node_material> nodes(o.nodes);
  for (auto& node : nodes) {
    node.secret = random_bytes();
    node.key = key_of(node.secret, o.identity_suite).key();
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
  g.identity_suite = o.identity_suite;
  for (const auto& node : nodes)
    g.replicas.push_back(node.key);
  g.assets = {{{1}, "BTC", 8}, {{2}, "ETH", 18}, {{3}, "ATOM", 6}};
  for (std::uint32_t i = 0; i < o.accounts; ++i) {
    const auto account = testnet_account_key(seed, i, o.identity_suite).key();
    for (const auto& asset : g.assets)
      g.balances.push_back({account, asset.id, amount{o.units}});
  }
  std::sort(g.balances.begin(), g.balances.end(), [](const auto& a, const auto& b) {
    return std::tie(a.account, a.asset) < std::tie(b.account, b.asset);
  });
  g.attesters = {1, {key_of(random_bytes(), o.identity_suite).key()}};
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
  crypto_suite suite;
};

void write_folder(const fs::path& folder, const node_config& c, const folder_material& m) {
  write_file(folder / "node.key", identity_text(m.suite, m.node.secret), 0600);
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
  write_folder(o.out / c.name, c, {nodes[i], node_ca, client_ca, genesis, o.identity_suite});
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
    const auto g = make_genesis(o, nodes, seed, key_of(administrator, o.identity_suite).key());
    QUORATE_CHECK(ledger::validate(g));
    const auto genesis = to_json(g);
    write_file(o.out / "ca" / "node-ca.crt", node_ca.certificate_pem());
    write_file(o.out / "ca" / "node-ca.key", node_ca.key_pem(), 0600);
    write_file(o.out / "ca" / "client-ca.crt", client_ca.certificate_pem());
    write_file(o.out / "ca" / "client-ca.key", client_ca.key_pem(), 0600);
    write_file(o.out / "admin" / "administrator0.key",
               identity_text(o.identity_suite, administrator), 0600);
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

// In the environment of the network that it joins.
registry::labels labels_of_joining(const fs::path& out, const std::string& region) {
  const auto first = load_node_config(out / "node0" / "node.toml");
  if (!first.value) throw failure{first.errors.front()};
  return labels_of(region, first.value->labels.environment);
}

joining_node make_joining_node(const fs::path& out, const std::string& region) {
  const auto node_ca = load_authority(out, "node-ca");
  const auto client_ca = load_authority(out, "client-ca");
  std::vector<node_address> peers;
  for (auto& node : nodes_in(out))
    peers.push_back(std::move(node.address));
  const auto name = "node" + std::to_string(peers.size());
  make_folder(out / name);
  const auto ports = free_ports(2);
  node_material node;
  const auto suite = suite_in(out);
  node.secret = random_bytes();
  node.key = key_of(node.secret, suite).key();
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
  write_folder(out / name, c, {node, node_ca, client_ca, genesis, suite});
  return {out / name, node.key, node.tls.key_sha256(),
          node.host + ":" + std::to_string(node.peer_port)};
}

} // namespace

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

signing_key testnet_account_key(const std::array<std::uint8_t, 32>& seed, std::uint32_t index,
                                crypto_suite suite) {
  static const hash_tag tag{"quorate/testnet-account"};
  for (std::uint8_t attempt = 0;; ++attempt) {
    writer w;
    w.raw(seed);
    w.u32(index);
    w.u8(attempt);
    const auto secret = tag(w.view());
    if (auto key = signing_key::from_secret(secret_bytes<32>{secret.data}, suite))
      return std::move(*key);
  }
}

} // namespace quorate::config
