// What tests/electrum/run.py asks of our side: one command a call, hexadecimal in and out.
// For test keys only: a secret among arguments is no secret.
#include "core/chain/bitcoin/address.hpp"
#include "core/chain/bitcoin/psbt_finish.hpp"
#include "core/chain/bitcoin/psbt_sign.hpp"
#include "core/chain/bitcoin/script.hpp"

#include <cstdio>
#include <cstdlib>
#include <iostream>

using namespace quorate;
using namespace quorate::bitcoin;

namespace {

using arguments = std::span<const std::string>;

[[noreturn]] void stop(errc why) {
  std::cerr << name(why) << '\n';
  std::exit(1);
}

template <class T>
T value_of(expected<T> result) {
  if (!result) stop(result.error());
  return std::move(result).value();
}

void check(const outcome& result) {
  if (!result) stop(result.error());
}

bytes raw(const std::string& hex) { return value_of(from_hex(hex)); }
psbt read_psbt(const std::string& hex) { return value_of(psbt::decode(raw(hex))); }
void print(const psbt& out) { std::cout << to_hex(out.encode()) << '\n'; }

/// addresses KEY: network, kind and address of each single-key script, a line each.
void addresses(arguments args) {
  const auto key = value_of(ec_public_key::parse(raw(args[0])));
  const auto hash = hash160(key.compressed().view());
  const std::array<std::pair<const char*, bytes>, 4> scripts{
      {{"p2pkh", p2pkh_script(hash)},
       {"p2wpkh-p2sh", p2sh_p2wpkh_script(hash)},
       {"p2wpkh", p2wpkh_script(hash)},
       {"p2tr", value_of(p2tr_script(x_only(key)))}}};
  for (const auto net : {network::mainnet, network::testnet, network::signet, network::regtest})
    for (const auto& [kind, script] : scripts)
      std::cout << name(net) << ' ' << kind << ' ' << value_of(to_address(script, net)) << ' '
                << to_hex(script) << '\n';
}

/// create VERSION TX PREVIOUS…: a PSBT of the unsigned transaction.
void create(arguments args) {
  const auto tx = value_of(decode_without_witness(raw(args[1])));
  psbt out = value_of(psbt::create(tx, args[0] == "2" ? psbt_version::v2 : psbt_version::v0));
  for (std::size_t i = 2; i < args.size(); ++i)
    check(out.put_previous(i - 2, value_of(decode_transaction(raw(args[i])))));
  print(out);
}

/// put PSBT INPUT TYPE VALUE: adds a field without key data.
void put(arguments args) {
  psbt out = read_psbt(args[0]);
  check(out.put_input(std::stoul(args[1]), static_cast<psbt_type>(std::stoul(args[2])),
                      raw(args[3])));
  print(out);
}

/// sign PSBT SECRET…
void sign_all(arguments args) {
  psbt out = read_psbt(args[0]);
  for (const auto& hex : args.subspan(1)) {
    const auto secret = value_of(fixed_from_hex<digest>(hex));
    (void)value_of(sign(out, ec_secret_key{secret.data}));
  }
  print(out);
}

/// combine PSBT PSBT
void combine_two(arguments args) {
  print(value_of(combine(read_psbt(args[0]), read_psbt(args[1]))));
}

/// finalise PSBT: the transaction, when every input is complete.
void finalise_all(arguments args) {
  psbt out = read_psbt(args[0]);
  if (const auto left = finalise(out); !left.empty()) stop(left[0].why);
  std::cout << to_hex(encode(value_of(extract(out)))) << '\n';
}

struct command {
  std::string_view name;
  std::size_t arguments_min;
  void (*run)(arguments);
};

constexpr command commands[] = {
    {"addresses", 1, addresses}, {"create", 2, create},       {"put", 4, put},
    {"sign", 2, sign_all},       {"combine", 2, combine_two}, {"finalise", 1, finalise_all}};

} // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> all(argv + 1, argv + argc);
  for (const auto& [name, arguments_min, run] : commands) {
    if (all.empty() || all[0] != name || all.size() <= arguments_min) continue;
    run(arguments{all}.subspan(1));
    return 0;
  }
  std::cerr << "usage: psbt_tool addresses|create|put|sign|combine|finalise ARGUMENTS\n";
  return 2;
}
