#include "cli/wallet.hpp"

#include "actors/secrets/os_random.hpp"
#include "core/wallet/nfkd.hpp"

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <stdexcept>
#include <unistd.h>

namespace quorate::cli {

namespace {

// One word each, at most.
constexpr std::size_t word_list_file_bytes_max = 256 * 1024;

std::string read_file(const std::string& file) {
  std::ifstream in{file, std::ios::binary};
  if (!in) throw std::runtime_error{file + ": cannot be read. Give the path of a word list"};
  std::string text(word_list_file_bytes_max + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

// Which word of the sentence is not on the list, from 1.
std::size_t place_of_unknown_word(std::string_view sentence, const wallet::word_list& words) {
  std::size_t place = 0;
  const auto normal = wallet::nfkd(sentence);
  if (!normal) return 0;
  const auto all = wallet::for_each_word(normal->text(), [&](std::string_view word) -> outcome {
    ++place;
    QUORATE_TRY(words.number_of(word));
    return {};
  });
  return all ? 0 : place;
}

bool is_hex_seed(std::string_view text) {
  return text.size() >= 32 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

} // namespace

void add_word_list_option(CLI::App& c, std::string& file) {
  c.add_option("--word-list", file,
               "A file of 2,048 words, one a line: a sentence of another language (default: "
               "English)");
}

void add_source_options(CLI::App& c, wallet_source& source) {
  c.add_option("--secret-fd", source.secret.descriptor,
               "Read the secret from this file descriptor (default: ask on the terminal)");
  c.add_flag("--passphrase", source.ask_passphrase, "The wallet has a passphrase: ask for it");
  c.add_option("--passphrase-fd", source.passphrase.descriptor,
               "Read the passphrase from this file descriptor");
  add_word_list_option(c, source.word_list);
}

void add_output_option(CLI::App& c, std::string& output) {
  c.add_option("-o,--output", output, "table or json")->check(CLI::IsMember({"table", "json"}));
}

void fail(const std::string& what, errc why) {
  throw std::runtime_error{what + ": " + std::string{explain(why)}};
}

chosen_words::chosen_words(const std::string& file) {
  if (file.empty()) return;
  auto list = wallet::word_list::parse(read_file(file));
  if (!list) fail(file, list.error());
  own_ = std::move(*list);
}

wallet::mnemonic read_sentence(secret_source from, const wallet::word_list& words) {
  const auto text = read_secret(from, "Sentence of 12 to 24 words");
  auto parsed = wallet::mnemonic::parse(text.text(), words);
  if (parsed) return std::move(*parsed);
  const auto place = place_of_unknown_word(text.text(), words);
  if (parsed.error() == errc::unknown_word && place > 0)
    fail("word " + std::to_string(place) + " of the sentence", parsed.error());
  fail("the sentence", parsed.error());
}

wallet::secret_text read_passphrase(const wallet_source& source) {
  if (!source.ask_passphrase && source.passphrase.descriptor < 0) return {};
  return read_secret(source.passphrase, "Passphrase");
}

wallet::extended_private_key read_master(const wallet_source& source) {
  const chosen_words words{source.word_list};
  const auto text = read_secret(source.secret, "Sentence, seed or extended private key");
  const auto made = [&]() -> expected<wallet::extended_private_key> {
    if (text.text().starts_with("xprv") || text.text().starts_with("tprv"))
      return wallet::extended_private_key::parse(
          text.text(), text.text().starts_with('t') ? wallet::tpub_version : wallet::xpub_version);
    if (is_hex_seed(text.text())) {
      auto raw = from_hex(text.text());
      if (!raw) return raw.error();
      auto master = wallet::extended_private_key::from_seed(*raw);
      wipe(raw->data(), raw->size());
      return master;
    }
    QUORATE_ASSIGN(const auto sentence, wallet::mnemonic::parse(text.text(), *words));
    QUORATE_ASSIGN(const auto seed, sentence.seed(read_passphrase(source).text()));
    return wallet::extended_private_key::from_seed(seed.view());
  }();
  if (made) return made->clone();
  const auto place = place_of_unknown_word(text.text(), *words);
  if (made.error() == errc::unknown_word && place > 0)
    fail("word " + std::to_string(place) + " of the sentence", made.error());
  fail("what was read", made.error());
}

entropy::entropy(std::size_t size) : bytes_(size) {
  if (!os_random(bytes_))
    throw std::runtime_error{"the operating system gives no random bytes; nothing was made"};
}

void print_secret(std::string_view text) {
  std::fflush(stdout);
  for (std::size_t done = 0; done < text.size();) {
    const auto wrote = ::write(STDOUT_FILENO, text.data() + done, text.size() - done);
    if (wrote < 0 && errno != EINTR)
      throw std::runtime_error{"the standard output cannot be written: the secret is lost with it"};
    done += wrote > 0 ? static_cast<std::size_t>(wrote) : 0;
  }
}

void add_wallet(CLI::App& app, chosen& run) {
  auto* group = app.add_subcommand(
      "wallet", "Sentences, shares, keys and addresses; signing without a cluster");
  group->require_subcommand(1);
  group->footer(
      "Secrets are asked for on the terminal, without echo, or read from file descriptors:\n"
      "  quorate wallet address --chain bitcoin --secret-fd 3 3<sentence.txt\n"
      "They are never arguments: those can be read by every process of the machine.\n"
      "Where secrets are put out they go to the standard output, and nowhere else.");
  add_wallet_new(*group, run);
  add_wallet_restore(*group, run);
  add_wallet_split(*group, run);
  add_wallet_combine(*group, run);
  add_wallet_address(*group, run);
  add_wallet_explain(*group, run);
  add_wallet_sign(*group, run);
  add_wallet_keystore(*group, run);
}

} // namespace quorate::cli
