// A node that lies to the signer, with the certificate and the blocks of a real one. For the
// scripts in tests/signer.
//
//   quorate_signer_liar NODE_TOML OPERATION_ID
//   quorate_signer_liar NODE_TOML OPERATION_ID TIMES OTHER_TOML OTHER_TOML
//
// The node itself must not run. Prints one line for each lie, "name verdict", where the verdict is
// "signed" or the name of the refusal; then the signer's counters, "counter name value"; then it
// wears out the signer's patience, "turned_away" and how often it was answered busy. With the keys
// of 2f+1 nodes it is no liar, but the cluster: it proves TIMES orders like the one given, each of
// 1 wei and no fee, has them signed, and prints "signed" and how many were.
#include "actors/gateway/signing_evidence.hpp"
#include "actors/network_interfaces.hpp"
#include "actors/replica/records.hpp"
#include "actors/transport/transport.hpp"
#include "config/genesis_file.hpp"
#include "config/node_config.hpp"
#include "config/testnet.hpp"
#include "core/chain/evm/transaction.hpp"
#include "core/pbft/verifier.hpp"
#include "core/signer/message.hpp"
#include "core/signer/patience.hpp"

#include <caf/scoped_actor.hpp>

#include <cstdio>
#include <future>
#include <thread>

using namespace quorate;

namespace {

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "quorate_signer_liar: %s\n", why.c_str());
  std::exit(1);
}

config::node_config load_config(const char* file) {
  auto loaded = config::load_node_config(file);
  if (!loaded.value) give_up(loaded.errors.front());
  if (!loaded.value->signer) give_up("the node has no signer");
  return std::move(*loaded.value);
}

signing_key load_key(const config::node_config& c) {
  std::string error;
  const auto secret = config::load_secret(c.node_key, error);
  if (!secret) give_up(error);
  return *signing_key::from_secret(*secret, crypto_suite::standard);
}

/// The genuine request, out of the node's own disk.
signer::signing_request honest_request(const config::node_config& c,
                                       const pbft::configuration& members,
                                       const ledger::operation_id& id) {
  const auto store = lmdb_store::open(c.data_directory / "log", {});
  if (!store) give_up(store.error().reason);
  receipt_book empty{std::make_shared<const pbft::configuration>(members)};
  for (sequence_number height{1}; load_block(**store, height); height = height.next()) {
    ledger::stored_reply reply;
    reply.height = height;
    reply.id = id;
    if (auto made = evidence_of_order(empty, **store, members, reply)) return std::move(*made);
  }
  give_up("the operation is in none of the node's blocks, or not attested by 2f+1");
}

class connection {
public:
  explicit connection(const config::node_config& c) {
    options_.tls = {c.tls.certificate.string(), c.tls.key.string(), c.tls.node_ca.string(), {}};
    if (const auto error = transport::prepare(config_, options_)) give_up(*error);
    system_.emplace(config_);
    net_.emplace(*system_, options_);
    transport::target where{c.signer->host, c.signer->port, transport::key_hash{}};
    std::ranges::copy(*from_hex(c.signer->tls_key_sha256), where.pin->begin());
    std::promise<caf::strong_actor_ptr> found;
    net_->connect(where, transport::role::signer,
                  [&found](caf::strong_actor_ptr gate, const std::string& why) {
                    if (!gate) std::fprintf(stderr, "no connection: %s\n", why.c_str());
                    found.set_value(std::move(gate));
                  });
    gate_ = found.get_future().get();
    if (!gate_) give_up("the signer is not there");
  }

  signer::answer ask(bytes raw) {
    caf::scoped_actor self{*system_};
    net_->expose(caf::strong_actor_ptr{self->ctrl()}); // or no answer would reach it
    signer::answer got = signer::refused_answer{errc::timed_out};
    self->request(caf::actor_cast<signer_gate_actor>(gate_), std::chrono::seconds(10),
                  wire::signer_question{std::move(raw)})
        .receive(
            [&](const wire::signer_answer& in) {
              if (auto answer = decode<signer::answer>(in.bytes)) got = std::move(*answer);
            },
            [](caf::error&) {});
    return got;
  }

private:
  transport::transport_options options_;
  caf::actor_system_config config_;
  std::optional<caf::actor_system> system_;
  std::optional<transport::endpoint> net_;
  caf::strong_actor_ptr gate_;
};

std::string verdict(const signer::answer& got) {
  if (const auto* no = std::get_if<signer::refused_answer>(&got)) return std::string{name(no->why)};
  return std::holds_alternative<signer::signed_answer>(got) ? "signed" : "status";
}

/// The liar's own vote is all that it can make.
struct forger {
  const pbft::configuration& members;
  const signing_key& key;
  replica_id self;

  pbft::commit_certificate alone(pbft::ballot on) const {
    const pbft::author author{members, self, key};
    return {on, {author.make_commit(on)->vote}};
  }
  /// Its signature under the names of three.
  pbft::commit_certificate for_others(pbft::ballot on) const {
    const auto own = alone(on).commits[0].sig;
    return {on, {{{0}, own}, {{1}, own}, {{2}, own}}};
  }
};

using lie = std::pair<const char*, signer::signing_request>;

