// What the subcommands of `quorate wallet` share.
#pragma once

#include "cli/commands.hpp"
#include "cli/secret_input.hpp"
#include "core/wallet/extended_key.hpp"
#include "core/wallet/mnemonic.hpp"

#include <memory>

namespace quorate::cli {

/// Options that say where a wallet's secret comes from.
struct wallet_source {
  secret_source secret;
  bool ask_passphrase = false;
  secret_source passphrase; ///< a descriptor also means that there is one
  std::string word_list;    ///< a file; empty: English
};

void add_source_options(CLI::App& c, wallet_source& source);
void add_word_list_option(CLI::App& c, std::string& file);
void add_output_option(CLI::App& c, std::string& output);

/// English, or the list of a file. Throws std::runtime_error that says what a list is.
class chosen_words {
public:
  explicit chosen_words(const std::string& file);
  const wallet::word_list& operator*() const { return own_ ? *own_ : wallet::word_list::english(); }

private:
  std::optional<wallet::word_list> own_;
};

/// Reads a sentence; throws std::runtime_error that names the word which is wrong by its place.
wallet::mnemonic read_sentence(secret_source from, const wallet::word_list& words);

/// The passphrase, empty when the options say that there is none.
wallet::secret_text read_passphrase(const wallet_source& source);

/// The master key of what was read: a sentence, a seed in hexadecimal (32 to 128 digits), or an
/// extended private key. Throws std::runtime_error.
wallet::extended_private_key read_master(const wallet_source& source);

/// `size` bytes of the operating system's generator for keys. Throws std::runtime_error.
class entropy {
public:
  explicit entropy(std::size_t size);
  entropy(const entropy&) = delete;
  entropy& operator=(const entropy&) = delete;
  ~entropy() { wipe(bytes_.data(), bytes_.size()); }
  byte_view view() const { return bytes_; }

private:
  bytes bytes_;
};

/// Writes a secret to the standard output; nothing is left behind in its buffer.
void print_secret(std::string_view text);

/// `what: explanation`, as the exception that main prints.
[[noreturn]] void fail(const std::string& what, errc why);

void add_wallet_new(CLI::App& group, chosen& run);
void add_wallet_restore(CLI::App& group, chosen& run);
void add_wallet_split(CLI::App& group, chosen& run);
void add_wallet_combine(CLI::App& group, chosen& run);
void add_wallet_address(CLI::App& group, chosen& run);
void add_wallet_explain(CLI::App& group, chosen& run);
void add_wallet_keystore(CLI::App& group, chosen& run);
void add_wallet_sign(CLI::App& group, chosen& run);

} // namespace quorate::cli
