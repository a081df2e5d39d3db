#include "core/ledger/genesis.hpp"

#include "core/crypto/hash.hpp"
#include "core/pbft/configuration.hpp"

#include <algorithm>
#include <map>

namespace quorate::ledger {

namespace {

constexpr std::size_t name_length_max = 64;
constexpr std::size_t symbol_length_max = 16;
constexpr std::uint8_t decimals_max = 30;
constexpr std::size_t initial_balances_max = limits::accounts_max;

bool is_printable(char c) noexcept { return c >= 0x20 && c < 0x7f; }

bool is_symbol(char c) noexcept {
  return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.';
}

outcome check_text(const std::string& text, std::size_t most, bool (*allowed)(char) noexcept) {
  if (text.size() > most) return errc::over_limit;
  if (text.empty() || !std::all_of(text.begin(), text.end(), allowed)) return errc::not_canonical;
  return {};
}

outcome check_keys(crypto_suite suite, const std::vector<public_key>& keys) {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    QUORATE_TRY(verifying_key::parse(suite, keys[i]));
    if (std::find(keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(i), keys[i]) !=
        keys.begin() + static_cast<std::ptrdiff_t>(i))
      return errc::not_canonical;
  }
  return {};
}

outcome check_policy(crypto_suite suite, const quorum_policy& policy) {
  if (policy.keys.size() > limits::approvals_max) return errc::over_limit;
  if (policy.threshold == 0 || policy.threshold > policy.keys.size()) return errc::not_canonical;
  return check_keys(suite, policy.keys);
}

// The supply of an asset is an amount too.
outcome check_supplies(const std::vector<initial_balance>& balances) {
  std::map<asset_id, amount> supplies;
  for (const auto& b : balances) {
    amount& supply = supplies[b.asset];
    QUORATE_ASSIGN(supply, add(supply, b.units));
  }
  return {};
}

void write_keys(writer& w, const std::vector<public_key>& keys) {
  w.count(keys.size());
  for (const auto& key : keys)
    write(w, key);
}
void read_keys(reader& r, std::vector<public_key>& keys, std::size_t most) {
  keys.resize(r.count(most, public_key::size));
  for (auto& key : keys)
    read(r, key);
}

void write_policy(writer& w, const quorum_policy& policy) {
  w.u16(policy.threshold);
  write_keys(w, policy.keys);
}
void read_policy(reader& r, quorum_policy& policy) {
  policy.threshold = r.u16();
  read_keys(r, policy.keys, limits::approvals_max);
}

crypto_suite read_suite(reader& r) {
  const auto suite = suite_of(r.u8());
  if (suite) return *suite;
  r.fail(suite.error());
  return crypto_suite::standard;
}

std::string read_text(reader& r, std::size_t most) {
  const auto from = r.blob(most);
  return {from.begin(), from.end()};
}

} // namespace

outcome validate(const genesis& g) {
  const auto suite = suite_of(static_cast<std::uint8_t>(g.identity_suite));
  if (!suite) return suite.error();
  QUORATE_TRY(check_text(g.name, name_length_max, is_printable));
  const auto n = g.replicas.size();
  if (n < 4 || n > limits::replicas_max || n % 3 != 1) return errc::over_limit;
  QUORATE_TRY(check_keys(g.identity_suite, g.replicas));
  for (std::size_t i = 1; i < n; ++i)
    if (!(pbft::id_of(g.replicas[i - 1]) < pbft::id_of(g.replicas[i]))) return errc::not_canonical;
  if (g.assets.empty() || g.assets.size() > limits::assets_max) return errc::over_limit;
  for (std::size_t i = 0; i < g.assets.size(); ++i) {
    QUORATE_TRY(check_text(g.assets[i].symbol, symbol_length_max, is_symbol));
    if (g.assets[i].decimals > decimals_max) return errc::over_limit;
    if (i > 0 && g.assets[i].id <= g.assets[i - 1].id) return errc::not_canonical;
  }
  std::size_t assets_of_account = 0;
  for (std::size_t i = 0; i < g.balances.size(); ++i) {
    const auto& b = g.balances[i];
    const bool same_account = i > 0 && b.account == g.balances[i - 1].account;
    assets_of_account = same_account ? assets_of_account + 1 : 1;
    if (assets_of_account > limits::assets_per_account_max) return errc::over_limit;
    if (i > 0 && std::tie(b.account, b.asset) <=
                     std::tie(g.balances[i - 1].account, g.balances[i - 1].asset))
      return errc::not_canonical;
    if (std::none_of(g.assets.begin(), g.assets.end(),
                     [&](const auto& asset) { return asset.id == b.asset; }))
      return errc::no_such_asset;
    if (!same_account) QUORATE_TRY(verifying_key::parse(g.identity_suite, b.account));
  }
  QUORATE_TRY(check_supplies(g.balances));
  QUORATE_TRY(check_policy(g.identity_suite, g.attesters));
  return check_policy(g.identity_suite, g.administrators);
}

void write(writer& w, const genesis& g) {
  w.blob(as_bytes(g.name));
  w.u8(static_cast<std::uint8_t>(g.identity_suite));
  write_keys(w, g.replicas);
  w.count(g.assets.size());
  for (const auto& asset : g.assets) {
    write(w, asset.id);
    w.blob(as_bytes(asset.symbol));
    w.u8(asset.decimals);
  }
  w.count(g.balances.size());
  for (const auto& balance : g.balances) {
    write(w, balance.account);
    write(w, balance.asset);
    write(w, balance.units);
  }
  write_policy(w, g.attesters);
  write_policy(w, g.administrators);
  w.u8(g.self_open ? 1 : 0);
  w.u8(g.unsigned_noops ? 1 : 0);
}

void read(reader& r, genesis& g) {
  g.name = read_text(r, name_length_max);
  g.identity_suite = read_suite(r);
  read_keys(r, g.replicas, limits::replicas_max);
  g.assets.resize(r.count(limits::assets_max, 9));
  for (auto& asset : g.assets) {
    read(r, asset.id);
    asset.symbol = read_text(r, symbol_length_max);
    asset.decimals = r.u8();
  }
  g.balances.resize(r.count(initial_balances_max, 52));
  for (auto& balance : g.balances) {
    read(r, balance.account);
    read(r, balance.asset);
    read(r, balance.units);
  }
  read_policy(r, g.attesters);
  read_policy(r, g.administrators);
  g.self_open = r.boolean();
  g.unsigned_noops = r.boolean();
}

cluster_id id_of(const genesis& g) {
  static const hash_tag tag{"quorate/genesis"};
  return {tag(encode(g)).data};
}

} // namespace quorate::ledger
