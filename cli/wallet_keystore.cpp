// Puts keys of a wallet into a keystore file, for a signer, and lists what is in one.
#include "actors/secrets/os_random.hpp"
#include "actors/signer/keystore_backend.hpp"
#include "cli/new_file.hpp"
#include "cli/offline_files.hpp"
#include "cli/wallet.hpp"
#include "core/crypto/ed25519.hpp"
#include "core/crypto/sm2.hpp"
#include "core/signer/signer_core.hpp"
#include "core/wallet/ethereum_keystore.hpp"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <stdexcept>

namespace quorate::cli {

namespace {

struct keystore_options {
  wallet_source source;
  secret_source password{-1, "--password-fd"};
  std::string out;      ///< a new file; or
  std::string add;      ///< one that is there
  std::string path;     ///< of a key of the wallet; or
  std::string ethereum; ///< a keystore file of Ethereum's
  secret_source ethereum_password{-1, "--ethereum-password-fd"};
  std::string suite = "standard";
  std::string output = "table";
};

struct list_options {
  secret_source password{-1, "--password-fd"};
  std::string file;
  std::string output = "table";
};

ec_secret_key derive(const wallet::extended_private_key& master, const std::string& path) {
  const auto parsed = wallet::derivation_path::parse(path);
  if (!parsed) fail(path, parsed.error());
  const auto at = master.derive(parsed->indices());
  if (!at) fail(path, at.error());
  return ec_secret_key{std::span<const std::uint8_t, 32>{at->secret().view()}};
}

ec_secret_key read_key(const keystore_options& o) {
  if (o.ethereum.empty()) return derive(read_master(o.source), o.path);
  const auto password = read_secret(o.ethereum_password, "Password of " + o.ethereum);
  return or_throw(wallet::import_ethereum_keystore(read_everything(o.ethereum), password.view()),
                  o.ethereum);
}

template <class Bytes>
void draw(Bytes& into) {
  if (!os_random(into)) throw std::runtime_error{"the system gives no random bytes"};
}

void make_file(const keystore_options& o, const wallet::key_id& id, const ec_secret_key& secret) {
  auto pages = locked_pages::map();
  if (!pages) fail("locked memory", pages.error());
  secret_arena arena{pages->memory()};
  wallet::keystore keys{arena};
  if (const auto added = keys.add(id, wallet::secret_kind::secp256k1, secret.view()); !added)
    fail("the key", added.error());
  wallet::keystore_sealing how;
  if (o.suite == name(crypto_suite::national)) how.cost = sm3_cost{};
  draw(how.salt);
  draw(how.nonce.data);
  const auto password = read_secret(o.password, "Password for the keystore");
  const auto sealed = wallet::seal(keys, password.view(), how);
  if (!sealed) fail(o.out, sealed.error());
  write_new_file(o.out, *sealed, readable_by::owner);
}

int put_key(const keystore_options& o) {
  if (o.path.empty() == o.ethereum.empty() || o.out.empty() == o.add.empty()) {
    std::fprintf(stderr, "quorate wallet keystore: give --path or --from-ethereum, and --out for a "
                         "new keystore or --add for one that is there\n");
    return usage;
  }
  const auto secret = read_key(o);
  const auto key = or_throw(ec_public_key::of(secret), "the key");
  wallet::key_id id;
  draw(id.data);
  if (o.add.empty()) {
    make_file(o, id, secret);
  } else {
    const auto password = read_secret(o.password, "Password of the keystore");
    if (const auto error = open_keys::add(o.add, password.view(), id, secret))
      throw std::runtime_error{*error};
  }
  const auto name = to_hex(signer::name_of(key));
  const auto text = to_hex(key.compressed());
  if (o.output == "json") {
    const nlohmann::json told{{"id", to_hex(id)}, {"public_key", text}, {"name", name}};
    std::printf("%s\n", told.dump(2).c_str());
  } else {
    std::printf("id = \"%s\"\npublic_key = \"%s\"\n# ordered and logged as %s\n",
                to_hex(id).c_str(), text.c_str(), name.c_str());
  }
  return ok;
}

const char* name_of(wallet::secret_kind kind) {
  switch (kind) {
  case wallet::secret_kind::entropy:
    return "entropy";
  case wallet::secret_kind::seed:
    return "seed";
  case wallet::secret_kind::secp256k1:
    return "secp256k1";
  case wallet::secret_kind::ed25519:
    return "ed25519";
  case wallet::secret_kind::sm2:
    return "sm2";
  }
  return "";
}

/// In hexadecimal; empty for a secret that many keys come from.
std::string public_key_of_entry(const open_keys& opened, const wallet::key_id& id) {
  const stack_wiper wiper;
  switch (*opened.keys().kind(id)) {
  case wallet::secret_kind::entropy:
  case wallet::secret_kind::seed:
    return {};
  case wallet::secret_kind::secp256k1: {
    const auto key = opened.public_key(id);
    return key ? to_hex(key->compressed()) : std::string{};
  }
  case wallet::secret_kind::ed25519:
    return to_hex(public_key_of(ed25519_seed{opened.keys().secret(id)->first<32>()}));
  case wallet::secret_kind::sm2: {
    const auto key = sm2_public_key_of(sm2_secret_key{opened.keys().secret(id)->first<32>()});
    return key ? to_hex(*key) : std::string{};
  }
  }
  return {};
}

int list_keys(const list_options& o) {
  const auto password = read_secret(o.password, "Password of the keystore");
  std::string error;
  const auto opened = open_keys::open(o.file, password.view(), error);
  if (!opened) throw std::runtime_error{error};
  auto lines = nlohmann::json::array();
  if (o.output != "json") std::printf("%-32s  %-9s  %s\n", "id", "kind", "public key");
  for (const auto& id : opened->keys().ids()) {
    const auto* kind = name_of(*opened->keys().kind(id));
    const auto key = public_key_of_entry(*opened, id);
    lines.push_back({{"id", to_hex(id)}, {"kind", kind}});
    if (!key.empty()) lines.back()["public_key"] = key;
    if (o.output != "json")
      std::printf("%s  %-9s  %s\n", to_hex(id).c_str(), kind, key.empty() ? "-" : key.c_str());
  }
  if (o.output == "json") std::printf("%s\n", lines.dump(2).c_str());
  return ok;
}

void add_password_option(CLI::App& c, secret_source& password) {
  c.add_option("--password-fd", password.descriptor,
               "Read the keystore's password from this file descriptor (default: ask)");
}

void add_list(CLI::App& group, chosen& run) {
  auto* c = group.add_subcommand("list", "Ids, kinds and public keys of what is in a keystore");
  auto o = std::make_shared<list_options>();
  c->add_option("file", o->file, "The keystore file")->required();
  add_password_option(*c, o->password);
  add_output_option(*c, o->output);
  c->callback([&run, o] { run = [o] { return list_keys(*o); }; });
}

} // namespace

void add_wallet_keystore(CLI::App& group, chosen& run) {
  auto* c = group.add_subcommand("keystore", "Put one key of a wallet into a keystore file");
  auto o = std::make_shared<keystore_options>();
  add_source_options(*c, o->source);
  c->add_option("--path", o->path, "Which key: m/84'/0'/0'/0/0");
  auto* theirs = c->add_option("--from-ethereum", o->ethereum,
                               "Or: the key of an Ethereum keystore file, version 3");
  theirs->excludes("--path")->excludes("--secret-fd");
  c->add_option("--ethereum-password-fd", o->ethereum_password.descriptor,
                "Read that file's password from this file descriptor (default: ask)")
      ->needs(theirs);
  auto* out = c->add_option("--out", o->out, "A new keystore file; must not exist");
  c->add_option("--suite", o->suite,
                "Of a new keystore: standard (scrypt, AES-256-GCM) or national (PBKDF2 with "
                "HMAC-SM3, SM4-GCM)")
      ->check(CLI::IsMember({"standard", "national"}))
      ->capture_default_str()
      ->needs(out);
  c->add_option("--add", o->add, "Or: a keystore file that the key is added to")->excludes(out);
  add_password_option(*c, o->password);
  add_output_option(*c, o->output);
  c->footer(
      "Prints what a signer's configuration needs of the key. A file that is added to is replaced\n"
      "as a whole, under the password that it has: on any error it stays as it was. A running "
      "signer\nhas read it already: restart it.");
  add_list(*c, run);
  c->callback([&run, o, c] {
    if (!c->get_subcommands().empty()) return;
    run = [o] { return put_key(*o); };
  });
}

} // namespace quorate::cli
