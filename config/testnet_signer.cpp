#include "config/testnet_signer.hpp"

#include "config/testnet.hpp"
#include "config/testnet_files.hpp"

#include <fstream>

namespace quorate::config {

namespace {

namespace fs = std::filesystem;
using namespace testnet_files;

/// Where the signer is reached, and where it keeps what it has.
struct arrangement {
  std::string host;
  std::string listen_address;
  std::uint16_t port = 0;
  std::string data_directory;
  std::string keystore;
};

arrangement arrange(bool compose) {
  if (compose)
    return {compose_signer_host, "0.0.0.0", compose_signer_port, "/var/lib/quorate",
            "/var/lib/keystore/keystore"};
  return {"127.0.0.1", "127.0.0.1", free_ports(1).front(), "data", "keystore"};
}

std::vector<made_node> nodes_without_signer(const fs::path& out) {
  auto nodes = nodes_in(out);
  if (nodes.empty())
    throw failure{"there is no node in " + out.string() + ": make a network first, with --out"};
  for (const auto& node : nodes)
    if (node.config.signer) throw failure{node.file.string() + " names a signer already"};
  return nodes;
}

public_key first_account(const fs::path& out) {
  std::string error;
  const auto seed = load_secret(out / "client" / "accounts.seed", error);
  if (!seed) throw failure{error};
  std::array<std::uint8_t, 32> raw{};
  std::ranges::copy(seed->view(), raw.begin());
  return testnet_account_key(raw, 0, suite_in(out)).key();
}

std::string sample_policy(const public_key& orderer) {
  return "# What a key may sign, as an example: payments of ether to one address, on Sepolia (a\n"
         "# test network). At most 0.01 ETH each and 0.05 ETH in 24 hours, fees included.\n"
         "chain = \"evm\"\nchain_id = 11155111\n"
         "orderers = [\"" +
         to_hex(orderer) +
         "\"] # the first account of the test network\n"
         "destinations = [\"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed\"] # an example of EIP-55\n"
         "\n[[keys.assets]]\nasset = 2\nunit = \"wei\"\noperation_max = \"10000000000000000\"\n"
         "window_max = \"50000000000000000\"\nwindow_s = 86400\n"
         "fee_max = \"1000000000000000\"\n";
}

std::string signer_toml(const arrangement& a, const std::vector<made_node>& askers) {
  std::string toml = "# A signer. Paths are taken from this file's folder.\nname = \"signer\"\n"
                     "genesis = \"genesis.json\"\ndata_directory = \"" +
                     a.data_directory + "\"\nkeystore = \"" + a.keystore +
                     "\"\nlog_key = \"log.key\"\naskers = [\n";
  for (const auto& node : askers)
    toml += "  \"" + node.address.tls_key_sha256 + "\",\n";
  return toml + "]\n\n[listen]\naddress = \"" + a.listen_address +
         "\"\nport = " + std::to_string(a.port) +
         "\n\n[tls]\ncertificate = \"tls.crt\"\nkey = \"tls.key\"\nnode_ca = \"node-ca.crt\"\n";
}

void name_in(const made_node& node, const arrangement& a, const std::string& tls_key_sha256) {
  std::ofstream toml{node.file, std::ios::app};
  toml << "\n[[signer]]\nhost = \"" << a.host << "\"\nport = " << a.port << "\ntls_key_sha256 = \""
       << tls_key_sha256 << "\"\n";
  toml.close();
  if (!toml) throw failure{"cannot name the signer in " + node.file.string()};
}

signer_place make_signer(const testnet_signer_options& o) {
  const auto nodes = nodes_without_signer(o.out);
  const auto node_ca = load_authority(o.out, "node-ca");
  const auto a = arrange(o.compose);
  signer_place place{o.out / "signer", {}};
  make_folder(place.folder);
  const auto tls = make_certificate(node_ca, "quorate signer", {a.host, "127.0.0.1", "localhost"},
                                    certificate_use::node);
  write_file(place.folder / "tls.crt", tls.certificate_pem());
  write_file(place.folder / "tls.key", tls.key_pem(), 0600);
  write_file(place.folder / "node-ca.crt", node_ca.certificate_pem());
  write_file(place.folder / "genesis.json", genesis_in(o.out));
  const auto suite = suite_in(o.out);
  const auto log_secret = random_bytes();
  place.log_account = key_of(log_secret, suite).key();
  write_file(place.folder / "log.key", identity_text(suite, log_secret), 0600);
  write_file(place.folder / "policy.toml", sample_policy(first_account(o.out)));
  for (const auto& node : nodes)
    name_in(node, a, tls.key_sha256());
  write_file(place.folder / "signer.toml", signer_toml(a, nodes));
  return place;
}

} // namespace

std::optional<signer_place> add_testnet_signer(const testnet_signer_options& options,
                                               std::string& error) {
  try {
    return make_signer(options);
  } catch (const failure& f) {
    error = f.what;
  } catch (const fs::filesystem_error& e) {
    error = e.what();
  }
  return std::nullopt;
}

} // namespace quorate::config
