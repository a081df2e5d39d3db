// Puts one key of a wallet into a keystore file, for a signer.
#include "actors/signer/keystore_backend.hpp"
#include "cli/new_file.hpp"
#include "cli/wallet.hpp"
#include "core/signer/signer_core.hpp"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <stdexcept>

namespace quorate::cli {

namespace {

struct keystore_options {
  wallet_source source;
  secret_source password;
  std::string file;
  std::string path;
  std::string output = "table";
};

ec_secret_key derive(const wallet::extended_private_key& master, const std::string& path) {
  const auto parsed = wallet::derivation_path::parse(path);
  if (!parsed) fail(path, parsed.error());
  const auto at = master.derive(parsed->indices());
  if (!at) fail(path, at.error());
  return ec_secret_key{std::span<const std::uint8_t, 32>{at->secret().view()}};
}

template <class Fixed>
void draw(Fixed& into) {
  const entropy drawn{into.size()};
  std::ranges::copy(drawn.view(), into.begin());
}

int make_keystore(const keystore_options& o) {
  const auto secret = derive(read_master(o.source), o.path);
  const auto key = ec_public_key::of(secret);
  if (!key) fail(o.path, key.error());
  auto pages = locked_pages::map();
  if (!pages) fail("locked memory", pages.error());
  secret_arena arena{pages->memory()};
  wallet::key_id id;
  draw(id.data);
  wallet::keystore keys{arena};
  if (const auto added = keys.add(id, wallet::secret_kind::secp256k1, secret.view()); !added)
    fail("the key", added.error());
  wallet::keystore_sealing how;
  draw(how.salt);
  draw(how.nonce.data);
  const auto password = read_secret(o.password, "Password for the keystore");
  const auto sealed = wallet::seal(keys, password.view(), how);
  if (!sealed) fail(o.file, sealed.error());
  write_new_file(o.file, *sealed, readable_by::owner);
  const auto name = to_hex(signer::name_of(*key));
  const auto text = to_hex(key->compressed());
  if (o.output == "json") {
    const nlohmann::json told{{"id", to_hex(id)}, {"public_key", text}, {"name", name}};
    std::printf("%s\n", told.dump(2).c_str());
  } else {
    std::printf("id = \"%s\"\npublic_key = \"%s\"\n# ordered and logged as %s\n",
                to_hex(id).c_str(), text.c_str(), name.c_str());
  }
  return ok;
}

} // namespace

void add_wallet_keystore(CLI::App& group, chosen& run) {
  auto* c = group.add_subcommand("keystore", "Put one key of a wallet into a new keystore file");
  auto o = std::make_shared<keystore_options>();
  add_source_options(*c, o->source);
  c->add_option("--path", o->path, "Which key: m/84'/0'/0'/0/0")->required();
  c->add_option("--out", o->file, "The keystore file; must not exist")->required();
  c->add_option("--password-fd", o->password.descriptor,
                "Read the keystore's password from this file descriptor (default: ask)");
  add_output_option(*c, o->output);
  c->footer("Prints what a signer's configuration needs of the key.");
  c->callback([&run, o] { run = [o] { return make_keystore(*o); }; });
}

} // namespace quorate::cli