std::vector<lie> lies_of(const signer::signing_request& honest, const forger& f) {
  std::vector<lie> all;
  const auto tell = [&](const char* name, auto change) {
    auto bent = honest;
    change(bent);
    all.emplace_back(name, std::move(bent));
  };
  tell("replayed", [](auto&) {});
  tell("too_few_commits", [&](auto& r) { r.certificate = f.alone(r.certificate.on); });
  tell("forged_certificate", [&](auto& r) { r.certificate = f.for_others(r.certificate.on); });
  tell("inflated_token", [&](auto& r) {
    r.newest.on.view = {1'000'000};
    r.newest = f.for_others(r.newest.on);
  });
  tell("altered_digest", [](auto& r) { r.certificate.on.batch.data[0] ^= 1; });
  tell("other_cluster", [](auto& r) { r.cluster.data[0] ^= 1; });
  tell("old_epoch", [](auto& r) { r.certificate.on.epoch = {0}; });
  tell("too_few_attestations", [](auto& r) { r.receipt.block.attestations.resize(1); });
  tell("changed_amount", [](auto& r) {
    auto& order = std::get<ledger::signing_order>(r.operation.body);
    auto tx = *evm::decode_unsigned(order.transaction, 1);
    tx.value = *evm::add(tx.value, 1);
    order.transaction = evm::signing_payload(tx);
    order.payments[0].units = *add(order.payments[0].units, amount{1});
  });
  tell("changed_destination", [](auto& r) {
    auto& order = std::get<ledger::signing_order>(r.operation.body);
    auto tx = *evm::decode_unsigned(order.transaction, 1);
    tx.to->data[19] ^= 1;
    order.transaction = evm::signing_payload(tx);
    order.payments[0].destination = to_string(*tx.to);
  });
  tell("honest_again", [](auto&) {});
  return all;
}

int tell_all(connection& to_signer, const signer::signing_request& honest, const forger& as) {
  for (const auto& [name, request] : lies_of(honest, as))
    std::printf("%s %s\n", name, verdict(to_signer.ask(encode(signer::question{request}))).c_str());
  std::printf("garbage %s\n", verdict(to_signer.ask(bytes(1000, 0xa5))).c_str());
  const auto status = to_signer.ask(encode(signer::question{signer::status_question{}}));
  if (const auto* s = std::get_if<signer::status_answer>(&status)) {
    for (const auto& [name, value] : s->counters)
      std::printf("counter %s %llu\n", name.c_str(), static_cast<unsigned long long>(value));
    std::printf("counter log_entries %llu\n", static_cast<unsigned long long>(s->log.size));
  }
  int turned_away = 0;
  for (std::uint64_t i = 0; i < signer::patience::questions_max; ++i)
    turned_away += verdict(to_signer.ask(bytes{0})) == name(errc::busy) ? 1 : 0;
  std::printf("turned_away %d\n", turned_away);
  return 0;
}

/// Enough keys for every certificate.
struct quorum {
  const pbft::configuration& members;
  std::vector<signing_key> keys;

  /// The order once more, `number` sequences later, in a block of its own.
  signer::signing_request commit(signer::signing_request like, std::uint64_t number) const {
    auto& op = like.operation;
    op.sequence.value += number;
    auto& order = std::get<ledger::signing_order>(op.body);
    auto tx = *evm::decode_unsigned(order.transaction, 1);
    tx.nonce += number;
    tx.gas_price = {};
    tx.value = 1;
    order.transaction = evm::signing_payload(tx);
    order.payments[0].units = amount{1};
    auto& result = like.receipt.result;
    result.id = ledger::id_of(like.cluster, op);
    result.sequence = op.sequence;
    const merkle_tree results{{merkle_leaf(encode(result))}};
    like.receipt.path = results.path(0);
    auto& block = like.receipt.block;
    block.summary.result_root = results.root();
    block.attestations.clear();
    const auto statement = ledger::attestation_statement(like.cluster, block.epoch, block.summary);
    for (const auto& key : keys)
      block.attestations.push_back({*members.find(key.key()), key.sign(statement)});
    std::ranges::sort(block.attestations, {}, &ledger::attestation::replica);
    return like;
  }
};

/// The other nodes bring the head of its log into the ledger.
void wait_anchored(connection& to_signer) {
  for (int i = 0; i < 600; ++i) {
    const auto got = to_signer.ask(encode(signer::question{signer::status_question{}}));
    const auto* said = std::get_if<signer::status_answer>(&got);
    if (said != nullptr && !said->unanchored) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  give_up("the signer's log does not get into the ledger");
}

int sign_many(connection& to_signer, const signer::signing_request& honest, const quorum& all,
              std::uint64_t times) {
  wait_anchored(to_signer);
  std::uint64_t done = 0;
  for (std::uint64_t i = 1; i <= times; ++i) {
    const auto got = to_signer.ask(encode(signer::question{all.commit(honest, i)}));
    if (!std::holds_alternative<signer::signed_answer>(got)) give_up(verdict(got));
    ++done;
  }
  std::printf("signed %llu\n", static_cast<unsigned long long>(done));
  return 0;
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 3 && argc != 6)
    give_up("usage: quorate_signer_liar NODE_TOML OPERATION_ID [TIMES OTHER_TOML OTHER_TOML]");
  const auto c = load_config(argv[1]);
  std::string error;
  const auto genesis = config::load_genesis(c.genesis, error);
  if (!genesis) give_up(error);
  const ledger::trusted_epochs trusted{*genesis};
  const auto& members = *trusted.find(trusted.newest());
  const auto key = load_key(c);
  const auto honest = honest_request(c, members, *fixed_from_hex<ledger::operation_id>(argv[2]));
  connection to_signer{c};
  if (argc == 6) {
    quorum all{members, {}};
    for (const auto* file : {argv[1], argv[4], argv[5]})
      all.keys.push_back(load_key(load_config(file)));
    return sign_many(to_signer, honest, all, std::strtoull(argv[3], nullptr, 10));
  }
  return tell_all(to_signer, honest, {members, key, *members.find(key.key())});
}
