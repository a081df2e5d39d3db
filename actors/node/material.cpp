#include "actors/node/material.hpp"

#include "actors/fatal.hpp"
#include "actors/registry/own_registration.hpp"
#include "actors/transport/identity.hpp"
#include "config/genesis_file.hpp"
#include "config/testnet.hpp"

namespace quorate {

namespace {

std::shared_ptr<const signing_key> load_key(const std::filesystem::path& file,
                                            crypto_suite of_cluster) {
  std::string error;
  auto key = config::load_identity(file, error);
  if (!key) refuse_config(error);
  if (key->suite() != of_cluster)
    refuse_config(file.string() + ": " + config::other_suite(key->suite(), of_cluster));
  return std::make_shared<const signing_key>(std::move(*key));
}

} // namespace

void refuse_config(const std::string& why) { fatal(exit_code::config_invalid, why); }

material load_material(const std::filesystem::path& file) {
  auto loaded = config::load_node_config(file);
  if (!loaded.value) {
    std::string all;
    for (const auto& line : loaded.errors)
      all += (all.empty() ? "" : "; ") + line;
    refuse_config(all);
  }
  material m;
  m.config = std::move(*loaded.value);
  std::string error;
  auto certificate = load_own_certificate(m.config, error);
  if (!certificate) refuse_config(error);
  m.certificate = std::move(*certificate);
  auto genesis = config::load_genesis(m.config.genesis, error);
  if (!genesis) refuse_config(error);
  m.genesis = std::move(*genesis);
  const auto suite = m.genesis.identity_suite;
  m.keys.push_back(load_key(m.config.node_key, suite));
  if (!m.config.node_key_next.empty()) m.keys.push_back(load_key(m.config.node_key_next, suite));
  m.authoriser = std::make_shared<const ledger::authoriser>(m.genesis);
  if (m.config.peers.size() < m.genesis.replicas.size())
    refuse_config("`peers` has to name every replica of the genesis, in its order");
  for (const auto& peer : m.config.peers)
    m.places.push_back(place_of(peer));
  return m;
}

identity_in_epoch identity_in(const material& m, const recovered& state) {
  for (const auto& key : m.keys)
    if (const auto self = state.configuration.find(key->key())) return {*self, key};
  const auto own_pin = transport::key_hash_of_file(m.config.tls.certificate.string());
  const auto next_id = state.ledger.members().next_id;
  for (std::uint16_t i = 0; i < m.places.size(); ++i) {
    if (!own_pin || m.places[i].pin != *own_pin) continue;
    // It learns until the operation that adds it is executed and its epoch begins.
    if (replica_id{i} >= next_id ||
        (state.ledger.members().pending && state.ledger.members().pending->find({i}) != nullptr))
      return {{i}, m.keys.front()};
    fatal(exit_code::not_a_member,
          "replica " + std::to_string(i) + " is no member of epoch " +
              std::to_string(state.configuration.epoch().value) +
              ": it was removed or replaced, or its key rotated and node_key_next is not set");
  }
  refuse_config("the key in " + m.config.node_key.string() +
                " is none of the members' and `peers` does not name this node: use its own key and "
                "genesis");
}

} // namespace quorate
