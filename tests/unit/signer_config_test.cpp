// The signer's TOML: what is read, and what is refused with a reason.
#include "config/signer_config.hpp"
#include "core/crypto/hash.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <unistd.h>

using namespace quorate;
using namespace quorate::config;

namespace {

const std::string key_hex =
    to_hex(ec_public_key::of(ec_secret_key{sha256(as_bytes("key")).data})->compressed());
const std::string account_hex(64, '1');

/// A file with this content for as long as the object lives.
struct toml_file {
  std::filesystem::path path = std::filesystem::temp_directory_path() /
                               ("quorate-signer-" + std::to_string(::getpid()) + ".toml");
  explicit toml_file(const std::string& content) { std::ofstream{path} << content; }
  ~toml_file() { std::filesystem::remove(path); }
};

std::string head() {
  return "genesis = \"genesis.json\"\ndata_directory = \"data\"\nkeystore = \"keys\"\n"
         "log_key = \"log.key\"\n"
         "askers = [\"" +
         std::string(64, 'a') +
         "\"]\n[listen]\nport = 7200\n[tls]\ncertificate = \"a\"\nkey = \"b\"\nnode_ca = \"c\"\n";
}

std::string unit_of(const std::string& chain) {
  if (chain.find("bitcoin") != std::string::npos) return "sat";
  return chain.find("cosmos") != std::string::npos ? "uatom" : "wei";
}

std::string key_of(const std::string& chain, const std::string& destination,
                   const std::string& more = {}) {
  return "[[keys]]\nid = \"" + std::string(32, '0') + "\"\npublic_key = \"" + key_hex + "\"\n" +
         chain + "orderers = [\"" + account_hex + "\"]\ndestinations = [\"" + destination +
         "\"]\n" + more + "[[keys.assets]]\nasset = 2\nunit = \"" + unit_of(chain) +
         "\"\noperation_max = \"10\"\nwindow_max = "
         "\"340282366920938463463374607431768211455\"\nwindow_s = 3600\nfee_max = \"5\"\n";
}

const std::string evm = "chain = \"evm\"\nchain_id = 5\n";
const std::string shop = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"; // an example of EIP-55

std::string errors(const std::string& content) {
  const toml_file file{content};
  std::string all;
  for (const auto& line : load_signer_config(file.path).errors)
    all += line + "\n";
  return all;
}

bool complains(const std::string& content, const std::string& of) {
  const auto all = errors(content);
  const bool found = all.find(of) != std::string::npos;
  if (!found) BOOST_TEST_MESSAGE("told instead: " << all);
  return found;
}

} // namespace

BOOST_AUTO_TEST_SUITE(signer_config_file)

BOOST_AUTO_TEST_CASE(everything_is_read) {
  const toml_file file{head() + key_of(evm, shop, "quiet_hours = [\"22:00-06:30\"]\n")};
  const auto loaded = load_signer_config(file.path);
  BOOST_REQUIRE_MESSAGE(loaded.value, errors(head() + key_of(evm, shop)));
  const auto& c = *loaded.value;
  BOOST_TEST(c.port == 7200);
  BOOST_TEST(c.askers.size() == 1U);
  BOOST_REQUIRE(c.keys.size() == 1U);
  const auto& policy = c.keys[0].policy;
  BOOST_TEST((policy.where == signer::network{signer::evm_network{5}}));
  BOOST_TEST((policy.quiet == std::vector<signer::quiet_hours>{{22 * 60, 6 * 60 + 30}}));
  BOOST_TEST((policy.destinations == std::vector<std::string>{shop}));
  const signer::asset_limit limit{{2},           "wei",     "wei",    amount{10},
                                  amount::max(), 3'600'000, amount{5}};
  BOOST_TEST((policy.assets == std::vector<signer::asset_limit>{limit}));
}

