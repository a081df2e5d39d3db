// A member that lies: signs statements that exclude each other with a node's own key, and sends
// them to every other node over a node's own connection. For tests/cluster/run.py.
//
//   quorate_liar NODE_TOML VIEW SEQUENCE
//
// The node itself must not run. Exit code 0 once every other node has taken everything.
#include "actors/network_interfaces.hpp"
#include "actors/transport/transport.hpp"
#include "config/genesis_file.hpp"
#include "config/node_config.hpp"
#include "config/testnet.hpp"
#include "core/crypto/hash.hpp"
#include "core/pbft/verifier.hpp"
#include "core/protocol/peer.hpp"

#include <caf/actor_system.hpp>
#include <caf/scoped_actor.hpp>

#include <cstdio>
#include <future>

using namespace quorate;

namespace {

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "quorate_liar: %s\n", why.c_str());
  std::exit(1);
}

digest digest_named(std::string_view name) { return sha256(as_bytes(name)); }

/// Two votes of each phase for one place, two states, and a VIEW-CHANGE that hides the commit.
bytes lies(const pbft::author& author, view_number view, sequence_number sequence) {
  const pbft::ballot first{view, sequence, digest_named("one batch")};
  const pbft::ballot second{view, sequence, digest_named("another batch")};
  const auto interval = limits::checkpoint_interval;
  const sequence_number checkpoint{(sequence.value / interval + 1) * interval};
  const std::vector<pbft::message> all{
      *author.make_prepare(first),
      *author.make_prepare(second),
      *author.make_commit(first),
      *author.make_commit(second),
      *author.make_checkpoint(checkpoint, digest_named("one state")),
      *author.make_checkpoint(checkpoint, digest_named("another state")),
      *author.sign(pbft::view_change{view.next(), {}, {}, {}}),
  };
  bytes frame;
  for (const auto& m : all) {
    const auto item = protocol::encode_item(m);
    frame.insert(frame.end(), item.begin(), item.end());
  }
  return frame;
}

transport::target target_of(const config::node_address& a) {
  transport::target t{a.host, a.port, transport::key_hash{}};
  const auto raw = from_hex(a.tls_key_sha256);
  std::copy(raw->begin(), raw->end(), t.pin->begin());
  return t;
}

void tell(caf::actor_system& system, transport::endpoint& net, const transport::target& where,
          const bytes& frame) {
  auto found = std::make_shared<std::promise<caf::strong_actor_ptr>>();
  net.connect(where, transport::role::peer,
              [found](caf::strong_actor_ptr gate, const std::string& why) {
                if (!gate) std::fprintf(stderr, "quorate_liar: %s\n", why.c_str());
                found->set_value(std::move(gate));
              });
  const auto gate = found->get_future().get();
  if (!gate) give_up("no connection");
  caf::scoped_actor self{system};
  net.expose(caf::strong_actor_ptr{self->ctrl()}); // or no answer would reach it
  self->request(caf::actor_cast<peer_gate_actor>(gate), std::chrono::seconds(10),
                wire::peer_frame{frame})
      .receive([](const wire::peer_ack&) {},
               [](const caf::error& e) { give_up(caf::to_string(e)); });
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 4) give_up("usage: quorate_liar NODE_TOML VIEW SEQUENCE");
  const auto loaded = config::load_node_config(argv[1]);
  if (!loaded.value) give_up("the configuration cannot be read");
  const auto& c = *loaded.value;
  std::string error;
  const auto genesis = config::load_genesis(c.genesis, error);
  if (!genesis) give_up(error);
  const auto secret = config::load_secret(c.node_key, error);
  if (!secret) give_up(error);
  const auto key = signing_key::from_secret(*secret, crypto_suite::standard);
  const auto members = pbft::configuration::make(ledger::id_of(*genesis), {1}, genesis->replicas,
                                                 genesis->identity_suite);
  if (!key || !members) give_up("key or genesis cannot be used");
  const auto self = members->find(key->key());
  if (!self) give_up("the key is none of the replicas");

  const pbft::author author{*members, *self, *key};
  const auto frame = lies(author, {std::stoull(argv[2])}, {std::stoull(argv[3])});
  transport::transport_options options;
  options.tls = {c.tls.certificate.string(), c.tls.key.string(), c.tls.node_ca.string(),
                 c.tls.client_ca.string()};
  caf::actor_system_config caf_config;
  if (const auto problem = transport::prepare(caf_config, options)) give_up(*problem);
  caf::actor_system system{caf_config};
  transport::endpoint net{system, options};
  for (std::size_t i = 0; i < c.peers.size(); ++i)
    if (i != self->value) tell(system, net, target_of(c.peers[i]), frame);
  return 0;
}
