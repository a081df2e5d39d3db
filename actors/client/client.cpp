#include "actors/client/client.hpp"

#include "core/ledger/ledger_state.hpp"

#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include <future>
#include <random>

namespace quorate {

namespace {

/// On top of the operation's own time: the client actor answers before this.
constexpr std::uint64_t slack_ms = 2'000;

} // namespace

client::client(client_settings settings, const ledger::genesis& genesis)
    : settings_(std::move(settings)), cluster_(ledger::id_of(genesis)),
      genesis_state_root_(ledger::ledger_state{genesis}.last().state_root) {}

std::unique_ptr<client> client::open(const client_options& options, std::string& error) {
  if (const auto valid = ledger::validate(options.genesis); !valid) {
    error = "the genesis is not valid: " + std::string{explain(valid.error())};
    return nullptr;
  }
  if (options.nodes.empty()) {
    error = "no node to connect to: name at least one";
    return nullptr;
  }
  client_settings settings;
  settings.nodes = options.nodes;
  settings.region = options.region;
  settings.follow_registry = options.follow_registry;
  std::random_device random;
  settings.salt = std::uint64_t{random()} << 32U | random();
  settings.answer_timeout_ms = options.answer_timeout_ms;
  settings.operation_timeout_ms = options.operation_timeout_ms;
  settings.trusted = std::make_shared<trust_anchor>(options.genesis);
  std::unique_ptr<client> made{new client(settings, options.genesis)};
  transport::transport_options net{options.tls, {}, {}};
  // A node that stands still is left before its users notice; nobody waits longer at the end.
  net.limits.connect_timeout_ms = settings.connect_timeout_ms;
  net.limits.handshake_timeout_ms = settings.connect_timeout_ms;
  if (auto problem = transport::prepare(made->config_, net)) {
    error = *problem;
    return nullptr;
  }
  made->system_ = std::make_unique<caf::actor_system>(made->config_);
  made->net_ = std::make_unique<transport::endpoint>(*made->system_, net);
  made->actor_ = spawn_client(*made->system_, *made->net_, std::move(settings));
  return made;
}

client::~client() {
  if (actor_) caf::anon_send_exit(actor_, caf::exit_reason::user_shutdown);
  actor_ = nullptr;
  system_->await_all_actors_done(); // the actor uses the endpoint
  net_.reset();
}

prepared_operation client::prepare(const ledger::signed_operation& operation) const {
  return {ledger::id_of(cluster(), operation.op), encode(operation)};
}

submitted client::submit(const ledger::signed_operation& operation) {
  auto prepared = prepare(operation);
  auto promise = std::make_shared<std::promise<submitted>>();
  auto future = promise->get_future();
  const auto id = prepared.id;
  std::vector<prepared_operation> one;
  one.push_back(std::move(prepared));
  submit(std::move(one),
         [promise](const std::vector<submitted>& all) { promise->set_value(all.front()); });
  const auto patience = std::chrono::milliseconds(settings_.operation_timeout_ms + slack_ms);
  if (future.wait_for(patience) != std::future_status::ready) return {id, errc::timed_out, nullptr};
  return future.get();
}

void client::submit(std::vector<prepared_operation> operations, on_submitted done) {
  caf::anon_send(
      actor_, submit_many{std::make_shared<std::vector<prepared_operation>>(std::move(operations)),
                          std::make_shared<const on_submitted>(std::move(done))});
}

expected<bytes> client::read(const protocol::query& what) {
  caf::scoped_actor self{*system_};
  expected<bytes> answer = errc::unreachable;
  self->request(actor_, std::chrono::milliseconds(settings_.answer_timeout_ms + slack_ms),
                read_query{what})
      .receive(
          [&](read_answer& in) {
            answer = std::move(in.what);
            why_ = std::move(in.why);
          },
          [&](caf::error&) { answer = errc::unreachable; });
  return answer;
}

expected<ledger::account_proof> client::account(const ledger::account_id& id) {
  QUORATE_ASSIGN(auto answer, account(id, protocol::consistency::stale));
  return std::move(answer.proof);
}

expected<protocol::account_answer> client::account(const ledger::account_id& id,
                                                   protocol::consistency kind) {
  protocol::account_query query{id, kind, {}};
  std::random_device random;
  for (auto& byte : query.nonce.data)
    byte = static_cast<std::uint8_t>(random());
  QUORATE_ASSIGN(const bytes raw, read(query));
  QUORATE_ASSIGN(auto answer, decode<protocol::account_answer>(raw));
  const auto height = answer.proof.block.summary.height;
  if (height.value == 0)
    QUORATE_TRY(check_genesis_answer(answer.proof, id));
  else
    QUORATE_TRY(ledger::verify(answer.proof, id, *trusted()));
  if (answer.label.kind != kind) return errc::bad_proof;
  if (kind != protocol::consistency::linearizable) return answer;
  // Of the newest epoch that was proven: the voters of an older one may be anybody by now.
  const auto all = trusted();
  const auto* config = all->find(answer.label.epoch);
  if (config == nullptr || answer.label.epoch != all->newest()) return errc::wrong_epoch;
  QUORATE_ASSIGN(const auto least,
                 protocol::read_height(answer.label.indexes, query.nonce, *config));
  return height >= least ? expected<protocol::account_answer>{std::move(answer)} : errc::bad_proof;
}

// Nothing was ordered yet: the state is that of genesis, whose root this client knows itself.
outcome client::check_genesis_answer(const ledger::account_proof& proof,
                                     const ledger::account_id& id) const {
  ledger::block_summary genesis_summary;
  genesis_summary.state_root = genesis_state_root_;
  if (!(proof.block.summary == genesis_summary)) return errc::bad_proof;
  std::optional<digest> value;
  if (proof.value) value = ledger::state_value_hash(*proof.value);
  if (proof.value && proof.value->id != id) return errc::bad_proof;
  return ledger::verify(genesis_state_root_, ledger::state_key(id), value, proof.proof);
}

expected<ledger::receipt> client::receipt(const ledger::account_id& id, account_sequence sequence) {
  QUORATE_ASSIGN(const bytes answer, read(protocol::receipt_query{id, sequence}));
  QUORATE_ASSIGN(auto receipt, decode<ledger::receipt>(answer));
  if (receipt.result.account != id || receipt.result.sequence != sequence)
    return errc::wrong_operation;
  QUORATE_TRY(ledger::verify(receipt, receipt.result.id, *trusted()));
  return receipt;
}

expected<signer::answer> client::ask_signature(const ledger::account_id& id,
                                               account_sequence sequence) {
  QUORATE_ASSIGN(const bytes answer, read(protocol::signature_query{id, sequence}));
  return decode<signer::answer>(answer);
}

expected<ledger::membership> client::members() {
  QUORATE_ASSIGN(const bytes answer, read(protocol::members_query{}));
  return decode<ledger::membership>(answer);
}

expected<std::vector<registry::registration>> client::registrations() {
  QUORATE_ASSIGN(const bytes answer, read(protocol::registry_query{}));
  QUORATE_ASSIGN(auto found, decode<protocol::registry_answer>(answer));
  const auto known = trusted();
  std::vector<registry::registration> all;
  for (auto& one : found.entries)
    if (const auto checked = registry::check(std::move(one), *known->find(known->newest())))
      all.push_back(**checked);
  return all;
}

expected<protocol::node_status> client::status() {
  QUORATE_ASSIGN(const bytes answer, read(protocol::status_query{}));
  return decode<protocol::node_status>(answer);
}

expected<protocol::evidence_answer> client::evidence() {
  protocol::evidence_answer all;
  do {
    std::optional<pbft::evidence_id> after;
    if (!all.items.empty()) after = all.items.back().id();
    QUORATE_ASSIGN(const bytes answer, read(protocol::evidence_query{after}));
    QUORATE_ASSIGN(auto page, decode<protocol::evidence_answer>(answer));
    for (auto& piece : page.items) {
      // Rising ids end the questions, whatever the node says.
      if (after && piece.id() <= *after) return errc::not_canonical;
      const auto known = trusted();
      const auto* members = known->find(piece.first.epoch);
      if (members == nullptr) return errc::wrong_epoch;
      QUORATE_TRY(pbft::check(piece, *members));
      all.items.push_back(std::move(piece));
      if (all.items.size() > protocol::evidence_items_max) return errc::over_limit;
    }
    all.culprits = std::move(page.culprits);
    all.more = page.more;
  } while (all.more);
  return all;
}

} // namespace quorate