// An order waits for ever only where that is written.
BOOST_AUTO_TEST_CASE(how_long_an_order_may_wait) {
  const auto age_of = [](const std::string& more) {
    const toml_file file{head() + key_of(evm, shop, more)};
    const auto loaded = load_signer_config(file.path);
    BOOST_REQUIRE_MESSAGE(loaded.value, loaded.errors.front());
    return loaded.value->keys[0].policy.order_age_max_ms;
  };
  BOOST_TEST(age_of("") == 3'600'000U);
  BOOST_TEST(age_of("order_age_max_s = 90\n") == 90'000U);
  BOOST_TEST(age_of("order_age_max_s = 0\n") == 0U);
  BOOST_TEST(complains(head() + key_of(evm, shop, "order_age_max_s = 31622401\n"),
                       "order_age_max_s` is 31622401"));
}

const std::string token = "[token]\nmodule = \"/usr/lib/hsm.so\"\nlabel = \"hot\"\n";

/// As key_of(), in the token.
std::string token_key_of(const std::string& chain, const std::string& destination,
                         const std::string& more = {}) {
  auto text = key_of(chain, destination, more);
  const auto own = "id = \"" + std::string(32, '0') + "\"";
  return text.replace(text.find(own), own.size(), "token_id = \"a1b2\"");
}

std::string without_keystore(std::string text) {
  const std::string line = "keystore = \"keys\"\n";
  return text.erase(text.find(line), line.size());
}

BOOST_AUTO_TEST_CASE(keys_in_a_token) {
  const toml_file file{without_keystore(head()) + token +
                       token_key_of(evm, shop, "standby = true\n")};
  const auto loaded = load_signer_config(file.path);
  BOOST_REQUIRE_MESSAGE(loaded.value, loaded.errors.front());
  const auto& c = *loaded.value;
  BOOST_TEST(c.keystore.empty());
  BOOST_REQUIRE(c.token);
  BOOST_TEST(c.token->module == "/usr/lib/hsm.so");
  BOOST_TEST(c.token->label == "hot");
  BOOST_TEST((c.keys[0].token_id == bytes{0xa1, 0xb2}));
  BOOST_TEST(c.keys[0].standby);

  BOOST_TEST(complains(head() + token_key_of(evm, shop), "the key `token` is missing"));
  BOOST_TEST(complains(without_keystore(head()) + key_of(evm, shop), "`keystore` is missing"));
  BOOST_TEST(
      complains(head() + token + token_key_of(evm, shop, "id = \"00\"\n"), "give one of them"));
  for (const auto& bad : {std::string{"xy"}, std::string(130, 'a')}) {
    auto text = token_key_of(evm, shop);
    text.replace(text.find("a1b2"), 4, bad);
    BOOST_TEST(complains(head() + token + text, "`token_id` has to be 1 to 64 bytes"));
  }
}

// The reason is told where it can still be helped.
BOOST_AUTO_TEST_CASE(no_taproot_in_a_token) {
  const std::string bitcoin = "chain = \"bitcoin\"\n";
  const std::string paid = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"; // BIP-173
  const auto taproot_of = [](const std::string& content) {
    const toml_file file{content};
    const auto loaded = load_signer_config(file.path);
    BOOST_REQUIRE_MESSAGE(loaded.value, loaded.errors.front());
    return std::get<signer::bitcoin_network>(loaded.value->keys[0].policy.where).taproot;
  };
  BOOST_TEST(taproot_of(head() + key_of(bitcoin, paid)));
  BOOST_TEST(!taproot_of(head() + key_of(bitcoin, paid, "taproot = false\n")));
  BOOST_TEST(!taproot_of(head() + token + token_key_of(bitcoin, paid)));
  BOOST_TEST(complains(head() + token + token_key_of(bitcoin, paid, "taproot = true\n"),
                       "a key in a token cannot sign for taproot"));
}

const std::string second_asset =
    "[[keys.assets]]\nasset = 3\noperation_max = \"1\"\nwindow_max = \"1\"\nwindow_s = 1\n"
    "fee_max = \"5\"\n";

BOOST_AUTO_TEST_CASE(units_of_the_chain) {
  const auto text = head() + key_of(evm, shop) + second_asset;
  BOOST_TEST(errors(text + "unit = \"" + shop + "\"\n") == "");
  BOOST_TEST(complains(text + "unit = \"wei\"\n", "One unit has two limits"));
  BOOST_TEST(complains(text + "unit = \"ether\"\n", "\"ether\" is no unit of this key's chain"));
  BOOST_TEST(complains(text + "unit = \"" + shop + "\"\nfee_unit = \"gas\"\n",
                       "`fee_unit`: \"gas\" is no unit"));
}

BOOST_AUTO_TEST_CASE(fees_of_another_unit) {
  auto token_alone = head() + key_of(evm, shop);
  token_alone.replace(token_alone.find("\"wei\""), 5, '"' + shop + '"');
  BOOST_TEST(complains(token_alone, "add [[keys.fees]]"));
  const std::string fees = "[[keys.fees]]\nwindow_max = \"77\"\nwindow_s = 60\n";
  const toml_file file{token_alone + fees + "unit = \"wei\"\n"};
  const auto loaded = load_signer_config(file.path);
  BOOST_REQUIRE_MESSAGE(loaded.value, loaded.errors.front());
  const std::vector<signer::fee_limit> limits{{"wei", amount{77}, 60'000}};
  BOOST_TEST((loaded.value->keys[0].policy.fees == limits));
  BOOST_TEST(complains(token_alone + fees + "unit = \"gas\"\n", "\"gas\" is no unit"));
  BOOST_TEST(complains(token_alone + fees, "`unit`"));
  BOOST_TEST(
      complains(head() + key_of(evm, shop) + fees + "unit = \"wei\"\n", "One unit has two limits"));
}

// A payment with a memo goes to the entry that has it, and to no other.
BOOST_AUTO_TEST_CASE(destinations_with_a_memo) {
  const std::string hub = "chain = \"cosmos\"\nchain_id = \"cosmoshub-4\"\nprefix = \"cosmos\"\n";
  const std::string exchange = "cosmos1qypqxpq9qcrsszg2pvxq6rs0zqg3yyc5lzv7xu";
  BOOST_TEST(errors(head() + key_of(hub, exchange)) == "");
  BOOST_TEST(errors(head() + key_of(hub, exchange + "?memo=12345")) == "");
  BOOST_TEST(complains(head() + key_of(hub, exchange + "?memo="), "`destinations`"));
  BOOST_TEST(complains(head() + key_of(hub, exchange + "?memo=\u00e9"), "`destinations`"));
  BOOST_TEST(complains(head() + key_of(hub, "osmo" + exchange.substr(6)), "`destinations`"));
}

BOOST_AUTO_TEST_CASE(what_is_refused) {
  BOOST_TEST(complains(head(), "the key `keys` is missing"));
  BOOST_TEST(complains(head() + key_of(evm, shop) + key_of(evm, shop), "stands here twice"));
  // An address whose letters have no checksum would never be compared equal.
  BOOST_TEST(complains(head() + key_of(evm, "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"),
                       "`destinations`"));
  BOOST_TEST(complains(head() + key_of("chain = \"bitcoin\"\n", shop), "`destinations`"));
  BOOST_TEST(complains(head() + key_of("chain = \"evm\"\n", shop), "chain_id"));
  BOOST_TEST(complains(head() + key_of("chain = \"doge\"\n", shop), "it has to be one of"));
  BOOST_TEST(complains(head() + key_of(evm, shop, "approvals_needed = 1\n"), "policy of this key"));
  for (const auto* hours : {"24:00-06:00", "22:60-06:00", "22:00", "6:00-7:00", "06:00-06:00"})
    BOOST_TEST(
        complains(head() + key_of(evm, shop, "quiet_hours = [\"" + std::string{hours} + "\"]\n"),
                  "`quiet_hours`"));
  BOOST_TEST(
      complains(head() + key_of(evm, shop, "quiet_hour = []\n"), "did you mean `quiet_hours`"));
  BOOST_TEST(complains(head() + key_of(evm, shop, "approvers = [\"12\"]\n"), "hex digits"));
  BOOST_TEST(complains(head() + key_of(evm, shop, "approvers = [1]\n"), "a list of strings"));
}

BOOST_AUTO_TEST_SUITE_END()
