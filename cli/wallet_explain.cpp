#include "cli/document.hpp"
#include "cli/wallet.hpp"
#include "core/wallet/path_words.hpp"
#include "core/wallet/shamir.hpp"
#include "core/wallet/slip39.hpp"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <stdexcept>

namespace quorate::cli {

namespace {

using lines = std::vector<std::string>;

struct named_version {
  const char* name;
  wallet::key_version version;
  const char* meaning;
};
constexpr std::array<named_version, 6> versions{{
    {"xpub", wallet::xpub_version, "main network"},
    {"tpub", wallet::tpub_version, "test networks"},
    {"ypub", wallet::ypub_version, "main network, P2WPKH in P2SH (BIP-49)"},
    {"zpub", wallet::zpub_version, "main network, P2WPKH (BIP-84)"},
    {"upub", wallet::upub_version, "test networks, P2WPKH in P2SH (BIP-49)"},
    {"vpub", wallet::vpub_version, "test networks, P2WPKH (BIP-84)"},
}};

std::optional<lines> explain_extended_key(const std::string& text) {
  for (const auto& [name, version, meaning] : versions) {
    const auto key = wallet::extended_public_key::parse(text, version);
    if (!key) continue;
    const auto& at = key->lineage();
    const auto index =
        std::to_string(at.index & ~wallet::hardened) + (at.index >= wallet::hardened ? "'" : "");
    return lines{std::string{"Extended public key ("} + name + "): " + meaning + ".",
                 at.depth == 0
                     ? "The master key."
                     : "Level " + std::to_string(at.depth) + " below the master key, index " +
                           index + " of the key with fingerprint " + to_hex(at.parent) + ".",
                 "Its own fingerprint is " + to_hex(key->fingerprint()) + ".",
                 "Whoever has it sees every address below it, and can spend nothing. Together with "
                 "one private key directly below it, it gives all of them away."};
  }
  return std::nullopt;
}

std::optional<lines> explain_share(std::string_view text) {
  if (const auto share = wallet::shamir_share::parse(text))
    return lines{"Shamir share over 2^521-1, number " + std::to_string(share->number()) + " of " +
                     std::to_string(share->policy().count) + "; " +
                     std::to_string(share->policy().threshold) + " are needed.",
                 "Set " + to_hex(share->set()) + ": only shares of this set go together."};
  const auto share = wallet::parse_slip39_share(text);
  if (!share) return std::nullopt;
  const auto& set = share->set;
  return lines{"SLIP-39 share of a secret of " + std::to_string(share->value.size()) + " bytes.",
               "Group " + std::to_string(share->group + 1) + " of " +
                   std::to_string(set.group_count) + "; " + std::to_string(set.group_threshold) +
                   " groups are needed.",
               "Member " + std::to_string(share->member + 1) + " of its group; " +
                   std::to_string(share->member_threshold) + " members are needed.",
               "Set " + std::to_string(set.id) + (set.extendable ? ", extendable" : "") + ", " +
                   std::to_string(10'000U << set.iteration_exponent) + " rounds of PBKDF2."};
}

lines explain_secret(secret_source from) {
  const auto text = read_secret(from, "Share or sentence");
  if (auto share = explain_share(text.text())) return *share;
  if (const auto sentence = wallet::mnemonic::parse(text.text(), wallet::word_list::english()))
    return {"BIP-39 sentence, English, of " + std::to_string(sentence->entropy().size() * 8) +
            " bits; its checksum holds."};
  throw std::runtime_error{
      "neither a share nor an English sentence whose checksum holds. Is a word "
      "or character missing?"};
}

lines explain(const std::string& what) {
  if (auto key = explain_extended_key(what)) return *key;
  if (const auto path = wallet::derivation_path::parse(what)) return wallet::describe(*path);
  if (what.starts_with("m")) fail(what, errc::bad_path);
  throw std::runtime_error{what + ": neither a path (m/84'/0'/0') nor an extended public key. "
                                  "Shares and sentences are secrets: use --secret"};
}

} // namespace

void add_wallet_explain(CLI::App& group, chosen& run) {
  auto* c =
      group.add_subcommand("explain", "Say in words what a transaction, message, path, key, share "
                                      "or sentence is");
  auto what = std::make_shared<std::string>();
  auto is_secret = std::make_shared<bool>(false);
  auto from = std::make_shared<secret_source>();
  auto document = std::make_shared<document_options>();
  auto keys = std::make_shared<std::vector<std::string>>();
  auto output = std::make_shared<std::string>("table");
  auto* given = c->add_option("what", *what, "A derivation path or an extended public key");
  auto* asked = c->add_flag("--secret", *is_secret, "Instead: ask for a share or a sentence");
  auto* fd =
      c->add_option("--secret-fd", from->descriptor, "Instead: read it from this file descriptor");
  given->excludes(asked)->excludes(fd);
  add_document_options(*c, *document);
  add_abi_option(*c, *document);
  c->get_option("--chain")->excludes(given)->excludes(asked)->excludes(fd);
  c->add_option("--public-key", *keys,
                "Of who is to sign the transaction, 66 hexadecimal digits (default: whoever the "
                "document names)")
      ->allow_extra_args(false);
  add_output_option(*c, *output);
  c->footer("Nothing of a secret is shown but what kind it is and which others it needs.\n"
            "A transaction or message is told as `quorate wallet sign` shows it, with the digests\n"
            "that would be signed:\n"
            "  quorate wallet explain --chain bitcoin --transaction tx.psbt");
  c->callback([&run, what, is_secret, from, document, keys, output] {
    run = [=]() -> int {
      if (!document->chain.empty()) return explain_document(*document, *keys, *output == "json");
      const bool secret = *is_secret || from->descriptor >= 0;
      if (!secret && what->empty()) {
        std::fprintf(stderr, "quorate wallet explain: give a path or an extended public key, "
                             "--secret, or --chain with what is to be explained\n");
        return usage;
      }
      const auto told = secret ? explain_secret(*from) : explain(*what);
      if (*output == "json")
        std::printf("%s\n", nlohmann::json(told).dump(2).c_str());
      else
        for (const auto& line : told)
          std::printf("%s\n", line.c_str());
      return ok;
    };
  });
}

} // namespace quorate::cli
