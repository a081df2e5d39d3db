#include "config/testnet_files.hpp"

#include "config/genesis_file.hpp"

#include <openssl/rand.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace quorate::config::testnet_files {

namespace fs = std::filesystem;

std::array<std::uint8_t, 32> random_bytes() {
  std::array<std::uint8_t, 32> raw;
  QUORATE_CHECK(RAND_bytes(raw.data(), static_cast<int>(raw.size())) == 1);
  return raw;
}

signing_key key_of(const std::array<std::uint8_t, 32>& secret, crypto_suite suite) {
  auto key = signing_key::from_secret(secret_bytes<32>{secret}, suite);
  QUORATE_CHECK(key); // all but one in 2^127 secrets are valid
  return std::move(*key);
}

void write_file(const fs::path& path, const std::string& content, mode_t mode) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (fd < 0) throw failure{"cannot create " + path.string() + ": " + std::strerror(errno)};
  const auto written = ::write(fd, content.data(), content.size());
  ::close(fd);
  if (written != static_cast<ssize_t>(content.size()))
    throw failure{"cannot write " + path.string() + ": no space?"};
}

void make_folder(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) throw failure{"cannot create " + path.string() + ": " + error.message()};
  for (const auto& entry : fs::directory_iterator{path})
    if (entry.path().filename() != "lost+found")
      throw failure{path.string() + " is not empty: choose another folder, or remove what a test "
                                    "network left there"};
}

std::vector<std::uint16_t> free_ports(std::size_t count) {
  std::vector<int> sockets;
  std::vector<std::uint16_t> ports;
  for (std::size_t i = 0; i < count; ++i) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof name;
    if (fd < 0 || ::bind(fd, reinterpret_cast<sockaddr*>(&name), size) != 0 ||
        ::getsockname(fd, reinterpret_cast<sockaddr*>(&name), &size) != 0)
      throw failure{"cannot find free ports on 127.0.0.1"};
    sockets.push_back(fd);
    ports.push_back(ntohs(name.sin_port));
  }
  for (int fd : sockets)
    ::close(fd);
  return ports;
}

certified_key load_authority(const fs::path& out, const std::string& name) {
  auto loaded = load_certified_key((out / "ca" / (name + ".crt")).string(),
                                   (out / "ca" / (name + ".key")).string());
  if (!loaded) throw failure{"cannot read the authority " + name + " in " + (out / "ca").string()};
  return std::move(*loaded);
}

std::vector<made_node> nodes_in(const fs::path& out) {
  std::vector<made_node> nodes;
  for (;;) {
    const auto folder = out / ("node" + std::to_string(nodes.size()));
    const auto file = folder / "node.toml";
    if (!fs::exists(file)) return nodes;
    auto loaded = load_node_config(file);
    if (!loaded.value) throw failure{loaded.errors.front()};
    auto& c = *loaded.value;
    const auto tls = load_certified_key(c.tls.certificate.string(), c.tls.key.string());
    if (!tls) throw failure{"cannot read the certificate in " + folder.string()};
    node_address address{c.listen_address, c.peer_port, tls->key_sha256()};
    nodes.push_back({file, std::move(c), std::move(address)});
  }
}

std::string genesis_in(const fs::path& out) {
  std::ifstream in{out / "node0" / "genesis.json"};
  return {std::istreambuf_iterator<char>{in}, {}};
}

crypto_suite suite_in(const fs::path& out) {
  std::string error;
  const auto genesis = load_genesis(out / "node0" / "genesis.json", error);
  if (!genesis) throw failure{error};
  return genesis->identity_suite;
}

} // namespace quorate::config::testnet_files
