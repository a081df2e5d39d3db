#include "cli/wallet.hpp"

#include <cstdio>
#include <stdexcept>

namespace quorate::cli {

namespace {

using wallet::account_path;
using wallet::coin_type;
using wallet::purpose;

constexpr const char* keep_safe =
    "Write the words down in their order and keep them where nobody else reads them: they are the "
    "wallet.\nWith a passphrase they give another wallet; the fingerprint is that without one.\n";

void print_fingerprint(const wallet::extended_private_key& master, bool json) {
  const auto text = to_hex(master.fingerprint());
  std::printf(json ? "\"fingerprint\": \"%s\"" : "fingerprint %s\n", text.c_str());
}

int make_new(std::size_t word_count, const std::string& word_list, const std::string& output) {
  const chosen_words words{word_list};
  const entropy random{word_count / 3 * 4};
  const auto made = wallet::mnemonic::from_entropy(random.view(), *words);
  if (!made) fail("a sentence of " + std::to_string(word_count) + " words", made.error());
  const auto seed = made->seed("");
  const auto master = seed ? wallet::extended_private_key::from_seed(seed->view()) : seed.error();
  if (!master) fail("the new wallet", master.error());
  if (output == "json") {
    std::printf("{\"sentence\": \"");
    print_secret(made->sentence());
    std::printf("\", ");
    print_fingerprint(*master, true);
    std::printf("}\n");
    return ok;
  }
  print_secret(made->sentence());
  std::printf("\n");
  print_fingerprint(*master, false);
  std::fflush(stdout);
  std::fputs(keep_safe, stderr);
  return ok;
}

struct account_line {
  const char* label;
  purpose of;
  coin_type coin;
};
constexpr std::array<account_line, 6> accounts{{
    {"bitcoin P2PKH", purpose::bip44, coin_type::bitcoin},
    {"bitcoin P2SH-P2WPKH", purpose::bip49, coin_type::bitcoin},
    {"bitcoin P2WPKH", purpose::bip84, coin_type::bitcoin},
    {"bitcoin P2TR", purpose::bip86, coin_type::bitcoin},
    {"evm", purpose::bip44, coin_type::ether},
    {"cosmos", purpose::bip44, coin_type::atom},
}};

int restore(const wallet_source& source, std::uint32_t account, const std::string& output) {
  const auto master = read_master(source);
  const bool json = output == "json";
  std::printf(json ? "{" : "");
  print_fingerprint(master, json);
  std::printf(json ? ", \"accounts\": [" : "%-20s %-14s %s\n", "account", "path",
              "extended public key");
  for (const auto& line : accounts) {
    const auto path = account_path(line.of, line.coin, account);
    if (!path) fail("--account " + std::to_string(account), path.error());
    const auto key = master.derive(path->indices());
    if (!key) fail(path->to_string(), key.error());
    const auto text = key->to_public().to_string(wallet::xpub_version);
    if (json)
      std::printf("%s\n  {\"kind\": \"%s\", \"path\": \"%s\", \"xpub\": \"%s\"}",
                  &line == accounts.data() ? "" : ",", line.label, path->to_string().c_str(),
                  text.c_str());
    else
      std::printf("%-20s %-14s %s\n", line.label, path->to_string().c_str(), text.c_str());
  }
  std::printf(json ? "\n]}\n" : "");
  return ok;
}

} // namespace

void add_wallet_new(CLI::App& group, chosen& run) {
  auto* c = group.add_subcommand("new", "Make a new wallet: a sentence of words (BIP-39)");
  auto words = std::make_shared<std::size_t>(24);
  auto word_list = std::make_shared<std::string>();
  auto output = std::make_shared<std::string>("table");
  c->add_option("--words", *words, "How many: each three hold 32 bits of entropy")
      ->check(CLI::IsMember({12, 15, 18, 21, 24}))
      ->capture_default_str();
  add_word_list_option(*c, *word_list);
  add_output_option(*c, *output);
  c->footer(
      "The first line of the output is the sentence; `quorate wallet restore` reads it back.\n"
      "Nothing is stored. To keep it in several places: quorate wallet split --help.");
  c->callback([&run, words, word_list, output] {
    run = [=] { return make_new(*words, *word_list, *output); };
  });
}

void add_wallet_restore(CLI::App& group, chosen& run) {
  auto* c = group.add_subcommand("restore", "Read a wallet back: check it and show its accounts");
  auto source = std::make_shared<wallet_source>();
  auto account = std::make_shared<std::uint32_t>(0);
  auto output = std::make_shared<std::string>("table");
  add_source_options(*c, *source);
  c->add_option("--account", *account, "Number of the account that is shown, from 0");
  add_output_option(*c, *output);
  c->footer("Shows the fingerprint of the master key and the extended public keys of the standard\n"
            "accounts: compare them with what you noted. They show every address of the account, "
            "so give\n"
            "them to nobody who should not see your payments.\n"
            "A wrong word or order is found by the checksum; a wrong passphrase is not: it gives "
            "another\n"
            "wallet, and another fingerprint.");
  c->callback([&run, source, account, output] {
    run = [=] { return restore(*source, *account, *output); };
  });
}

} // namespace quorate::cli
