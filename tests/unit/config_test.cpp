#include "config/genesis_file.hpp"
#include "config/node_config.hpp"
#include "config/testnet.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <fstream>
#include <sys/stat.h>

using namespace quorate;

namespace {

struct folder {
  std::filesystem::path path;
  folder() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "quorate-config-XXXXXX").string();
    path = mkdtemp(pattern.data());
  }
  ~folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
};

std::string all(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines)
    text += line + "\n";
  return text;
}

bool has(const std::string& text, const std::string& part) {
  const bool found = text.find(part) != std::string::npos;
  if (!found) BOOST_TEST_MESSAGE("not found: " << part << " in " << text);
  return found;
}

} // namespace

BOOST_AUTO_TEST_SUITE(configuration)

BOOST_AUTO_TEST_CASE(testnet_is_complete_and_loads) {
  folder f;
  config::testnet_options o;
  o.out = f.path / "net";
  o.accounts = 5;
  BOOST_TEST(!config::generate_testnet(o).has_value());
  for (int i = 0; i < 4; ++i) {
    const auto node = o.out / ("node" + std::to_string(i));
    const auto loaded = config::load_node_config(node / "node.toml");
    BOOST_REQUIRE_MESSAGE(loaded.value, all(loaded.errors));
    BOOST_TEST(loaded.value->peers.size() == 4U);
    BOOST_TEST(loaded.value->genesis == node / "genesis.json");
    struct stat info {};
    BOOST_TEST(::stat((node / "node.key").c_str(), &info) == 0);
    BOOST_TEST((info.st_mode & 0777) == 0600U);
    std::string error;
    BOOST_TEST(config::load_genesis(loaded.value->genesis, error).has_value());
  }
  BOOST_TEST(config::load_client_config(o.out / "client" / "client.toml").value.has_value());
  const auto again = config::generate_testnet(o);
  BOOST_REQUIRE(again);
  BOOST_TEST(has(*again, "is not empty"));
  o.nodes = 5;
  BOOST_TEST(has(config::generate_testnet(o).value_or(""), "3f+1"));
}

BOOST_AUTO_TEST_CASE(testnet_with_a_host_a_node) {
  folder f;
  config::testnet_options o;
  o.out = f.path / "net";
  o.accounts = 1;
  o.hosts = {"10.0.0.1", "10.0.0.2", "10.0.0.2", "10.0.0.4"};
  BOOST_TEST(has(config::generate_testnet(o).value_or(""), "as many different hosts as nodes: 4"));
  o.hosts[2] = "10.0.0.3";
  BOOST_TEST(!config::generate_testnet(o).has_value());
  const auto third = config::load_node_config(o.out / "node2" / "node.toml");
  BOOST_REQUIRE_MESSAGE(third.value, all(third.errors));
  BOOST_TEST(third.value->listen_address == "10.0.0.3");
  BOOST_TEST(third.value->peer_port == config::own_host_peer_port);
  BOOST_TEST(third.value->peers[3].host == "10.0.0.4");
  const auto client = config::load_client_config(o.out / "client" / "client.toml");
  BOOST_REQUIRE_MESSAGE(client.value, all(client.errors));
  BOOST_TEST(client.value->nodes[0].host == "10.0.0.1");
  BOOST_TEST(client.value->nodes[0].port == config::own_host_client_port);
}

BOOST_AUTO_TEST_CASE(every_error_is_told_at_once_with_its_place) {
  folder f;
  const auto file = f.path / "node.toml";
  std::ofstream{file}
      << "genesis = \"g.json\"\nnode_key = 5\ndata_direktory = \"d\"\n"
         "[listen]\npeer_port = 99999\nclient_port = 7101\n"
         "[consensus]\npipeline_depht = 3\nsnapshot_interval = 1500\n"
         "[log]\nlevel = \"loud\"\n"
         "[tls]\ncertificate = \"c\"\nkey = \"k\"\nnode_ca = \"n\"\nclient_ca = \"c\"\n";
  const auto text = all(config::load_node_config(file).errors);
  BOOST_TEST(has(text, "node.toml:2:12: `node_key` has to be a string"));
  BOOST_TEST(has(text, "the key `data_directory` is missing"));
  BOOST_TEST(has(text, "unknown key `data_direktory`; did you mean `data_directory`?"));
  BOOST_TEST(has(text, "`listen.peer_port` is 99999; it has to be from 1 to 65535"));
  BOOST_TEST(has(text, "unknown key `consensus.pipeline_depht`; did you mean `pipeline_depth`?"));
  BOOST_TEST(has(text, "`snapshot_interval` has to be 0 (off) or a multiple of"));
  BOOST_TEST(has(text, "\"loud\"; it has to be one of debug, info, warn, error"));
  BOOST_TEST(has(text, "the key `peers` is missing"));
}

