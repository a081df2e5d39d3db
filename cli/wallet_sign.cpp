// Signs a document of any chain with a key of a wallet, without a cluster.
#include "cli/offline_files.hpp"
#include "cli/wallet_keys.hpp"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <stdexcept>

namespace quorate::cli {

namespace {

struct wallet_sign_options {
  document_options document;
  key_options key;
  std::string to;
  bool yes = false;
  std::string output = "table";
};

void put_out(const std::string& file, const std::string& text) {
  if (!file.empty()) return write_file(std::filesystem::absolute(file), text);
  std::fwrite(text.data(), 1, text.size(), stdout);
  if (std::fflush(stdout) != 0) throw std::runtime_error{"standard output takes nothing"};
}

nlohmann::json in_json(const loaded_document& document, const chain::proposal& of,
                       const std::vector<chain::chain_signature>& made, const bytes& value) {
  auto all = told(document.what(), of);
  for (std::size_t i = 0; i < made.size(); ++i) {
    auto& one = all["signatures"][i];
    one["signature"] = to_hex(made[i].value);
    if (made[i].recovery_id) one["recovery_id"] = *made[i].recovery_id;
  }
  all["signed"] = written(document.what(), value);
  if (const auto whole = broadcast_form(document.view(), value)) all["transaction"] = *whole;
  return all;
}

int sign_document(const wallet_sign_options& o) {
  const loaded_document document{o.document, true};
  const auto keys = signing_keys::read(o.key, document);
  const auto of =
      or_throw(chain::proposal::read(document.view(), keys.view(document)), document.name());
  std::fprintf(stderr, "%s", of.text().c_str()); // standard output is the result's
  if (!o.yes && !confirm("Sign this?")) {
    std::fprintf(stderr, "quorate wallet sign: not signed\n");
    return refused;
  }
  const auto made = keys.sign(of);
  const auto value = or_throw(of.complete(made), document.name());
  put_out(o.to, (o.output == "json" ? in_json(document, of, made, value).dump(2)
                                    : written(document.what(), value)) +
                    "\n");
  return ok;
}

} // namespace

void add_wallet_sign(CLI::App& group, chosen& run) {
  auto* c = group.add_subcommand("sign", "Show a transaction or message, ask, and sign it");
  auto o = std::make_shared<wallet_sign_options>();
  add_document_options(*c, o->document);
  add_abi_option(*c, o->document);
  c->get_option("--chain")->required();
  add_key_options(*c, o->key);
  c->add_flag("--yes", o->yes, "Do not ask: for programs");
  c->add_option("--out", o->to, "Write what was signed to this file, not to standard output");
  add_output_option(*c, o->output);
  c->footer(
      "It needs no cluster and no network. What it does, in words, and each digest go to standard\n"
      "error, as `quorate wallet explain` has them, and exactly those digests are signed.\n"
      "  quorate wallet sign --chain bitcoin --transaction tx.psbt --secret-fd 3 3<sentence.txt\n"
      "  quorate wallet sign --chain evm --chain-id 1 --transaction tx.hex --path "
      "\"m/44'/60'/0'/0/0\"\n"
      "Written are: a PSBT with the signatures in it, in Base64; an EVM transaction as nodes take\n"
      "it, or the 65 bytes of a message's signature, in hexadecimal; the 64 bytes of a Cosmos\n"
      "signature in hexadecimal, and with -o json also the whole transaction in Base64.\n"
      "A key outside of a cluster's signer has no policy and no log: whoever has it signs.\n"
      "Exit codes: 0 signed, 1 not signed for the reason that is printed, 2 usage, 3 the answer "
      "to\n"
      "the question was not yes.");
  c->callback([&run, o] { run = [o] { return sign_document(*o); }; });
}

} // namespace quorate::cli
