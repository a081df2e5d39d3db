#include "config/signer_config.hpp"

#include "config/toml_reader.hpp"
#include "core/signer/record.hpp"

#include <algorithm>

namespace quorate::config {

namespace {

using signer::key_policy;

template <class T>
T read_hex(toml_table& t, const char* key, const char* what) {
  std::string text;
  t.text(key, text, true);
  const auto value = fixed_from_hex<T>(text);
  if (!value && !text.empty())
    t.complain(key, "`" + std::string{key} + "` has to be " + std::to_string(2 * T::size) +
                        " lower-case hex digits: " + what);
  return value ? *value : T{};
}

template <class T>
std::vector<T> read_hex_list(toml_table& t, const char* key, std::size_t most) {
  std::vector<std::string> texts;
  t.texts(key, texts, most);
  std::vector<T> values;
  for (const auto& text : texts) {
    if (const auto value = fixed_from_hex<T>(text))
      values.push_back(*value);
    else
      t.complain(key, "`" + std::string{key} + "`: \"" + text + "\" is not " +
                          std::to_string(2 * T::size) + " lower-case hex digits");
  }
  std::ranges::sort(values);
  return values;
}

amount read_amount(toml_table& t, const char* key) {
  std::string text;
  t.text(key, text, true);
  const auto value = parse_amount(text);
  if (!value && !text.empty())
    t.complain(key, "`" + std::string{key} +
                        "` has to be a whole number of units, as a string of "
                        "decimal digits");
  return value ? *value : amount{};
}

signer::network read_network(toml_table& t, bool is_in_token) {
  std::string chain = "bitcoin";
  t.choice("chain", chain, {"bitcoin", "evm", "cosmos"});
  if (chain == "evm") {
    signer::evm_network made;
    t.integer("chain_id", made.chain_id, 1, std::uint64_t{1} << 62, true);
    return made;
  }
  if (chain == "cosmos") {
    signer::cosmos_network made;
    t.text("chain_id", made.chain_id, true);
    t.text("prefix", made.prefix, true);
    return made;
  }
  std::string name = "mainnet";
  t.choice("network", name, {"mainnet", "testnet", "signet", "regtest"});
  bool taproot = !is_in_token;
  t.boolean("taproot", taproot);
  if (taproot && is_in_token)
    t.complain("taproot", "`taproot`: a key in a token cannot sign for taproot: BIP-341 tweaks the "
                          "key, and a token lets nobody do that. Keep this key in the keystore, "
                          "or leave `taproot` out and have it paid to by other scripts");
  for (const auto net : {bitcoin::network::mainnet, bitcoin::network::testnet,
                         bitcoin::network::signet, bitcoin::network::regtest})
    if (bitcoin::name(net) == name) return signer::bitcoin_network{net, taproot};
  return signer::bitcoin_network{};
}

// The unit in which fees are paid, unless the configuration says another: Cosmos chains alone have
// a choice.
std::string native_unit(const signer::network& where, const std::string& unit) {
  if (std::holds_alternative<signer::bitcoin_network>(where)) return "sat";
  if (std::holds_alternative<signer::evm_network>(where)) return "wei";
  return unit;
}

std::uint64_t read_window(toml_table& t) {
  std::uint64_t seconds = 0;
  t.integer("window_s", seconds, 1, signer::window_ms_max / 1000, true);
  return seconds * 1000;
}

void check_unit(toml_table& t, const char* key, const std::string& unit, bool known) {
  if (known || unit.empty()) return;
  t.complain(key, "`" + std::string{key} + "`: \"" + unit +
                      "\" is no unit of this key's chain: give \"sat\" for bitcoin, \"wei\" or a "
                      "token's address with its checksum for evm, a denomination for cosmos");
}

void read_assets(toml_table& t, key_policy& policy) {
  for (auto& a : t.tables("assets", 1, signer::asset_limits_max)) {
    signer::asset_limit limit;
    std::uint64_t asset = 0;
    a.integer("asset", asset, 0, 0xffff'ffff, true);
    limit.asset = {static_cast<std::uint32_t>(asset)};
    a.text("unit", limit.unit, true);
    limit.fee_unit = native_unit(policy.where, limit.unit);
    a.text("fee_unit", limit.fee_unit);
    check_unit(a, "unit", limit.unit, signer::is_unit(policy.where, limit.unit));
    check_unit(a, "fee_unit", limit.fee_unit, signer::is_fee_unit(policy.where, limit.fee_unit));
    limit.operation_max = read_amount(a, "operation_max");
    limit.window_max = read_amount(a, "window_max");
    limit.window_ms = read_window(a);
    limit.fee_max = read_amount(a, "fee_max");
    a.finish();
    policy.assets.push_back(std::move(limit));
  }
  std::ranges::sort(policy.assets, {}, &signer::asset_limit::asset);
}

void read_fees(toml_table& t, key_policy& policy) {
  for (auto& f : t.tables("fees", 0, signer::asset_limits_max)) {
    signer::fee_limit limit;
    f.text("unit", limit.unit, true);
    check_unit(f, "unit", limit.unit, signer::is_fee_unit(policy.where, limit.unit));
    limit.window_max = read_amount(f, "window_max");
    limit.window_ms = read_window(f);
    f.finish();
    policy.fees.push_back(std::move(limit));
  }
  std::ranges::sort(policy.fees, {}, &signer::fee_limit::unit);
  for (const auto& one : policy.assets) {
    const auto has = [&](const auto& limit) { return limit.unit == one.fee_unit; };
    if (!std::ranges::any_of(policy.assets, has) && !std::ranges::any_of(policy.fees, has))
      t.complain("assets", "fees are paid in \"" + one.fee_unit +
                               "\", and nothing limits how much of it in a window of time: add "
                               "[[keys.fees]] with `unit`, `window_max` and `window_s`");
  }
}

/// "HH:MM"
std::optional<std::uint16_t> parse_minute(std::string_view text) {
  const auto digit = [&](std::size_t i) { return static_cast<unsigned>(text[i] - '0'); };
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  for (const std::size_t i : {0U, 1U, 3U, 4U})
    if (digit(i) > 9) return std::nullopt;
  const auto hours = digit(0) * 10 + digit(1);
  const auto minutes = digit(3) * 10 + digit(4);
  if (hours > 23 || minutes > 59) return std::nullopt;
  return static_cast<std::uint16_t>(hours * 60 + minutes);
}

void read_quiet(toml_table& t, key_policy& policy) {
  std::vector<std::string> texts;
  t.texts("quiet_hours", texts, signer::quiet_hours_max);
  for (const auto& text : texts) {
    const auto dash = text.find('-');
    const auto from = parse_minute(std::string_view{text}.substr(0, dash));
    const auto to = dash == std::string::npos
                        ? std::nullopt
                        : parse_minute(std::string_view{text}.substr(dash + 1));
    if (from && to && *from != *to)
      policy.quiet.push_back({*from, *to});
    else
      t.complain("quiet_hours",
                 "`quiet_hours`: \"" + text + "\" is not of the form \"22:00-06:00\" (UTC)");
  }
}

// Written in another way, an address would be compared and never match.
void check_destinations(toml_table& t, const key_policy& policy) {
  for (const auto& text : policy.destinations)
    if (const auto fits = signer::check_destination(policy.where, text); !fits)
      t.complain("destinations",
                 "`destinations`: \"" + text + "\": " + std::string{explain(fits.error())});
}

/// Where the key is: `id` in the keystore, or `token_id` in the token.
void read_place(toml_table& t, signer_key& key) {
  std::string text;
  t.text("token_id", text);
  if (text.empty()) {
    key.id = read_hex<wallet::key_id>(t, "id", "the key's id in the keystore");
    return;
  }
  std::string other;
  t.text("id", other);
  if (!other.empty())
    t.complain("id", "`id` names a key in the keystore and `token_id` one in the token: give one "
                     "of them");
  if (const auto raw = from_hex(text); raw && raw->size() <= token_id_bytes_max)
    key.token_id = *raw;
  else
    t.complain("token_id", "`token_id` has to be 1 to " + std::to_string(token_id_bytes_max) +
                               " bytes in lower-case hexadecimal; see `quorate hsm list`");
}

void read_key(toml_table& t, signer_key& key) {
  read_place(t, key);
  t.boolean("standby", key.standby);
  key.public_key = read_hex<compressed_key>(t, "public_key", "the compressed public key");
  auto& policy = key.policy;
  policy.where = read_network(t, key.is_in_token());
  policy.orderers = read_hex_list<ledger::account_id>(t, "orderers", signer::orderers_max);
  t.texts("destinations", policy.destinations, signer::destinations_max);
  std::ranges::sort(policy.destinations);
  policy.approvers = read_hex_list<public_key>(t, "approvers", limits::approvals_max);
  std::uint64_t needed = 0;
  t.integer("approvals_needed", needed, 0, limits::approvals_max);
  policy.approvals_needed = static_cast<std::size_t>(needed);
  read_quiet(t, policy);
  std::uint64_t order_age_s = policy.order_age_max_ms / 1000;
  t.integer("order_age_max_s", order_age_s, 0, signer::order_age_ms_max / 1000);
  policy.order_age_max_ms = order_age_s * 1000;
  read_assets(t, policy);
  read_fees(t, policy);
  check_destinations(t, policy);
  if (!ec_public_key::parse(key.public_key))
    t.complain("public_key", "`public_key` is no point on secp256k1");
  if (const auto valid = policy.validate(); !valid)
    t.complain("id", "the policy of this key: " + std::string{explain(valid.error())});
  t.finish();
}

void read_askers(toml_table& root, signer_config& c) {
  root.texts("askers", c.askers, askers_max);
  if (c.askers.empty())
    root.complain("askers", "`askers` has to name at least one node that may ask, by the SHA-256 "
                            "of its certificate's public key");
  for (const auto& text : c.askers)
    if (const auto raw = from_hex(text); !raw || raw->size() != 32)
      root.complain("askers", "`askers`: \"" + text + "\" is not 64 lower-case hex digits");
}

void read_keys(toml_table& root, signer_config& c) {
  for (auto& t : root.tables("keys", 1, signer::keys_max)) {
    signer_key key;
    read_key(t, key);
    for (const auto& other : c.keys)
      if (other.public_key == key.public_key ||
          (other.id == key.id && other.token_id == key.token_id))
        t.complain("id", "this key stands here twice");
    c.keys.push_back(std::move(key));
  }
}

/// Places of keys that some key is in, and no others.
void read_places(toml_table& root, signer_config& c) {
  const auto in_token = std::ranges::count_if(c.keys, &signer_key::is_in_token);
  root.path("keystore", c.keystore, in_token != std::ssize(c.keys));
  auto t = root.table("token", in_token != 0);
  signer_token token;
  t.path("module", token.module, in_token != 0);
  t.text("label", token.label, in_token != 0);
  t.integer("call_timeout_s", token.call_timeout_s, 1, call_timeout_s_max);
  t.finish();
  if (in_token != 0) c.token = std::move(token);
}

} // namespace

loaded<signer_config> load_signer_config(const std::filesystem::path& file) {
  toml_document document{file};
  if (!document.errors().empty()) return {std::nullopt, document.errors()};
  signer_config c;
  auto root = document.root();
  root.text("name", c.name);
  root.path("genesis", c.genesis, true);
  root.path("data_directory", c.data_directory, true);
  root.path("log_key", c.log_key, true);
  root.boolean("core_dumps", c.core_dumps);
  auto listen = root.table("listen", true);
  listen.text("address", c.listen_address);
  std::uint64_t port = 0;
  listen.integer("port", port, 1, 65535, true);
  c.port = static_cast<std::uint16_t>(port);
  listen.finish();
  auto tls = root.table("tls", true);
  tls.path("certificate", c.tls.certificate, true);
  tls.path("key", c.tls.key, true);
  tls.path("node_ca", c.tls.node_ca, true);
  tls.finish();
  read_askers(root, c);
  read_keys(root, c);
  read_places(root, c);
  auto log = root.table("log");
  log.choice("level", c.log_level, {"debug", "info", "warn", "error"});
  log.boolean("json", c.log_json);
  log.finish();
  root.finish();
  if (!document.errors().empty()) return {std::nullopt, document.errors()};
  return {std::move(c), {}};
}

} // namespace quorate::config
