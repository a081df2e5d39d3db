#include "cli/wallet_keys.hpp"

#include "actors/secrets/os_random.hpp"
#include "actors/signer/keystore_backend.hpp"
#include "cli/offline_files.hpp"
#include "core/chain/bitcoin/key_origin.hpp"
#include "core/wallet/ethereum_keystore.hpp"

#include <algorithm>
#include <stdexcept>

namespace quorate::cli {

namespace {

// Each is derived, level by level. A PSBT with more names its keys to waste time.
constexpr std::size_t origins_max = 2'000;

/// The keys that a PSBT says are of this wallet, and that are.
template <class Found>
void for_each_own(const wallet::extended_private_key& master, const bitcoin::psbt& psbt,
                  bitcoin::psbt_scope scope, const Found& found) {
  const auto origins = key_origins(psbt, scope);
  if (origins.size() > origins_max) fail("the keys that the PSBT names", errc::over_limit);
  const auto fingerprint = master.fingerprint();
  for (const auto& origin : origins) {
    if (!std::ranges::equal(origin.fingerprint, fingerprint.data)) continue;
    const auto at = master.derive(origin.path);
    if (!at) continue;
    auto is = at->key().compressed();
    // Of a taproot key, the parity is not told.
    is.data[0] = origin.key.data[0] == 2 && is.data[0] == 3 ? 2 : is.data[0];
    if (is.view().size() == origin.key.view().size() && is == origin.key) found(*at);
  }
}

/// An Ethereum keystore is JSON; ours begins with its own name.
bool is_ethereum_keystore(std::string_view content) {
  return content.find_first_not_of(" \t\r\n") != std::string_view::npos &&
         content[content.find_first_not_of(" \t\r\n")] == '{';
}

wallet::key_id chosen_id(const key_options& o, const wallet::keystore& keys) {
  if (!o.id.empty()) return or_throw(fixed_from_hex<wallet::key_id>(o.id), "--key " + o.id);
  const auto ids = keys.ids();
  if (ids.size() == 1) return ids[0];
  throw std::runtime_error{o.keystore + " holds " + std::to_string(ids.size()) +
                           " keys. Say which with --key ID"};
}

} // namespace

void add_key_options(CLI::App& c, key_options& o) {
  add_source_options(c, o.source);
  auto* path =
      c.add_option("--path", o.paths,
                   "Which key of the wallet: m/84'/0'/0'/0/0. For a PSBT several, or none: "
                   "those that it names and that are of this wallet");
  path->allow_extra_args(false); // one behind each --path
  auto* keystore =
      c.add_option("--keystore", o.keystore,
                   "A keystore file instead of a wallet: of `quorate wallet keystore`, "
                   "or of Ethereum, version 3");
  keystore->excludes(path)->excludes(c.get_option("--secret-fd"));
  c.add_option("--password-fd", o.password.descriptor,
               "Read the keystore's password from this file descriptor (default: ask)")
      ->needs(keystore);
  c.add_option("--key", o.id, "Which key of the keystore, by its id, where there are several")
      ->needs(keystore);
}

void signing_keys::add(const ec_secret_key& secret, const std::string& what) {
  const auto key = or_throw(ec_public_key::of(secret), what).compressed();
  if (std::ranges::find(keys_, key) != keys_.end()) return;
  keys_.push_back(key);
  secrets_.emplace_back(std::span<const std::uint8_t, 32>{secret.view()});
}

void signing_keys::add_path(const wallet::extended_private_key& master, const std::string& path) {
  const auto parsed = wallet::derivation_path::parse(path);
  if (!parsed) fail(path, parsed.error());
  const auto at = master.derive(parsed->indices());
  if (!at) fail(path, at.error());
  add(at->secret(), path);
}

void signing_keys::add_named(const wallet::extended_private_key& master,
                             const loaded_document& document) {
  const auto psbt = or_throw(bitcoin::psbt::decode(document.content()), document.name());
  for_each_own(master, psbt, bitcoin::psbt_scope::output,
               [this](const auto& at) { own_.push_back(at.key().compressed()); });
  if (!keys_.empty()) return;
  for_each_own(master, psbt, bitcoin::psbt_scope::input,
               [this](const auto& at) { add(at.secret(), "a key of the PSBT"); });
  if (keys_.empty())
    throw std::runtime_error{document.name() +
                             ": the PSBT names no key of this wallet. Give --path, or the wallet's "
                             "passphrase if it has one"};
}

void signing_keys::add_keystore(const key_options& o) {
  const auto password = read_secret(o.password, "Password of the keystore");
  if (const auto content = read_everything(o.keystore); is_ethereum_keystore(content))
    return add(or_throw(wallet::import_ethereum_keystore(content, password.view()), o.keystore),
               o.keystore);
  std::string error;
  const auto opened = open_keys::open(o.keystore, password.view(), error);
  if (!opened) throw std::runtime_error{error};
  const auto id = chosen_id(o, opened->keys());
  if (or_throw(opened->keys().kind(id), "--key " + o.id) != wallet::secret_kind::secp256k1)
    fail(o.keystore, errc::unsupported_keystore);
  const auto raw = or_throw(opened->keys().secret(id), o.keystore);
  add(ec_secret_key{raw.first<32>()}, o.keystore);
}

signing_keys signing_keys::read(const key_options& o, const loaded_document& document) {
  signing_keys made;
  if (!o.keystore.empty()) {
    made.add_keystore(o);
    return made;
  }
  const bool is_psbt = document.what() == chain::payload::psbt;
  if (!is_psbt && o.paths.size() != 1)
    throw std::runtime_error{"give one --path, e.g. " +
                             std::string{document.what() == chain::payload::cosmos
                                             ? "m/44'/118'/0'/0/0"
                                             : "m/44'/60'/0'/0/0"}};
  const auto master = read_master(o.source);
  for (const auto& path : o.paths)
    made.add_path(master, path);
  if (is_psbt) made.add_named(master, document);
  return made;
}

ec_secret_key signing_keys::read_one(const key_options& o) {
  signing_keys made;
  if (!o.keystore.empty()) {
    made.add_keystore(o);
  } else {
    if (o.paths.size() != 1) throw std::runtime_error{"give one --path"};
    made.add_path(read_master(o.source), o.paths[0]);
  }
  return std::move(made.secrets_.at(0));
}

nonce_entropy draw_nonce_entropy() {
  nonce_entropy drawn{};
  if (!os_random(drawn))
    throw std::runtime_error{"the operating system gives no random bytes; nothing was signed"};
  return drawn;
}

std::vector<chain::chain_signature> signing_keys::sign(const chain::proposal& of) const {
  std::vector<chain::chain_signature> made;
  for (const auto& [key, what] : of.asked()) {
    const auto found = std::ranges::find(keys_, key.value());
    QUORATE_CHECK(found != keys_.end());
    const auto& secret = secrets_[static_cast<std::size_t>(found - keys_.begin())];
    made.push_back(or_throw(chain::sign(what, secret, draw_nonce_entropy()), "the signature"));
  }
  return made;
}

} // namespace quorate::cli
