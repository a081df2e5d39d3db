#include "cli/client_setup.hpp"

#include "cli/commands.hpp"
#include "config/genesis_file.hpp"
#include "config/secret_file.hpp"
#include "config/testnet.hpp"

#include <future>
#include <stdexcept>

namespace quorate::cli {

namespace {

transport::target target_of(const config::node_address& a) {
  transport::target t{a.host, a.port, transport::key_hash{}};
  const auto raw = from_hex(a.tls_key_sha256);
  std::copy(raw->begin(), raw->end(), t.pin->begin());
  return t;
}

template <class T>
T value_or_throw(config::loaded<T> loaded) {
  if (loaded.value) return std::move(*loaded.value);
  std::string all;
  for (const auto& line : loaded.errors)
    all += (all.empty() ? "" : "\n") + line;
  throw std::runtime_error{all};
}

/// `ask` is called on a client of each node by itself, all at the same time.
template <class Ask>
auto ask_each(const client_options& options, const Ask& ask) {
  using answer = decltype(ask(std::declval<client&>()));
  std::vector<std::future<answer>> asked;
  for (const auto& node : options.nodes) {
    asked.push_back(std::async(std::launch::async, [one = options, node, &ask]() mutable {
      one.nodes = {node};
      one.follow_registry = false;
      one.answer_timeout_ms = std::min<std::uint64_t>(one.answer_timeout_ms, 1'500);
      return ask(*open_client(one));
    }));
  }
  std::vector<answer> all;
  for (auto& one : asked)
    all.push_back(one.get());
  return all;
}

} // namespace

client_setup load_client_setup(const std::string& file) {
  client_setup setup;
  setup.config = value_or_throw(config::load_client_config(file));
  const auto& c = setup.config;
  setup.options.tls = {c.tls.certificate.string(), c.tls.key.string(), c.tls.node_ca.string(), {}};
  for (const auto& node : c.nodes)
    setup.options.nodes.push_back(target_of(node));
  setup.options.genesis = load_genesis_file(c.genesis);
  setup.options.answer_timeout_ms = c.answer_timeout_ms;
  setup.options.region = c.region;
  if (!c.accounts_seed.empty()) {
    std::string error;
    const auto seed = config::load_secret(c.accounts_seed, error);
    if (!seed) throw std::runtime_error{error};
    std::copy_n(seed->data(), setup.seed.size(), setup.seed.begin());
  }
  return setup;
}

client_setup load_probe_setup(const std::string& node_file) {
  const auto c = value_or_throw(config::load_node_config(node_file));
  const auto folder = std::filesystem::path{node_file}.parent_path();
  client_setup setup;
  setup.options.tls = {
      (folder / "probe.crt").string(), (folder / "probe.key").string(), c.tls.node_ca.string(), {}};
  const auto own_key = transport::key_hash_of_file(c.tls.certificate.string());
  const auto host = c.listen_address == "0.0.0.0" ? std::string{"127.0.0.1"} : c.listen_address;
  setup.options.nodes.push_back({host, c.client_port, own_key});
  setup.options.genesis = load_genesis_file(c.genesis);
  setup.options.answer_timeout_ms = 1'500;
  return setup;
}

ledger::genesis load_genesis_file(const std::filesystem::path& file) {
  std::string error;
  auto genesis = config::load_genesis(file, error);
  if (!genesis) throw std::runtime_error{error};
  return std::move(*genesis);
}

signing_key load_identity_file(const std::filesystem::path& file,
                               std::optional<crypto_suite> of_cluster) {
  std::string error;
  auto key = config::load_identity(file, error);
  if (!key) throw std::runtime_error{error};
  if (of_cluster && key->suite() != *of_cluster)
    throw std::runtime_error{file.string() + ": " + config::other_suite(key->suite(), *of_cluster)};
  return std::move(*key);
}

std::unique_ptr<client> open_client(const client_options& options) {
  std::string error;
  auto opened = client::open(options, error);
  if (!opened) throw std::runtime_error{error};
  return opened;
}

signing_key signer_of(const client_setup& setup, std::uint32_t index) {
  const auto suite = setup.options.genesis.identity_suite;
  const auto& file = setup.config.account_key;
  if (file.empty()) return config::testnet_account_key(setup.seed, index, suite);
  return load_identity_file(file, suite);
}

std::optional<ledger::account> current_account(client& cluster, const ledger::account_id& id) {
  constexpr int asked_at_most = 3; // while a primary is replaced, or an epoch begins
  for (int i = 1;; ++i) {
    auto answer = cluster.account(id, protocol::consistency::linearizable);
    if (answer) return std::move(answer->proof.value);
    const auto why = answer.error();
    const auto text = "cannot read the account: " + std::string{name(why)} + ": " +
                      std::string{explain(why)} + (cluster.why().empty() ? "" : " ") +
                      cluster.why();
    // Every node was asked already; the next answer would be the same.
    if (protocol::another_node_may_serve(static_cast<std::uint16_t>(why))) throw refusal{why, text};
    if (i == asked_at_most) throw std::runtime_error{text};
  }
}

account_sequence next_sequence(client& cluster, const ledger::account_id& id) {
  const auto account = current_account(cluster, id);
  return account ? account->last_sequence.next() : account_sequence{1};
}

std::shared_ptr<const ledger::trusted_epochs> learn_epochs(const client_options& options) {
  const auto cluster = open_client(options);
  if (const auto status = cluster->status(); !status)
    throw std::runtime_error{"cannot ask for the changes of membership: " +
                             std::string{explain(status.error())}};
  return cluster->trusted();
}

std::vector<std::optional<protocol::node_status>> ask_all(const client_options& options) {
  return ask_each(options, [](client& node) {
    auto status = node.status();
    return status ? std::optional{*status} : std::nullopt;
  });
}

std::vector<node_page> ask_pages(const client_options& options) {
  return ask_each(options, [](client& node) {
    const auto status = node.status(); // the hello proves changes of membership on the way
    if (!status) return node_page{};   // it would not answer the next question either
    node_page page{*status, std::nullopt};
    if (const auto all = node.registrations())
      for (const auto& one : *all)
        if (one.replica == status->node) page.tags = one.tags;
    return page;
  });
}

std::vector<expected<protocol::evidence_answer>> ask_evidence(const client_options& options) {
  return ask_each(options, [](client& node) { return node.evidence(); });
}

pbft::configuration members_of(const ledger::genesis& genesis) {
  auto members = pbft::configuration::make(ledger::id_of(genesis), {1}, genesis.replicas,
                                           genesis.identity_suite);
  if (!members) throw std::runtime_error{"the genesis names no usable replicas"};
  return std::move(*members);
}

bool is_ready(const protocol::node_status& s) noexcept { return s.quorum_seen && s.voter; }

} // namespace quorate::cli
