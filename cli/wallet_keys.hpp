// Which keys of a wallet sign a document: by their paths, as a PSBT names them, or in a keystore.
#pragma once

#include "cli/document.hpp"
#include "cli/wallet.hpp"

namespace quorate::cli {

struct key_options {
  wallet_source source;
  std::vector<std::string> paths;
  std::string keystore; ///< a file: the keys are there, and not in a wallet
  secret_source password{-1, "--password-fd"};
  std::string id; ///< of the keystore's key; empty: there is one
};

void add_key_options(CLI::App& c, key_options& o);

/// What makes the nonce of one signature another each time, of the operating system. Throws
/// std::runtime_error.
nonce_entropy draw_nonce_entropy();

/// Secret keys, wiped when they go.
class signing_keys {
public:
  /// Asks for the secret, and derives what is to sign the document. Throws std::runtime_error.
  static signing_keys read(const key_options& o, const loaded_document& document);

  /// The one key that the options name. Throws std::runtime_error.
  static ec_secret_key read_one(const key_options& o);

  std::span<const compressed_key> keys() const { return keys_; }
  /// Of the same wallet, as the document's outputs name them, and derived here.
  std::span<const compressed_key> own() const { return own_; }
  chain::reader_view view(const loaded_document& of) const { return {keys_, own_, of.callee()}; }

  /// The signatures that a proposal asks of these keys. Throws std::runtime_error.
  std::vector<chain::chain_signature> sign(const chain::proposal& of) const;

private:
  void add(const ec_secret_key& secret, const std::string& what);
  void add_path(const wallet::extended_private_key& master, const std::string& path);
  void add_named(const wallet::extended_private_key& master, const loaded_document& document);
  void add_keystore(const key_options& o);

  std::vector<ec_secret_key> secrets_;
  std::vector<compressed_key> keys_; ///< of secrets_, in its order
  std::vector<compressed_key> own_;
};

} // namespace quorate::cli
