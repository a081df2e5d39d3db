#include "config/testnet.hpp"

#include "cli/commands.hpp"
#include "cli/suite_option.hpp"
#include "config/testnet_signer.hpp"

#include <cstdio>

namespace quorate::cli {

namespace {

int join(const std::string& net, const std::string& region) {
  std::string error;
  const auto node = config::join_testnet(net, region, error);
  if (!node) {
    std::fprintf(stderr, "quorate testnet: %s\n", error.c_str());
    return refused;
  }
  std::printf("Wrote %s\nStart it:  quorate node --config %s/node.toml\nAdd it:    quorate member "
              "add --config %s/client/client.toml --admin-key %s/admin/administrator0.key "
              "--key %s --tls-key %s --endpoint %s\n",
              node->folder.c_str(), node->folder.c_str(), net.c_str(), net.c_str(),
              to_hex(node->key).c_str(), node->tls_key_sha256.c_str(), node->endpoint.c_str());
  return ok;
}

int add_signer(const config::testnet_signer_options& o) {
  std::string error;
  const auto made = config::add_testnet_signer(o, error);
  if (!made) {
    std::fprintf(stderr, "quorate testnet: %s\n", error.c_str());
    return refused;
  }
  const auto* folder = made->folder.c_str();
  std::printf("Wrote %s, and named it in every node's configuration\n", folder);
  if (!o.compose)
    std::printf("Make its keystore:  quorate wallet keystore --path \"m/44'/60'/0'/0/0\" --out "
                "%s/keystore\n"
                "Add to %s/signer.toml: [[keys]], what that prints, and what the key may sign; "
                "%s/policy.toml is an example\n"
                "Start it:           quorate signer --config %s/signer.toml\n",
                folder, folder, folder, folder);
  std::printf("Its audit log:      quorate audit verify --account %s --log FILE\n",
              to_hex(made->log_account).c_str());
  return ok;
}

} // namespace

void add_testnet(CLI::App& app, chosen& run) {
  auto* c = app.add_subcommand("testnet", "Make keys, certificates, genesis and a TOML a node");
  auto o = std::make_shared<config::testnet_options>();
  auto out = std::make_shared<std::string>();
  c->add_option("--nodes", o->nodes, "Nodes: 3f+1, so 4, 7, 10, …")->capture_default_str();
  auto* into = c->add_option("--out", *out, "Folder to write to; must be empty");
  auto net = std::make_shared<std::string>();
  c->add_option("--join", *net,
                "Instead: add the folder of one more node to the network in this "
                "folder, and say how it becomes a member")
      ->excludes(into);
  auto signer = std::make_shared<std::string>();
  c->add_option("--signer", *signer,
                "Instead: add the folder of a signer to the network in this folder")
      ->excludes(into);
  c->add_flag("--compose", o->compose,
              "One container a node: hosts PATTERN0, PATTERN1, …, the same ports everywhere. "
              "With --signer: a container for it, host signer");
  c->add_option("--host-pattern", o->host_pattern, "With --compose: the host names' beginning")
      ->capture_default_str();
  c->add_option("--hosts", o->hosts,
                "A machine a node: a name or address each, with commas between; the same ports "
                "everywhere")
      ->delimiter(',')
      ->excludes("--compose");
  c->add_option("--base-port", o->base_port, "On loopback: first of 2n ports; 0: free ones")
      ->capture_default_str();
  c->add_option("--accounts", o->accounts, "Funded accounts for demo and bench")
      ->capture_default_str();
  c->add_option("--regions", o->regions,
                "Region labels, given to the nodes in turn; the client is in the first. With "
                "--join: the node's")
      ->delimiter(',');
  c->add_option("--environment", o->environment, "Environment label of all nodes")
      ->capture_default_str();
  add_suite_option(c, o->identity_suite)->excludes("--join")->excludes("--signer");
  c->footer("For tests and demonstrations: all keys lie in one folder for a moment.");
  c->callback([&run, o, out, net, signer] {
    run = [o, out, net, signer] {
      if (!signer->empty()) return add_signer({*signer, o->compose});
      if (!net->empty()) return join(*net, o->regions.empty() ? "" : o->regions.front());
      if (out->empty()) {
        std::fprintf(stderr, "quorate testnet: give --out, --join or --signer\n");
        return static_cast<int>(usage);
      }
      o->out = *out;
      if (const auto error = config::generate_testnet(*o)) {
        std::fprintf(stderr, "quorate testnet: %s\n", error->c_str());
        return static_cast<int>(refused);
      }
      std::printf("Wrote %u nodes and a client to %s\nStart each with: quorate node --config "
                  "%s/nodeI/node.toml\n",
                  static_cast<unsigned>(o->nodes), out->c_str(), out->c_str());
      return static_cast<int>(ok);
    };
  });
}

} // namespace quorate::cli