BOOST_AUTO_TEST_CASE(metrics_are_off_unless_a_place_is_named) {
  folder f;
  config::testnet_options o;
  o.out = f.path / "net";
  o.accounts = 1;
  BOOST_TEST(!config::generate_testnet(o).has_value());
  const auto file = o.out / "node0" / "node.toml";
  auto node = *config::load_node_config(file).value;
  BOOST_TEST(!node.metrics);
  for (const char* place : {"127.0.0.1:9464", "127.9.9.9:1", "[::1]:65535"}) {
    node.metrics = config::parse_listen(place);
    BOOST_REQUIRE(node.metrics);
    BOOST_TEST(to_string(*node.metrics) == place);
    std::ofstream{file} << to_toml(node);
    const auto again = config::load_node_config(file);
    BOOST_REQUIRE_MESSAGE(again.value, all(again.errors));
    BOOST_REQUIRE(again.value->metrics);
    BOOST_TEST(to_string(*again.value->metrics) == place);
  }
}

BOOST_AUTO_TEST_CASE(metrics_for_other_machines_have_to_be_wanted) {
  folder f;
  const auto file = f.path / "node.toml";
  const auto told = [&](const std::string& lines) {
    std::ofstream{file} << "[metrics]\n" << lines;
    return all(config::load_node_config(file).errors);
  };
  for (const char* place : {"0.0.0.0:9464", "10.0.0.1:9464", "[::]:9464", "[::ffff:127.0.0.1]:1"}) {
    const auto listen = "listen = \"" + std::string{place} + "\"\n";
    BOOST_TEST(has(told(listen), "other machines reach `listen`"));
    BOOST_TEST(has(told(listen), "node.toml:2:10: "));
    BOOST_TEST(told(listen + "allow_remote = true").find("machines") == std::string::npos);
  }
  for (const char* bad : {"localhost:9464", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:65536", ":9464",
                          "127.0.0.1:94 64", "::1:9464", "[::1:9464", "127.0.0.1:9464x"})
    BOOST_TEST(has(told("listen = \"" + std::string{bad} + "\""), "an address and a port"));
  BOOST_TEST(has(told("allow_remote = true"), "says nothing without `listen`"));
  BOOST_TEST(has(told("listen = 9464"), "has to be a string"));
}

BOOST_AUTO_TEST_CASE(labels_are_written_and_read_again) {
  folder f;
  config::testnet_options o;
  o.out = f.path / "net";
  o.accounts = 5;
  o.regions = {"eu-west", "us-east"};
  o.environment = "staging";
  BOOST_TEST(!config::generate_testnet(o).has_value());
  for (int i = 0; i < 4; ++i) {
    const auto loaded =
        config::load_node_config(o.out / ("node" + std::to_string(i)) / "node.toml");
    BOOST_REQUIRE_MESSAGE(loaded.value, all(loaded.errors));
    const registry::labels wanted{o.regions[i % 2], "staging", "replica", false};
    BOOST_TEST((loaded.value->labels == wanted));
  }
  BOOST_TEST(config::load_client_config(o.out / "client" / "client.toml").value->region ==
             "eu-west");
  std::string error;
  const auto joined = config::join_testnet(o.out, "ap-south", error);
  BOOST_REQUIRE_MESSAGE(joined, error);
  const registry::labels of_joined{"ap-south", "staging", "replica", false};
  BOOST_TEST((config::load_node_config(joined->folder / "node.toml").value->labels == of_joined));
  o.out = f.path / "other";
  o.regions = {"EU west"};
  BOOST_TEST(has(config::generate_testnet(o).value_or(""), "\"EU west\" is no label"));
}

BOOST_AUTO_TEST_CASE(labels_that_nobody_may_have_are_told_with_their_place) {
  folder f;
  const auto file = f.path / "node.toml";
  std::ofstream{file} << "[labels]\nregion = \"EU\"\nrole = 5\nzone = \"a\"\n"
                         "[listen]\npeer_port = 1\nclient_port = 2\nclient_host = \"a b\"\n";
  const auto text = all(config::load_node_config(file).errors);
  BOOST_TEST(has(text, "node.toml:2:10: `region` has to be 1 to 32 of the characters"));
  BOOST_TEST(has(text, "node.toml:3:8: `labels.role` has to be a string"));
  BOOST_TEST(has(text, "node.toml:4:1: unknown key `labels.zone`"));
  BOOST_TEST(has(text, "`client_host` has to be a host name or an address"));
  const auto client = f.path / "client.toml";
  std::ofstream{client} << "region = \"a_b\"\n";
  BOOST_TEST(has(all(config::load_client_config(client).errors), "client.toml:1:10: `region` has"));
}

