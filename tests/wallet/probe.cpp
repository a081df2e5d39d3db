// Answers questions about wallets on its standard input, a line each, for tests that compare us
// with other implementations. Fields are separated by tabs; an answer is a line of such fields, or
// "error" and its name. Secrets here are those of tests.
#include "core/wallet/address_forms.hpp"
#include "core/wallet/mnemonic.hpp"
#include "core/wallet/slip39.hpp"

#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <sstream>

using namespace quorate;
using namespace quorate::wallet;

namespace {

using fields = std::vector<std::string>;
using answer = expected<std::string>;

const word_list& list_of(const std::string& file) {
  static std::map<std::string, word_list> read;
  if (const auto known = read.find(file); known != read.end()) return known->second;
  std::ifstream in{file};
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  return read.emplace(file, *word_list::parse(text)).first->second;
}

// LIST ENTROPY -> sentence
answer sentence(const fields& in) {
  QUORATE_ASSIGN(const auto raw, from_hex(in.at(2)));
  QUORATE_ASSIGN(const auto made, mnemonic::from_entropy(raw, list_of(in.at(1))));
  return std::string{made.sentence()};
}

// LIST SENTENCE PASSPHRASE -> entropy, seed
answer seed(const fields& in) {
  QUORATE_ASSIGN(const auto parsed, mnemonic::parse(in.at(2), list_of(in.at(1))));
  QUORATE_ASSIGN(const auto made, parsed.seed(in.at(3)));
  return to_hex(parsed.entropy()) + "\t" + to_hex(made.view());
}

// SEED PATH -> extended private key, extended public key
answer derive(const fields& in) {
  QUORATE_ASSIGN(const auto raw, from_hex(in.at(1)));
  QUORATE_ASSIGN(const auto path, derivation_path::parse(in.at(2)));
  QUORATE_ASSIGN(const auto master, extended_private_key::from_seed(raw));
  QUORATE_ASSIGN(const auto key, master.derive(path.indices()));
  return std::string{key.to_text(xpub_version).text()} + "\t" +
         key.to_public().to_string(xpub_version);
}

// PURPOSE XPUB BRANCH INDEX -> Bitcoin address
answer address(const fields& in) {
  QUORATE_ASSIGN(const auto account, extended_public_key::parse(in.at(2), xpub_version));
  const std::array<std::uint32_t, 2> below{static_cast<std::uint32_t>(std::stoul(in.at(3))),
                                           static_cast<std::uint32_t>(std::stoul(in.at(4)))};
  QUORATE_ASSIGN(const auto key, account.derive(below));
  const auto form = static_cast<purpose>(std::stoul(in.at(1)));
  return bitcoin_addresses(form, bitcoin::network::mainnet)(key.key());
}

// SECRET PASSPHRASE EXPONENT EXTENDABLE GROUP_THRESHOLD GROUPS(2/3,1/1) ENTROPY -> shares
answer slip39(const fields& in) {
  QUORATE_ASSIGN(const auto secret, from_hex(in.at(1)));
  QUORATE_ASSIGN(auto entropy, from_hex(in.at(7)));
  slip39_plan plan;
  plan.iteration_exponent = static_cast<std::uint8_t>(std::stoul(in.at(3)));
  plan.extendable = in.at(4) == "1";
  plan.group_threshold = static_cast<std::uint8_t>(std::stoul(in.at(5)));
  std::istringstream groups{in.at(6)};
  for (std::string group; std::getline(groups, group, ',');)
    plan.groups.push_back(
        {static_cast<std::uint8_t>(std::stoul(group)),
         static_cast<std::uint8_t>(std::stoul(group.substr(group.find('/') + 1)))});
  entropy.resize(slip39_entropy_bytes(plan, secret.size()));
  QUORATE_ASSIGN(const auto shares, slip39_split(secret, in.at(2), plan, entropy));
  std::string all;
  for (const auto& share : shares)
    all += (all.empty() ? "" : "\t") + std::string{to_words(share).text()};
  return all;
}

} // namespace

int main() {
  const std::map<std::string, answer (*)(const fields&)> questions{{"sentence", sentence},
                                                                   {"seed", seed},
                                                                   {"derive", derive},
                                                                   {"address", address},
                                                                   {"slip39", slip39}};
  for (std::string line; std::getline(std::cin, line);) {
    fields in;
    for (std::size_t from = 0; from <= line.size();) {
      const auto to = std::min(line.find('\t', from), line.size());
      in.push_back(line.substr(from, to - from));
      from = to + 1;
    }
    const auto out = questions.at(in.at(0))(in);
    std::cout << (out ? *out : "error\t" + std::string{name(out.error())}) << std::endl;
  }
  return 0;
}
