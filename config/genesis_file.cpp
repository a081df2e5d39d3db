#include "config/genesis_file.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <fstream>
#include <string_view>

namespace quorate::config {

namespace {

using nlohmann::json;

template <class Fixed>
Fixed key_from(const json& text) {
  const auto key = fixed_from_hex<Fixed>(text.get<std::string>());
  if (!key) throw std::invalid_argument{"a key is not 64 lower-case hex digits"};
  return *key;
}

json keys_to(const std::vector<public_key>& keys) {
  json list = json::array();
  for (const auto& key : keys)
    list.push_back(to_hex(key));
  return list;
}

std::vector<public_key> keys_from(const json& list) {
  std::vector<public_key> keys;
  for (const auto& text : list)
    keys.push_back(key_from<public_key>(text));
  return keys;
}

json policy_to(const ledger::quorum_policy& p) {
  return {{"threshold", p.threshold}, {"keys", keys_to(p.keys)}};
}

ledger::quorum_policy policy_from(const json& p) {
  return {p.at("threshold").get<std::uint16_t>(), keys_from(p.at("keys"))};
}

crypto_suite suite_from(const std::string& text) {
  const auto suite = suite_named(text);
  if (!suite) throw std::invalid_argument{"`identity_suite` is neither standard nor national"};
  return *suite;
}

/// A name that is misspelt would be a default, and another cluster.
void refuse_unknown_names(const json& j) {
  constexpr std::array<std::string_view, 9> known{
      "name",      "identity_suite", "replicas",  "assets",        "balances",
      "attesters", "administrators", "self_open", "unsigned_noops"};
  for (const auto& [name, value] : j.items())
    if (std::ranges::find(known, name) == known.end())
      throw std::invalid_argument{"`" + name + "` is no part of a genesis"};
}

ledger::genesis genesis_from(const json& j) {
  refuse_unknown_names(j);
  ledger::genesis g;
  g.name = j.at("name").get<std::string>();
  g.identity_suite = suite_from(j.value("identity_suite", "standard"));
  g.replicas = keys_from(j.at("replicas"));
  for (const auto& a : j.at("assets"))
    g.assets.push_back({{a.at("id").get<std::uint32_t>()},
                        a.at("symbol").get<std::string>(),
                        a.at("decimals").get<std::uint8_t>()});
  for (const auto& b : j.at("balances")) {
    const auto units = parse_amount(b.at("units").get<std::string>());
    if (!units) throw std::invalid_argument{"a balance is not a decimal number of 128 bits"};
    g.balances.push_back(
        {key_from<public_key>(b.at("account")), {b.at("asset").get<std::uint32_t>()}, *units});
  }
  g.attesters = policy_from(j.at("attesters"));
  g.administrators = policy_from(j.at("administrators"));
  g.self_open = j.at("self_open").get<bool>();
  g.unsigned_noops = j.at("unsigned_noops").get<bool>();
  return g;
}

} // namespace

std::optional<ledger::genesis> load_genesis(const std::filesystem::path& file, std::string& error) {
  std::ifstream in{file};
  if (!in) {
    error = file.string() + ": cannot read the genesis; check that the file exists";
    return std::nullopt;
  }
  try {
    auto g = genesis_from(json::parse(in));
    if (const auto valid = ledger::validate(g); !valid) {
      error = file.string() + ": not a valid genesis: " + std::string{explain(valid.error())};
      return std::nullopt;
    }
    return g;
  } catch (const std::exception& e) {
    error = file.string() + ": not a valid genesis: " + e.what();
    return std::nullopt;
  }
}

std::string to_json(const ledger::genesis& g) {
  json assets = json::array();
  for (const auto& a : g.assets)
    assets.push_back({{"id", a.id.value}, {"symbol", a.symbol}, {"decimals", a.decimals}});
  json balances = json::array();
  for (const auto& b : g.balances)
    balances.push_back(
        {{"account", to_hex(b.account)}, {"asset", b.asset.value}, {"units", to_string(b.units)}});
  const json j{{"name", g.name},
               {"identity_suite", name(g.identity_suite)},
               {"replicas", keys_to(g.replicas)},
               {"assets", std::move(assets)},
               {"balances", std::move(balances)},
               {"attesters", policy_to(g.attesters)},
               {"administrators", policy_to(g.administrators)},
               {"self_open", g.self_open},
               {"unsigned_noops", g.unsigned_noops}};
  return j.dump(1) + "\n";
}

} // namespace quorate::config
