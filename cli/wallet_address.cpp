#include "cli/wallet.hpp"
#include "core/wallet/address_forms.hpp"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <map>
#include <stdexcept>

namespace quorate::cli {

namespace {

using wallet::coin_type;
using wallet::purpose;

struct address_options {
  wallet_source source;
  std::string chain;
  purpose form = purpose::bip84;
  bitcoin::network network = bitcoin::network::mainnet;
  std::string prefix = "cosmos";
  std::string account_key;
  std::uint32_t account = 0;
  bool change = false;
  std::uint32_t index = 0;
  std::uint32_t count = 1;
  std::string output = "table";
};

constexpr std::uint32_t count_max = 10'000;

const std::map<std::string, purpose> forms{{"p2pkh", purpose::bip44},
                                           {"p2sh-p2wpkh", purpose::bip49},
                                           {"p2wpkh", purpose::bip84},
                                           {"p2tr", purpose::bip86}};
const std::map<std::string, bitcoin::network> networks{{"mainnet", bitcoin::network::mainnet},
                                                       {"testnet", bitcoin::network::testnet},
                                                       {"signet", bitcoin::network::signet},
                                                       {"regtest", bitcoin::network::regtest}};

// Where a chain's accounts are, and how it writes addresses.
struct chain_rules {
  purpose of;
  coin_type coin;
  wallet::address_encoder encode;
};

chain_rules rules_of(const address_options& o) {
  if (o.chain == "evm") return {purpose::bip44, coin_type::ether, wallet::evm_addresses()};
  if (o.chain == "cosmos")
    return {purpose::bip44, coin_type::atom, wallet::cosmos_addresses(o.prefix)};
  const bool main = o.network == bitcoin::network::mainnet;
  return {o.form, main ? coin_type::bitcoin : coin_type::testnet,
          wallet::bitcoin_addresses(o.form, o.network)};
}

wallet::extended_public_key account_key(const address_options& o,
                                        const wallet::derivation_path& path) {
  if (o.account_key.empty()) {
    auto key = read_master(o.source).derive(path.indices());
    if (!key) fail(path.to_string(), key.error());
    return key->to_public();
  }
  for (const auto& version : {wallet::xpub_version, wallet::tpub_version, wallet::ypub_version,
                              wallet::zpub_version, wallet::upub_version, wallet::vpub_version})
    if (auto key = wallet::extended_public_key::parse(o.account_key, version))
      return std::move(*key);
  fail("--account-key", errc::bad_extended_key);
}

int show_addresses(const address_options& o) {
  const auto rules = rules_of(o);
  const auto path = wallet::account_path(rules.of, rules.coin, o.account);
  if (!path) fail("--account " + std::to_string(o.account), path.error());
  const auto account = account_key(o, *path);
  const auto branch =
      static_cast<std::uint32_t>(o.change ? wallet::branch::change : wallet::branch::external);
  auto list = nlohmann::json::array();
  for (std::uint32_t index = o.index; index - o.index < o.count; ++index) {
    const std::array below{branch, index};
    const auto where =
        path->to_string() + "/" + std::to_string(branch) + "/" + std::to_string(index);
    const auto key = account.derive(below);
    if (!key) fail(where, key.error());
    const auto address = rules.encode(key->key());
    if (!address) fail(where, address.error());
    if (o.output == "table") std::printf("%-24s %s\n", where.c_str(), address->c_str());
    list.push_back(
        {{"path", where}, {"address", *address}, {"public_key", to_hex(key->key().compressed())}});
  }
  if (o.output == "json") std::printf("%s\n", list.dump(2).c_str());
  return ok;
}

} // namespace

void add_wallet_address(CLI::App& group, chosen& run) {
  auto* c = group.add_subcommand("address", "Show addresses of a wallet");
  auto o = std::make_shared<address_options>();
  auto form = std::make_shared<std::string>("p2wpkh");
  auto network = std::make_shared<std::string>("mainnet");
  c->add_option("--chain", o->chain, "bitcoin, evm or cosmos")
      ->required()
      ->check(CLI::IsMember({"bitcoin", "evm", "cosmos"}));
  c->add_option("--type", *form, "Bitcoin: p2pkh, p2sh-p2wpkh, p2wpkh or p2tr")
      ->check(CLI::IsMember(forms))
      ->capture_default_str();
  c->add_option("--network", *network, "Bitcoin: mainnet, testnet, signet or regtest")
      ->check(CLI::IsMember(networks))
      ->capture_default_str();
  c->add_option("--prefix", o->prefix, "Cosmos: what the chain's addresses begin with")
      ->capture_default_str();
  auto* key = c->add_option("--account-key", o->account_key,
                            "An account's extended public key (xpub, ypub, zpub …) instead of a "
                            "secret; see `quorate wallet restore`");
  add_source_options(*c, o->source);
  key->excludes(c->get_option("--secret-fd"));
  c->add_option("--account", o->account, "Number of the account, from 0")->capture_default_str();
  c->add_flag("--change", o->change, "Addresses for change, not for receiving");
  c->add_option("--index", o->index, "Number of the first address, from 0")->capture_default_str();
  c->add_option("--count", o->count, "How many addresses")
      ->check(CLI::Range(1U, count_max))
      ->capture_default_str();
  add_output_option(*c, o->output);
  c->footer(
      "Paths: m/44', 49', 84' or 86' by --type, then coin', account', branch and index; EVM and\n"
      "Cosmos m/44'/60' and m/44'/118'. Others that restore a wallet look 20 addresses past the\n"
      "last used one: do not give out more without a payment in between.");
  c->callback([&run, o, form, network] {
    o->form = forms.at(*form);
    o->network = networks.at(*network);
    run = [o] { return show_addresses(*o); };
  });
}

} // namespace quorate::cli
