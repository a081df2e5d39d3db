#include "cli/wallet.hpp"
#include "core/wallet/shamir.hpp"
#include "core/wallet/slip39.hpp"

#include <cstdio>
#include <cstdlib>
#include <stdexcept>

namespace quorate::cli {

namespace {

struct split_options {
  wallet_source source;
  unsigned threshold = 0;
  unsigned shares = 0;
  std::vector<std::string> groups; // "2/3"
  unsigned group_threshold = 1;
  unsigned exponent = 1;
  bool entropy_only = false;
  int share_passphrase_fd = -1;
  std::string output = "table";
};

// Puts out one share a line, or a list in JSON. Texts hold no character that JSON would escape.
class share_printer {
public:
  explicit share_printer(bool json) : json_(json) { std::printf(json_ ? "[" : ""); }
  share_printer(const share_printer&) = delete;
  share_printer& operator=(const share_printer&) = delete;
  ~share_printer() { std::printf(json_ ? "\n]\n" : ""); }

  void print(const std::string& label, std::string_view text) {
    if (!json_) {
      print_secret(text);
      std::printf("\n");
      return;
    }
    std::printf("%s\n  {%s, \"share\": \"", first_ ? "" : ",", label.c_str());
    print_secret(text);
    std::printf("\"}");
    first_ = false;
  }

private:
  bool json_;
  bool first_ = true;
};

int split_shamir(const split_options& o) {
  const chosen_words words{o.source.word_list};
  if (o.threshold < 2 || o.threshold > o.shares || o.shares > wallet::shamir_shares_max)
    fail("--threshold " + std::to_string(o.threshold) + " --shares " + std::to_string(o.shares),
         errc::bad_threshold);
  const wallet::share_policy policy{static_cast<std::uint8_t>(o.threshold),
                                    static_cast<std::uint8_t>(o.shares)};
  const auto sentence = read_sentence(o.source.secret, *words);
  const entropy random{wallet::shamir_entropy_bytes(policy.threshold)};
  const auto shares = wallet::shamir_split(sentence.entropy(), policy, random.view());
  if (!shares) fail("the sentence cannot be split", shares.error());
  {
    share_printer out{o.output == "json"};
    for (const auto& share : *shares)
      out.print("\"number\": " + std::to_string(share.number()), share.to_text().text());
  }
  std::fflush(stdout);
  std::fprintf(stderr,
               "Any %u of these %u lines give the sentence back; fewer say nothing about it. A "
               "passphrase of the wallet is not in them.\n",
               o.threshold, o.shares);
  return ok;
}

wallet::slip39_group parse_group(const std::string& text) {
  unsigned threshold = 0;
  unsigned count = 0;
  int end = 0;
  if (std::sscanf(text.c_str(), "%2u/%2u%n", &threshold, &count, &end) != 2 ||
      static_cast<std::size_t>(end) != text.size())
    throw std::runtime_error{"--group " + text + ": give threshold/members, such as 2/3"};
  return {static_cast<std::uint8_t>(threshold), static_cast<std::uint8_t>(count)};
}

// What SLIP-39 shares: the seed, as the standard demands, or the entropy of the sentence.
wallet::secret_value shared_secret(const split_options& o) {
  const chosen_words words{o.source.word_list};
  const auto sentence = read_sentence(o.source.secret, *words);
  if (o.entropy_only) return *wallet::secret_value::from(sentence.entropy());
  const auto seed = sentence.seed(read_passphrase(o.source).text());
  if (!seed) fail("the passphrase", seed.error());
  return *wallet::secret_value::from(seed->view());
}

int split_slip39(const split_options& o) {
  wallet::slip39_plan plan;
  for (const auto& group : o.groups)
    plan.groups.push_back(parse_group(group));
  plan.group_threshold = static_cast<std::uint8_t>(std::min(o.group_threshold, 255U));
  plan.iteration_exponent = static_cast<std::uint8_t>(std::min(o.exponent, 255U));
  if (const auto fine = check(plan); !fine) fail("--group and --group-threshold", fine.error());
  const auto secret = shared_secret(o);
  wallet::secret_text passphrase;
  if (o.share_passphrase_fd >= 0)
    passphrase = read_secret({o.share_passphrase_fd}, "Passphrase of the shares");
  const entropy random{slip39_entropy_bytes(plan, secret.size())};
  const auto shares = wallet::slip39_split(secret.view(), passphrase.text(), plan, random.view());
  if (!shares) fail("the secret cannot be split", shares.error());
  {
    share_printer out{o.output == "json"};
    for (const auto& share : *shares)
      out.print("\"group\": " + std::to_string(share.group + 1) +
                    ", \"member\": " + std::to_string(share.member + 1),
                to_words(share).text());
  }
  std::fflush(stdout);
  std::fprintf(stderr, "%u of %zu groups give the %s back:\n", o.group_threshold,
               plan.groups.size(), o.entropy_only ? "sentence" : "seed");
  std::size_t line = 1;
  for (const auto& group : plan.groups) {
    std::fprintf(stderr, "  lines %zu to %zu: a group; any %u of its %u\n", line,
                 line + group.count - 1, group.threshold, group.count);
    line += group.count;
  }
  return ok;
}

struct combine_options {
  secret_source shares;
  int share_passphrase_fd = -1;
  bool sentence = false;
  std::string word_list;
  std::string output = "table";
};

// All lines up to an empty one; and, for shares that say how many are needed, no more than that.
std::vector<wallet::secret_text> read_shares(secret_source from) {
  secret_reader reader{from};
  std::vector<wallet::secret_text> texts;
  std::size_t needed = wallet::shamir_shares_max;
  while (texts.size() < needed) {
    auto line = reader.line("Share " + std::to_string(texts.size() + 1) + ", or an empty line");
    if (!line || line->size() == 0) break;
    if (texts.empty())
      if (const auto share = wallet::shamir_share::parse(line->text()))
        needed = share->policy().threshold;
    texts.push_back(std::move(*line));
  }
  if (texts.empty()) throw std::runtime_error{"no share was given; one is expected on each line"};
  return texts;
}

// Parses every text; the error says which line is wrong.
template <class Share, class Parse>
std::vector<Share> parse_all(const std::vector<wallet::secret_text>& texts, const Parse& parse) {
  std::vector<Share> shares;
  for (const auto& text : texts) {
    auto share = parse(text.text());
    if (!share) fail("share " + std::to_string(shares.size() + 1), share.error());
    shares.push_back(std::move(*share));
  }
  return shares;
}

wallet::secret_value combine_shares(const std::vector<wallet::secret_text>& texts,
                                    const combine_options& o, bool slip39) {
  if (!slip39) {
    const auto shares = parse_all<wallet::shamir_share>(texts, wallet::shamir_share::parse);
    auto secret = wallet::shamir_combine(shares);
    if (!secret) fail("the shares", secret.error());
    return std::move(*secret);
  }
  const auto shares = parse_all<wallet::slip39_share>(texts, wallet::parse_slip39_share);
  wallet::secret_text passphrase;
  if (o.share_passphrase_fd >= 0)
    passphrase = read_secret({o.share_passphrase_fd}, "Passphrase of the shares");
  auto secret = wallet::slip39_combine(shares, passphrase.text());
  if (!secret) fail("the shares", secret.error());
  return std::move(*secret);
}

int combine(const combine_options& o) {
  const chosen_words words{o.word_list};
  const auto texts = read_shares(o.shares);
  const bool slip39 = texts[0].text().find(' ') != std::string_view::npos;
  const auto secret = combine_shares(texts, o, slip39);
  const bool json = o.output == "json";
  if (slip39 && !o.sentence) {
    std::printf(json ? "{\"seed\": \"" : "");
    std::fflush(stdout);
    for (const auto byte : secret.view()) {
      constexpr std::string_view digits = "0123456789abcdef";
      print_secret(digits.substr(byte >> 4, 1));
      print_secret(digits.substr(byte & 15, 1));
    }
  } else {
    const auto sentence = wallet::mnemonic::from_entropy(secret.view(), *words);
    if (!sentence) fail("what the shares hold is no entropy of a sentence", sentence.error());
    std::printf(json ? "{\"sentence\": \"" : "");
    print_secret(sentence->sentence());
  }
  std::printf(json ? "\"}\n" : "\n");
  return ok;
}

} // namespace

void add_wallet_split(CLI::App& group, chosen& run) {
  auto* c = group.add_subcommand("split", "Split a sentence into shares for several keepers");
  auto o = std::make_shared<split_options>();
  add_source_options(*c, o->source);
  auto* threshold = c->add_option("--threshold", o->threshold, "How many shares give it back");
  auto* shares = c->add_option("--shares", o->shares, "How many shares to make, at most 255");
  threshold->needs(shares);
  shares->needs(threshold);
  auto* groups = c->add_option("--group", o->groups,
                               "Instead: SLIP-39, a group of members such as 2/3; once a group");
  groups->excludes(threshold);
  c->add_option("--group-threshold", o->group_threshold, "SLIP-39: how many groups give it back")
      ->needs(groups)
      ->capture_default_str();
  c->add_option("--exponent", o->exponent,
                "SLIP-39: 10,000 * 2^N rounds against guessed passphrases")
      ->needs(groups)
      ->check(CLI::Range(0, 15))
      ->capture_default_str();
  c->add_flag("--entropy", o->entropy_only, "SLIP-39: share the sentence's entropy, not its seed")
      ->needs(groups);
  c->add_option("--share-passphrase-fd", o->share_passphrase_fd,
                "SLIP-39: encrypt with the passphrase on this file descriptor")
      ->needs(groups);
  add_output_option(*c, o->output);
  c->footer(
      "Two schemes:\n"
      "  quorate wallet split --threshold 2 --shares 3\n"
      "      Shamir over 2^521-1: lines of 120 characters that give the sentence back.\n"
      "  quorate wallet split --group-threshold 2 --group 1/1 --group 2/3 --group 3/5\n"
      "      SLIP-39: sentences that other wallets read. They hold the seed (59 words each), as "
      "the\n"
      "      standard demands, so the passphrase of the wallet is in it; with --entropy they hold\n"
      "      the entropy (20 or 33 words) and give the sentence back, here only.\n"
      "Shares come out one a line. `quorate wallet combine` reads them.");
  c->callback([&run, o] {
    run = [o]() -> int {
      if (!o->groups.empty()) return split_slip39(*o);
      if (o->shares > 0) return split_shamir(*o);
      std::fprintf(stderr, "quorate wallet split: give --threshold and --shares, or --group\n");
      return usage;
    };
  });
}

void add_wallet_combine(CLI::App& group, chosen& run) {
  auto* c = group.add_subcommand("combine", "Put shares together: the sentence or seed again");
  auto o = std::make_shared<combine_options>();
  c->add_option("--secret-fd", o->shares.descriptor,
                "Read the shares, one a line, from this file descriptor (default: ask)");
  c->add_option("--share-passphrase-fd", o->share_passphrase_fd,
                "SLIP-39: the shares were made with the passphrase on this file descriptor");
  c->add_flag("--sentence", o->sentence, "SLIP-39: the shares hold entropy (split --entropy)");
  add_word_list_option(*c, o->word_list);
  add_output_option(*c, o->output);
  c->footer(
      "Give exactly as many shares as are needed, in any order. Which scheme they are of shows\n"
      "in the first. A mistyped or made-up share is found, and named where that is possible;\n"
      "a wrong SLIP-39 passphrase is not: it gives another seed.");
  c->callback([&run, o] { run = [o] { return combine(*o); }; });
}

} // namespace quorate::cli
