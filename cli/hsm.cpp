// Keys in a hardware security module: made there, listed, and shown with their addresses.
#include "actors/hsm/token_key.hpp"
#include "cli/wallet.hpp"
#include "core/wallet/address_forms.hpp"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <map>

namespace quorate::cli {

namespace {

using hsm::key_kind;
using nlohmann::json;

constexpr std::size_t random_id_bytes = 16;

const std::map<std::string, key_kind> kinds{{"secp256k1", key_kind::secp256k1},
                                            {"ed25519", key_kind::ed25519}};
const std::map<std::string, bitcoin::network> networks{{"mainnet", bitcoin::network::mainnet},
                                                       {"testnet", bitcoin::network::testnet},
                                                       {"signet", bitcoin::network::signet},
                                                       {"regtest", bitcoin::network::regtest}};

struct hsm_options {
  std::string module;
  std::string token;
  secret_source pin{-1, "--pin-fd"};
  std::string id;
  std::string label;
  std::string kind = "secp256k1";
  std::string network = "mainnet";
  std::string prefix = "cosmos";
  std::string output = "table";
};

// 3 when the token or the key is not to be had this way, 1 when nobody could be asked.
int give_up(const std::string& what, errc why) {
  std::fprintf(stderr, "quorate hsm: %s: %s\n", what.c_str(), std::string{explain(why)}.c_str());
  const bool was_asked = why != errc::hsm_no_module && why != errc::hsm_not_pkcs11 &&
                         why != errc::hsm_no_token && why != errc::hsm_failed && why != errc::busy;
  return was_asked ? refused : could_not_ask;
}

std::string labels_of(hsm::module& in) {
  std::string labels;
  if (const auto all = in.tokens())
    for (const auto& each : *all)
      labels += (labels.empty() ? "" : ", ") + ("\"" + each.label + "\"");
  return labels.empty() ? "none" : labels;
}

expected<std::shared_ptr<hsm::session_pool>> open_token(const hsm_options& o) {
  QUORATE_ASSIGN(const auto loaded, hsm::module::load(o.module));
  const auto found = loaded->find_token(o.token);
  if (!found) {
    std::fprintf(stderr, "quorate hsm: the module's tokens: %s\n", labels_of(*loaded).c_str());
    return found.error();
  }
  hsm::pool_options options;
  options.token_label = o.token;
  options.sessions_max = 1;
  return hsm::session_pool::open(loaded, options, read_secret(o.pin, "PIN of the token"));
}

std::string kind_of(const hsm::key_description& key) {
  return key.kind() == key_kind::secp256k1 ? "secp256k1" : "ed25519";
}

std::string public_key_of(const hsm::key_description& key) {
  const auto* const ec = std::get_if<ec_public_key>(&key.public_key);
  return ec != nullptr ? to_hex(ec->compressed())
                       : to_hex(std::get<ed25519_public_key>(key.public_key));
}

json to_json(const hsm::key_description& key) {
  return {{"id", to_hex(key.id)},
          {"kind", kind_of(key)},
          {"label", key.label},
          {"public_key", public_key_of(key)}};
}

// Those that the token's key can spend from by an ECDSA signature of its own.
std::map<std::string, std::string> addresses_of(const hsm_options& o, const ec_public_key& key) {
  std::map<std::string, std::string> all;
  const auto add = [&](const char* chain, const wallet::address_encoder& encode) {
    const auto address = encode(key);
    if (!address) fail(chain, address.error());
    all[chain] = *address;
  };
  add("bitcoin", wallet::bitcoin_addresses(wallet::purpose::bip84, networks.at(o.network)));
  add("evm", wallet::evm_addresses());
  add("cosmos", wallet::cosmos_addresses(o.prefix));
  return all;
}

void print_key(const hsm_options& o, const hsm::key_description& key) {
  std::map<std::string, std::string> addresses;
  if (const auto* const ec = std::get_if<ec_public_key>(&key.public_key))
    addresses = addresses_of(o, *ec);
  if (o.output == "json") {
    auto shown = to_json(key);
    if (!addresses.empty()) shown["addresses"] = addresses;
    std::printf("%s\n", shown.dump(2).c_str());
    return;
  }
  std::printf("%-12s %s\n%-12s %s\n%-12s %s\n%-12s %s\n", "id", to_hex(key.id).c_str(), "kind",
              kind_of(key).c_str(), "label", key.label.c_str(), "public key",
              public_key_of(key).c_str());
  for (const auto& [chain, address] : addresses)
    std::printf("%-12s %s\n", chain.c_str(), address.c_str());
}

int list(const hsm_options& o) {
  const auto pool = open_token(o);
  if (!pool) return give_up(o.token, pool.error());
  const auto all = hsm::token_key::list(*pool);
  if (!all) return give_up(o.token, all.error());
  auto lines = json::array();
  if (o.output == "table")
    std::printf("%-34s %-10s %-66s %s\n", "id", "kind", "public key", "label");
  for (const auto& key : *all) {
    lines.push_back(to_json(key));
    if (o.output == "table")
      std::printf("%-34s %-10s %-66s %s\n", to_hex(key.id).c_str(), kind_of(key).c_str(),
                  public_key_of(key).c_str(), key.label.c_str());
  }
  if (o.output == "json") std::printf("%s\n", lines.dump(2).c_str());
  return ok;
}

int create(const hsm_options& o) {
  const auto id = o.id.empty() ? to_hex(entropy{random_id_bytes}.view()) : o.id;
  const auto id_bytes = from_hex(id);
  if (!id_bytes) return give_up("--id", id_bytes.error());
  const auto pool = open_token(o);
  if (!pool) return give_up(o.token, pool.error());
  const auto key = hsm::token_key::create(*pool, kinds.at(o.kind), *id_bytes, o.label);
  if (!key) return give_up("key " + id, key.error());
  print_key(o, key->description());
  return ok;
}

int show(const hsm_options& o) {
  const auto id_bytes = from_hex(o.id);
  if (!id_bytes) return give_up("--id", id_bytes.error());
  const auto pool = open_token(o);
  if (!pool) return give_up(o.token, pool.error());
  const auto key = hsm::token_key::find(*pool, *id_bytes);
  if (!key) return give_up("key " + o.id, key.error());
  print_key(o, key->description());
  return ok;
}

CLI::App* add_command(CLI::App& group, const std::string& name, const std::string& text,
                      const std::shared_ptr<hsm_options>& o) {
  auto* c = group.add_subcommand(name, text);
  c->add_option("--module", o->module,
                "The PKCS#11 library that came with the token: a path with a directory")
      ->required();
  c->add_option("--token", o->token, "The token's label")->required();
  c->add_option("--pin-fd", o->pin.descriptor,
                "Read the user's PIN from this file descriptor (default: ask on the terminal)");
  add_output_option(*c, o->output);
  return c;
}

void add_address_options(CLI::App& c, hsm_options& o) {
  c.add_option("--network", o.network, "Bitcoin: mainnet, testnet, signet or regtest")
      ->check(CLI::IsMember(networks))
      ->capture_default_str();
  c.add_option("--prefix", o.prefix, "Cosmos: what the chain's addresses begin with")
      ->capture_default_str();
}

} // namespace

void add_hsm(CLI::App& app, chosen& run) {
  auto* group = app.add_subcommand("hsm", "Keys in a hardware security module, over PKCS#11");
  group->require_subcommand(1);
  group->footer(
      "Keys are made in the token and never leave it. With SoftHSM, which is software, to try it:\n"
      "  softhsm2-util --init-token --free --label hot     asks for two PINs; the user's counts\n"
      "  quorate hsm create --module /usr/lib/softhsm/libsofthsm2.so --token hot --label fees\n"
      "  quorate hsm list --module /usr/lib/softhsm/libsofthsm2.so --token hot --pin-fd 3 3<pin\n"
      "The PIN is asked for on the terminal, without echo, or read from a descriptor; it is never\n"
      "an argument. It is said to the token once: a wrong one is not repeated, and none is said "
      "to\n"
      "a token that the next wrong one would lock.\n"
      "Exit codes: 0 done, 1 no module, token or answer, 2 usage, 3 refused: PIN, id or key.");
  auto o = std::make_shared<hsm_options>();

  auto* l = add_command(*group, "list", "The keys in a token that can be used here", o);
  l->footer("Shows private keys on secp256k1 and Ed25519 that are sensitive, cannot be extracted\n"
            "and have a sound public key beside them. Others in the token are passed over.");
  l->callback([&run, o] { run = [o] { return list(*o); }; });

  auto* c = add_command(*group, "create", "Make a key pair in the token", o);
  c->add_option("--kind", o->kind, "secp256k1 (Bitcoin, EVM chains, Cosmos) or ed25519")
      ->check(CLI::IsMember(kinds))
      ->capture_default_str();
  c->add_option("--id", o->id, "CKA_ID: 1 to 64 bytes in hexadecimal (default: 16 random ones)");
  c->add_option("--label", o->label, "CKA_LABEL, for people: up to 64 characters of ASCII");
  add_address_options(*c, *o);
  c->footer(
      "The key signs once, and the signature is checked, before its addresses are shown.\n"
      "There is no copy of it: back the token up by its maker's means before it holds coins.");
  c->callback([&run, o] { run = [o] { return create(*o); }; });

  auto* s = add_command(*group, "show", "One key, with its addresses", o);
  s->add_option("--id", o->id, "CKA_ID in hexadecimal; see `quorate hsm list`")->required();
  add_address_options(*s, *o);
  s->footer("Bitcoin's address is P2WPKH: tokens make no Schnorr signatures, so none for taproot.");
  s->callback([&run, o] { run = [o] { return show(*o); }; });
}

} // namespace quorate::cli