BOOST_AUTO_TEST_CASE(files_that_are_no_toml) {
  folder f;
  BOOST_TEST(
      has(all(config::load_node_config(f.path / "none.toml").errors), "cannot read the file"));
  const auto file = f.path / "bad.toml";
  std::ofstream{file} << "a = = 1\n";
  BOOST_TEST(has(all(config::load_node_config(file).errors), "bad.toml:1:5: not valid TOML"));
}

BOOST_AUTO_TEST_CASE(genesis_that_is_not_valid) {
  folder f;
  std::string error;
  BOOST_TEST(!config::load_genesis(f.path / "none.json", error).has_value());
  std::ofstream{f.path / "bad.json"} << "{\"name\": 5}";
  BOOST_TEST(!config::load_genesis(f.path / "bad.json", error).has_value());
  BOOST_TEST(has(error, "not a valid genesis"));
}

BOOST_AUTO_TEST_CASE(genesis_names_the_suite_of_its_identities) {
  folder f;
  config::testnet_options o;
  o.out = f.path / "net";
  o.accounts = 1;
  o.identity_suite = crypto_suite::national;
  BOOST_REQUIRE(!config::generate_testnet(o));
  std::string error;
  const auto made = config::load_genesis(o.out / "node0" / "genesis.json", error);
  BOOST_REQUIRE(made);
  BOOST_TEST((made->identity_suite == crypto_suite::national));
  const auto with = [&](const std::string& from, const std::string& to) {
    auto text = config::to_json(*made);
    text.replace(text.find(from), from.size(), to);
    std::ofstream{f.path / "altered.json"} << text;
    error.clear();
    return config::load_genesis(f.path / "altered.json", error);
  };
  const std::string line = "\"identity_suite\": \"national\"";
  BOOST_TEST(!with(line, "\"identity_suite\": \"sm2\""));
  BOOST_TEST(has(error, "neither standard nor national"));
  for (const auto* other : {"null", "2", "[\"national\"]"})
    BOOST_TEST(!with(line, "\"identity_suite\": " + std::string{other}));
  BOOST_TEST(!with(line, "\"identitysuite\": \"national\""));
  BOOST_TEST(has(error, "`identitysuite` is no part of a genesis"));
  // The keys are points of the other curve, or of none.
  BOOST_TEST(!with(line, "\"identity_suite\": \"standard\""));
}

BOOST_AUTO_TEST_CASE(files_of_identities_say_their_suite) {
  folder f;
  std::string error;
  const std::string digits(63, '0');
  const auto of = [&](const std::string& text) {
    std::ofstream{f.path / "key", std::ios::trunc} << text;
    error.clear();
    return config::load_identity(f.path / "key", error);
  };
  const auto standard = of(digits + "1\n");
  const auto national = of("sm2:" + digits + "1\n");
  BOOST_REQUIRE((standard && national));
  BOOST_TEST((standard->suite() == crypto_suite::standard));
  BOOST_TEST((national->suite() == crypto_suite::national));
  BOOST_TEST((standard->key() != national->key()));
  // The generators of both groups. Source: SEC 2, 2.4.1; GB/T 32918.5-2017, section 2.
  BOOST_TEST(to_hex(standard->key()) ==
             "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
  BOOST_TEST(to_hex(national->key()) ==
             "32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7");
  BOOST_TEST(of("sm2:" + digits + "1" + std::string(7, ' ')).has_value());
  for (const auto& bad :
       {"sm2:" + digits, "sm2:" + digits + "12", "SM2:" + digits + "1", "sm2:sm2:" + digits + "1",
        " sm2:" + digits + "1", std::string{"sm2:"}, std::string{}, "sm2" + digits + "1",
        "sm2:" + digits + "1" + std::string(8, ' '), digits + "1" + std::string(8, ' ')}) {
    BOOST_TEST(!of(bad), bad);
    BOOST_TEST(has(error, "64 lower-case hex digits"), error);
  }
  for (const auto* mark : {"", "sm2:"}) {
    BOOST_TEST(!of(mark + digits + "0"));
    BOOST_TEST(has(error, "not a valid secret key"));
  }
  BOOST_TEST(!config::load_secret(f.path / "none", error));
  std::ofstream{f.path / "key", std::ios::trunc} << "sm2:" << digits << "1";
  BOOST_TEST(!config::load_secret(f.path / "key", error)); // a seed, which has no suite
}

BOOST_AUTO_TEST_SUITE_END()
