#include "config/node_config.hpp"

#include "config/toml_reader.hpp"
#include "core/base/bytes.hpp"
#include "core/registry/registration.hpp"

#include <sstream>

namespace quorate::config {

namespace {

constexpr std::uint64_t hour_ms = 3'600'000;

void read_port(toml_table& t, const char* key, std::uint16_t& port) {
  std::uint64_t value = port;
  t.integer(key, value, 1, 65535, true);
  port = static_cast<std::uint16_t>(value);
}

void read_tls(toml_table root, tls_paths& tls, bool is_node) {
  auto t = root.table("tls", true);
  t.path("certificate", tls.certificate, true);
  t.path("key", tls.key, true);
  t.path("node_ca", tls.node_ca, true);
  if (is_node) t.path("client_ca", tls.client_ca, true);
  t.finish();
}

void read_label(toml_table& t, const char* key, std::string& value) {
  t.text(key, value);
  if (!value.empty() && !registry::is_label(value))
    t.complain(key, "`" + std::string{key} + "` has to be 1 to " +
                        std::to_string(limits::label_bytes_max) +
                        " of the characters a-z, 0-9, '-' and '.'");
}

void read_labels(toml_table root, registry::labels& l) {
  auto t = root.table("labels");
  read_label(t, "region", l.region);
  read_label(t, "environment", l.environment);
  read_label(t, "role", l.role);
  t.boolean("canary", l.canary);
  t.finish();
}

node_address read_address(toml_table& t) {
  node_address a;
  t.text("host", a.host, true);
  read_port(t, "port", a.port);
  t.text("tls_key_sha256", a.tls_key_sha256, true);
  if (const auto raw = from_hex(a.tls_key_sha256); !raw || raw->size() != 32)
    t.complain("tls_key_sha256", "`tls_key_sha256` has to be 64 lower-case hex digits: the "
                                 "SHA-256 of the certificate's public key");
  t.finish();
  return a;
}

void read_addresses(toml_table& root, const char* key, std::size_t least,
                    std::vector<node_address>& addresses) {
  for (auto& t : root.tables(key, least, limits::replicas_max))
    addresses.push_back(read_address(t));
}

void read_consensus(toml_table root, node_config& c) {
  auto t = root.table("consensus");
  t.integer("pipeline_depth", c.pipeline_depth, 1, limits::proposals_ahead_max);
  t.integer("batch_operations_max", c.batch_operations_max, 1, limits::batch_operations_max);
  t.integer("batch_bytes_max", c.batch_bytes_max, limits::operation_bytes_max + limits::KiB,
            limits::batch_bytes_max);
  t.integer("batch_min_in_flight", c.batch_min_in_flight, 1, limits::batch_operations_max);
  t.integer("request_timeout_ms", c.request_timeout_ms, 50, hour_ms);
  t.integer("view_timeout_ms", c.view_timeout_ms, 50, hour_ms);
  t.integer("status_interval_ms", c.status_interval_ms, 10, 60'000);
  t.integer("state_flush_interval", c.state_flush_interval, 1, 1'000'000);
  t.integer("snapshot_interval", c.snapshot_interval, 0, 1'000'000'000);
  t.integer("snapshot_lag", c.snapshot_lag, limits::checkpoint_interval, 1'000'000'000);
  if (c.snapshot_interval % c.state_flush_interval != 0 ||
      c.snapshot_interval % limits::checkpoint_interval != 0)
    t.complain("snapshot_interval",
               "`snapshot_interval` has to be 0 (off) or a multiple of `state_flush_interval` and "
               "of the checkpoint interval, " +
                   std::to_string(limits::checkpoint_interval));
  t.finish();
}

void read_heartbeat(toml_table root, node_config& c) {
  auto t = root.table("heartbeat");
  t.integer("interval_ms", c.heartbeat_ms, 20, 10'000);
  t.integer("suspect_after_ms", c.suspect_after_ms, 40, 60'000);
  t.text("failure_detector", c.failure_detector);
  t.integer("lease_ms", c.lease_ms, lease::lease_ms_min, lease::lease_ms_max);
  t.integer("disk_stall_ms", c.disk_stall_ms, 100, 60'000);
  if (c.failure_detector != "fixed" && c.failure_detector != "phi")
    t.complain("failure_detector", "`failure_detector` has to be \"fixed\" or \"phi\"");
  if (c.suspect_after_ms < 2 * c.heartbeat_ms)
    t.complain("suspect_after_ms",
               "`suspect_after_ms` has to be at least twice `interval_ms`, or one "
               "late heartbeat is a suspicion");
  if (lease::quorum_window_ms(c.lease_ms) < 2 * c.heartbeat_ms)
    t.complain("lease_ms",
               "`lease_ms` has to be at least 2.2 times `interval_ms`, or one late heartbeat "
               "makes the node read-only");
  t.finish();
}

template <class T, class Read>
loaded<T> load(const std::filesystem::path& file, Read read) {
  toml_document document{file};
  if (!document.errors().empty()) return {std::nullopt, document.errors()};
  T value;
  auto root = document.root();
  read(root, value);
  root.finish();
  if (!document.errors().empty()) return {std::nullopt, document.errors()};
  return {std::move(value), {}};
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out + "\"";
}

void write_tls(std::ostream& out, const tls_paths& tls) {
  out << "\n[tls]\ncertificate = " << quoted(tls.certificate.string())
      << "\nkey = " << quoted(tls.key.string()) << "\nnode_ca = " << quoted(tls.node_ca.string())
      << "\n";
  if (!tls.client_ca.empty()) out << "client_ca = " << quoted(tls.client_ca.string()) << "\n";
}

void write_labels(std::ostream& out, const registry::labels& l) {
  if (l == registry::labels{}) return;
  out << "\n[labels]\n";
  const auto text = [&out](const char* key, const std::string& value) {
    if (!value.empty()) out << key << " = " << quoted(value) << "\n";
  };
  text("region", l.region);
  text("environment", l.environment);
  text("role", l.role);
  if (l.canary) out << "canary = true\n";
}

void write_addresses(std::ostream& out, const char* key, const std::vector<node_address>& all) {
  for (const auto& a : all)
    out << "\n[[" << key << "]]\nhost = " << quoted(a.host) << "\nport = " << a.port
        << "\ntls_key_sha256 = " << quoted(a.tls_key_sha256) << "\n";
}

} // namespace

loaded<node_config> load_node_config(const std::filesystem::path& file) {
  return load<node_config>(file, [](toml_table& root, node_config& c) {
    root.text("name", c.name);
    root.path("genesis", c.genesis, true);
    root.path("node_key", c.node_key, true);
    root.path("node_key_next", c.node_key_next);
    root.path("data_directory", c.data_directory, true);
    auto listen = root.table("listen", true);
    listen.text("address", c.listen_address);
    read_port(listen, "peer_port", c.peer_port);
    read_port(listen, "client_port", c.client_port);
    if (c.peer_port != 0 && c.peer_port == c.client_port)
      listen.complain("client_port", "peers and clients need different ports");
    listen.text("client_host", c.client_host);
    if (!c.client_host.empty() && !registry::is_host(c.client_host))
      listen.complain("client_host", "`client_host` has to be a host name or an address");
    listen.finish();
    read_tls(root, c.tls, true);
    read_labels(root, c.labels);
    read_addresses(root, "peers", 4, c.peers);
    if (auto signers = root.tables("signer", 0, 1); !signers.empty())
      c.signer = read_address(signers.front());
    read_consensus(root, c);
    read_heartbeat(root, c);
    read_metrics(root, c.metrics);
    auto mempool = root.table("mempool");
    mempool.integer("operations_max", c.mempool_operations_max, 100, 10'000'000);
    mempool.integer("bytes_max", c.mempool_bytes_max, limits::MiB, 64ULL * 1024 * limits::MiB);
    mempool.integer("verify_workers", c.verify_workers, 1, 256);
    mempool.finish();
    auto storage = root.table("storage");
    storage.integer("map_size_mib", c.map_size_mib, 1, 1024 * 1024);
    storage.finish();
    auto log = root.table("log");
    log.choice("level", c.log_level, {"debug", "info", "warn", "error"});
    log.boolean("json", c.log_json);
    log.finish();
  });
}

loaded<client_config> load_client_config(const std::filesystem::path& file) {
  return load<client_config>(file, [](toml_table& root, client_config& c) {
    root.path("genesis", c.genesis, true);
    root.path("accounts_seed", c.accounts_seed);
    root.path("account_key", c.account_key);
    root.integer("answer_timeout_ms", c.answer_timeout_ms, 100, 600'000);
    read_label(root, "region", c.region);
    read_tls(root, c.tls, false);
    read_addresses(root, "nodes", 1, c.nodes);
  });
}

std::string to_toml(const node_config& c) {
  std::ostringstream out;
  out << "# One node. Paths are taken from this file's folder.\nname = " << quoted(c.name)
      << "\ngenesis = " << quoted(c.genesis.string())
      << "\nnode_key = " << quoted(c.node_key.string())
      << (c.node_key_next.empty() ? "" : "\nnode_key_next = " + quoted(c.node_key_next.string()))
      << "\ndata_directory = " << quoted(c.data_directory.string())
      << "\n\n[listen]\naddress = " << quoted(c.listen_address) << "\npeer_port = " << c.peer_port
      << "\nclient_port = " << c.client_port << "\n"
      << (c.client_host.empty() ? "" : "client_host = " + quoted(c.client_host) + "\n");
  write_tls(out, c.tls);
  write_labels(out, c.labels);
  out << "\n[consensus]\npipeline_depth = " << c.pipeline_depth
      << "\nbatch_operations_max = " << c.batch_operations_max
      << "\nbatch_bytes_max = " << c.batch_bytes_max
      << "\nbatch_min_in_flight = " << c.batch_min_in_flight
      << "\nrequest_timeout_ms = " << c.request_timeout_ms
      << "\nview_timeout_ms = " << c.view_timeout_ms
      << "\nstatus_interval_ms = " << c.status_interval_ms
      << "\nstate_flush_interval = " << c.state_flush_interval
      << "\nsnapshot_interval = " << c.snapshot_interval << "\nsnapshot_lag = " << c.snapshot_lag
      << "\n\n[heartbeat]\ninterval_ms = " << c.heartbeat_ms
      << "\nsuspect_after_ms = " << c.suspect_after_ms
      << "\nfailure_detector = " << quoted(c.failure_detector) << "\nlease_ms = " << c.lease_ms
      << "\ndisk_stall_ms = " << c.disk_stall_ms
      << "\n\n[mempool]\noperations_max = " << c.mempool_operations_max
      << "\nbytes_max = " << c.mempool_bytes_max << "\nverify_workers = " << c.verify_workers
      << "\n\n[storage]\nmap_size_mib = " << c.map_size_mib
      << "\n\n[log]\nlevel = " << quoted(c.log_level)
      << "\njson = " << (c.log_json ? "true" : "false") << "\n";
  if (c.metrics)
    out << "\n[metrics]\nlisten = " << quoted(to_string(*c.metrics))
        << (c.metrics->allow_remote ? "\nallow_remote = true" : "") << "\n";
  write_addresses(out, "peers", c.peers);
  if (c.signer) write_addresses(out, "signer", {*c.signer});
  return out.str();
}

std::string to_toml(const client_config& c) {
  std::ostringstream out;
  out << "# One client. Paths are taken from this file's folder.\ngenesis = "
      << quoted(c.genesis.string()) << "\n";
  if (!c.accounts_seed.empty())
    out << "accounts_seed = " << quoted(c.accounts_seed.string()) << "\n";
  if (!c.account_key.empty()) out << "account_key = " << quoted(c.account_key.string()) << "\n";
  out << "answer_timeout_ms = " << c.answer_timeout_ms << "\n";
  if (!c.region.empty()) out << "region = " << quoted(c.region) << "\n";
  write_tls(out, c.tls);
  write_addresses(out, "nodes", c.nodes);
  return out.str();
}

} // namespace quorate::config
