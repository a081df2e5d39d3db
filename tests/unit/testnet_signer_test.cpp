#include "config/signer_config.hpp"
#include "config/testnet.hpp"
#include "config/testnet_signer.hpp"
#include "core/crypto/secp256k1_key.hpp"
#include "core/signer/policy.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <fstream>
#include <iterator>

using namespace quorate;

namespace {

/// A test network, with everything in one folder that goes with it.
struct network {
  std::filesystem::path path;

  explicit network(bool compose) {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "quorate-signer-XXXXXX").string();
    path = mkdtemp(pattern.data());
    config::testnet_options o;
    o.out = path;
    o.accounts = 2;
    o.compose = compose;
    BOOST_TEST(config::generate_testnet(o).value_or("") == "");
  }
  ~network() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }

  config::node_config node(int i) const {
    const auto loaded = config::load_node_config(path / ("node" + std::to_string(i)) / "node.toml");
    BOOST_REQUIRE_MESSAGE(loaded.value, (loaded.errors.empty() ? "" : loaded.errors.front()));
    return *loaded.value;
  }

  public_key first_account() const {
    std::string error;
    const auto seed = config::load_secret(path / "client" / "accounts.seed", error);
    BOOST_REQUIRE_MESSAGE(seed, error);
    std::array<std::uint8_t, 32> raw{};
    std::ranges::copy(seed->view(), raw.begin());
    return config::testnet_account_key(raw, 0, crypto_suite::standard).key();
  }

  /// The signer's configuration with a first key, added in the way that its users are told.
  config::signer_config signer() const {
    const auto folder = path / "signer";
    std::ifstream policy{folder / "policy.toml"};
    std::ofstream toml{folder / "signer.toml", std::ios::app};
    toml << "\n[[keys]]\nid = \"000102030405060708090a0b0c0d0e0f\"\npublic_key = "
            "\"0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798\"\n"
         << std::string{std::istreambuf_iterator<char>{policy}, {}};
    toml.close();
    const auto loaded = config::load_signer_config(folder / "signer.toml");
    BOOST_REQUIRE_MESSAGE(loaded.value, (loaded.errors.empty() ? "" : loaded.errors.front()));
    return *loaded.value;
  }
};

} // namespace

BOOST_AUTO_TEST_SUITE(testnet_signer)

BOOST_AUTO_TEST_CASE(on_loopback_beside_its_nodes) {
  const network net{false};
  std::string error;
  const auto made = config::add_testnet_signer({net.path, false}, error);
  BOOST_REQUIRE_MESSAGE(made, error);
  const auto signer = net.signer();
  BOOST_TEST(signer.listen_address == "127.0.0.1");
  BOOST_TEST(signer.data_directory == made->folder / "data");
  BOOST_TEST(signer.keystore == made->folder / "keystore");
  BOOST_TEST(signer.askers.size() == 4U);
  for (int i = 0; i < 4; ++i) {
    const auto node = net.node(i);
    BOOST_REQUIRE(node.signer);
    BOOST_TEST(node.signer->host == "127.0.0.1");
    BOOST_TEST(node.signer->port == signer.port);
    BOOST_TEST(signer.askers[static_cast<std::size_t>(i)] ==
               node.peers[static_cast<std::size_t>(i)].tls_key_sha256);
  }
}

BOOST_AUTO_TEST_CASE(in_a_container_of_its_own) {
  const network net{true};
  std::string error;
  BOOST_REQUIRE_MESSAGE(config::add_testnet_signer({net.path, true}, error), error);
  const auto signer = net.signer();
  BOOST_TEST(signer.listen_address == "0.0.0.0");
  BOOST_TEST(signer.port == config::compose_signer_port);
  BOOST_TEST(signer.data_directory == "/var/lib/quorate");
  BOOST_TEST(signer.keystore == "/var/lib/keystore/keystore");
  for (int i = 0; i < 4; ++i) {
    const auto node = net.node(i);
    BOOST_REQUIRE(node.signer);
    BOOST_TEST(node.signer->host == config::compose_signer_host);
    BOOST_TEST(node.signer->port == config::compose_signer_port);
    BOOST_TEST(node.signer->tls_key_sha256 == net.node(0).signer->tls_key_sha256);
  }
}

BOOST_AUTO_TEST_CASE(the_example_of_a_policy_is_of_the_first_account) {
  const network net{false};
  std::string error;
  BOOST_REQUIRE_MESSAGE(config::add_testnet_signer({net.path, false}, error), error);
  const auto keys = net.signer().keys;
  BOOST_REQUIRE(keys.size() == 1U);
  const auto& policy = keys[0].policy;
  BOOST_REQUIRE(policy.orderers.size() == 1U);
  BOOST_TEST((policy.orderers[0] == net.first_account()));
  BOOST_TEST(policy.destinations.size() == 1U);
  BOOST_REQUIRE(policy.assets.size() == 1U);
  BOOST_TEST((policy.assets[0].asset == asset_id{2})); // ETH in the genesis of a test network
}

BOOST_AUTO_TEST_CASE(a_second_one_is_refused_and_changes_nothing) {
  const network net{false};
  std::string error;
  BOOST_REQUIRE_MESSAGE(config::add_testnet_signer({net.path, false}, error), error);
  const auto port = net.node(3).signer->port;
  BOOST_TEST(!config::add_testnet_signer({net.path, false}, error));
  BOOST_TEST_MESSAGE(error);
  BOOST_TEST(error.find("node0/node.toml names a signer already") != std::string::npos);
  BOOST_TEST(net.node(3).signer->port == port);
  BOOST_TEST(!config::add_testnet_signer({net.path / "client", false}, error));
  BOOST_TEST(error.find("there is no node in") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
