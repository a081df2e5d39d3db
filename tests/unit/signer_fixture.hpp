// A cluster that commits signing orders, and a signer with a disk that can be pulled out.
#pragma once

#include "core/chain/evm/transaction.hpp"
#include "core/pbft/verifier.hpp"
#include "core/signer/signer_core.hpp"
#include "tests/unit/ledger_fixture.hpp"

#include <boost/test/unit_test.hpp>

namespace quorate::testing {

inline ec_secret_key chain_secret(const std::string& name) {
  return ec_secret_key{sha256(as_bytes(name)).data};
}

struct signer_fixture : ledger_fixture {
  ec_secret_key secret = chain_secret("hot wallet");
  ec_public_key key = *ec_public_key::of(secret);
  evm::address shop = evm::address_of(*ec_public_key::of(chain_secret("shop")));
  evm::address stranger = evm::address_of(*ec_public_key::of(chain_secret("stranger")));
  signing_key approver0 = named("approver 0"), approver1 = named("approver 1"),
              approver2 = named("approver 2");
  static constexpr std::uint64_t gas_wei = 21'000'000; // what a transfer can cost, below
  static constexpr std::uint64_t noon = 20'000ULL * 86'400'000 + 12ULL * 3'600'000;

  explicit signer_fixture(crypto_suite of = crypto_suite::standard) : ledger_fixture(of) {
    time = noon;
  }

  // --- orders ---

  evm::transaction paying(const evm::address& to, std::uint64_t wei,
                          std::uint64_t nonce = 0) const {
    evm::transaction tx;
    tx.chain_id = 1;
    tx.nonce = nonce;
    tx.max_fee_per_gas = 1000;
    tx.max_priority_fee_per_gas = 1;
    tx.gas_limit = 21'000;
    tx.to = to;
    tx.value = wei;
    return tx;
  }

  /// States what the transaction does.
  ledger::signing_order order(const evm::transaction& tx) const {
    ledger::signing_order made;
    made.key = signer::name_of(key);
    made.chain = ledger::signing_chain::evm;
    made.transaction = evm::signing_payload(tx);
    made.asset = {2};
    made.payments = {{to_string(*tx.to), amount{*tx.value.to_u64()}}};
    return made;
  }
  ledger::signing_order order(std::uint64_t wei, std::uint64_t nonce = 0) const {
    return order(paying(shop, wei, nonce));
  }

  // --- what the cluster makes of them ---

  configuration_epoch epoch() const { return state.members().current.epoch; }

  pbft::commit_certificate certificate(const ledger::block_summary& block, std::uint64_t view,
                                       std::vector<std::uint16_t> by = {0, 1, 2},
                                       const cluster_id* of = nullptr) const {
    const auto cluster = of ? *of : authoriser.cluster();
    pbft::commit_certificate made{{{view}, block.height, block.batch_digest, epoch()}, {}};
    const auto statement = pbft::statements{cluster}.of_commit(made.on);
    for (const auto place : by)
      made.commits.push_back({{place}, key_of_replica(place).sign(statement)});
    return made;
  }

  void attest(ledger::attested_block& block, std::vector<std::uint16_t> by = {0, 1, 2}) const {
    block.attestations.clear();
    const auto statement =
        ledger::attestation_statement(authoriser.cluster(), block.epoch, block.summary);
    for (const auto place : by)
      block.attestations.push_back({{place}, key_of_replica(place).sign(statement)});
  }

  /// Orders it in a block of its own between two others' operations.
  signer::signing_request commit(const ledger::signed_operation& op, std::uint64_t view = 0) {
    const auto block = apply(
        {signed_by(bob, ledger::noop{}), op, signed_by(bob, ledger::noop{}, next(bob).value + 1)});
    signer::signing_request made;
    made.cluster = authoriser.cluster();
    made.operation = op.op;
    std::vector<digest> leaves;
    for (const auto& one : block.results)
      leaves.push_back(merkle_leaf(encode(one)));
    made.receipt = {block.results[1], merkle_tree{leaves}.path(1), {block.summary, {}, epoch()}};
    attest(made.receipt.block);
    made.certificate = made.newest = certificate(block.summary, view);
    return made;
  }
  signer::signing_request commit(const ledger::signing_order& what, std::uint64_t view = 0) {
    return commit(signed_by(alice, what), view);
  }

  /// Approvals of the very operation that alice signs next.
  using ledger_fixture::approved;
  ledger::signing_order approved(ledger::signing_order what,
                                 std::vector<const signing_key*> by) const {
    const ledger::operation op{alice.key(), next(alice), {}, what};
    const auto statement = signer::approval_statement(authoriser.cluster(), op);
    for (const auto* one : by)
      what.approvals.push_back({one->key(), one->sign(statement)});
    std::ranges::sort(what.approvals, {}, &ledger::signing_approval::approver);
    return what;
  }

  // --- the policy ---

  signer::key_policy policy() const {
    signer::key_policy made;
    made.where = signer::evm_network{1};
    made.orderers = {alice.key()};
    made.destinations = {to_string(shop)};
    made.assets = {{{2},
                    "wei",
                    "wei",
                    amount{500 + gas_wei},
                    amount{1000 + 2 * gas_wei},
                    3'600'000,
                    amount{gas_wei}}};
    return made;
  }

  /// One more operation of alice, so that her sequence moves.
  void run_noop() { BOOST_REQUIRE(ledger_fixture::run(alice, ledger::noop{}) == 0); }
};

/// A signer, its backend, and a disk on which only what was settled stands.
struct signer_world : signer_fixture {
  std::map<std::pair<table, bytes>, bytes> disk;
  std::deque<signer::effect::persist> writing;
  std::vector<signer::effect::make> asked; ///< of the backend, and not answered
  std::map<signer::asker, signer::answer> answers;
  bool backend_answers = true;
  std::optional<signer::signer_core> core;
  signer::asker last = 0;
  int starts = 0;
  std::map<digest, signer::held_key> more_keys; ///< held beside the one, from the next start on

  signing_key log = named("the log");

  explicit signer_world(std::optional<signer::key_policy> p = {},
                        crypto_suite of = crypto_suite::standard)
      : signer_fixture(of) {
    start(p);
  }

  /// Signs when it returns.
  void start(std::optional<signer::key_policy> p = {}) {
    restore(p);
    anchor();
  }

  /// Signs nothing yet.
  void restore(std::optional<signer::key_policy> p = {}) {
    signer::signer_setup setup;
    setup.keys = more_keys;
    setup.keys.emplace(signer::name_of(key), signer::held_key{key, p ? *p : policy()});
    setup.find = [this](const ledger::operation_id& id) -> std::optional<signer::decision> {
      const auto found = disk.find({table::decisions, {id.data.begin(), id.data.end()}});
      if (found == disk.end()) return std::nullopt;
      return *decode<signer::decision>(found->second);
    };
    setup.log_key = std::make_shared<const signing_key>(named("the log"));
    setup.find_node = [this](audit::node_place place) -> expected<digest> {
      const auto found = disk.find({table::audit_nodes, signer::node_key(place)});
      if (found == disk.end()) return errc::not_found;
      return *decode<digest>(found->second);
    };
    core.emplace(
        *signer::signer_core::restore(std::move(setup), genesis, stored(p ? *p : policy())));
    run(core->start());
    ++starts;
    run(core->serve(sha256(as_bytes("start " + std::to_string(starts)))));
    settle();
  }

  /// What the ledger has of the log, attested by three of an epoch that the signer knows.
  signer::head_wanted shown() const {
    const auto* account = state.find(log.key());
    if (account == nullptr) return {};
    ledger::account_proof proof{
        *account, state.prove(log.key()), {state.last(), {}, core->status().epoch}};
    attest(proof.block);
    return {std::move(proof)};
  }

  /// What the ledger says to the operation that the signer gives.
  std::uint16_t bring() {
    const auto got = answer(shown());
    BOOST_REQUIRE(std::holds_alternative<signer::head_answer>(got));
    return ledger_fixture::run(std::get<signer::head_answer>(got).operation);
  }

  /// As a node does for a signer that was started.
  void anchor() {
    while (state.find(log.key()) == nullptr || state.find(log.key())->log != core->status().log)
      BOOST_REQUIRE(bring() == 0);
    BOOST_REQUIRE(refusal(shown()) == "duplicate");
    BOOST_REQUIRE(!core->status().unanchored);
    answers.clear();
  }

  std::optional<signer::stored> stored() const { return stored(policy()); }
  std::optional<signer::stored> stored(const signer::key_policy& p) const {
    const auto kept = disk.find({table::meta, signer::state_key()});
    if (kept == disk.end()) return std::nullopt;
    signer::stored from{*decode<signer::signer_state>(kept->second), {}, {}, {}};
    for (std::uint64_t i = 1; i <= from.state.key_steps; ++i)
      from.key_steps.push_back(
          *decode<signer::key_record>(disk.at({table::meta, signer::key_step_key(i)})));
    for (configuration_epoch e{2}; disk.contains({table::meta, signer::epoch_key(e)}); e = e.next())
      from.epochs.push_back(
          *decode<ledger::epoch_proof>(disk.at({table::meta, signer::epoch_key(e)})));
    const auto find = [this](const bytes& at) -> std::optional<signer::spend_window> {
      const auto window = disk.find({table::meta, at});
      if (window == disk.end()) return std::nullopt;
      return *decode<signer::spend_window>(window->second);
    };
    signer::load_windows(signer::name_of(key), p, find, from.windows);
    return from;
  }

  /// The process dies: what is not on the disk is gone.
  void crash(std::optional<signer::key_policy> p = {}) {
    writing.clear();
    asked.clear();
    answers.clear();
    start(p);
  }

  void run(signer::effects all) {
    for (auto& one : all) {
      if (auto* p = std::get_if<signer::effect::persist>(&one))
        writing.push_back(std::move(*p));
      else if (auto* m = std::get_if<signer::effect::make>(&one))
        make(std::move(*m));
      else if (auto* r = std::get_if<signer::effect::reply>(&one))
        BOOST_REQUIRE(answers.emplace(r->to, r->what).second);
    }
  }

  void make(signer::effect::make what) {
    if (!backend_answers) return asked.push_back(std::move(what));
    std::vector<signer::chain_signature> made;
    for (const auto& one : what.wanted) {
      const auto sig = *sign_recoverable(secret, one.message);
      made.push_back({sig.compact.data, sig.recovery_id});
    }
    run(core->on_made(what.job, made));
  }

  /// A step in the life of a key, by its operator.
  outcome change(wallet::key_step step, const digest& of, std::optional<digest> successor = {}) {
    QUORATE_ASSIGN(auto done, core->change_key({step, of, successor, "because"}));
    run(std::move(done));
    settle();
    return {};
  }

  /// The disk catches up.
  void settle() {
    while (!writing.empty()) {
      const auto next = std::move(writing.front());
      writing.pop_front();
      for (const auto& r : next.records)
        disk[{r.where, r.key}] = r.value.value();
      run(core->on_durable(next.token));
    }
  }

  signer::asker ask(const signer::question& what) {
    run(core->on_question({++last, "node_0"}, encode(what)));
    return last;
  }

  signer::answer answer(const signer::question& what) {
    const auto from = ask(what);
    settle();
    BOOST_REQUIRE(answers.contains(from));
    return answers.at(from);
  }

  /// Signed; the signature is looked at.
  signer::signed_answer sign(const signer::signing_request& request) {
    const auto got = answer(request);
    BOOST_REQUIRE(std::holds_alternative<signer::signed_answer>(got));
    auto made = std::get<signer::signed_answer>(got);
    BOOST_TEST(made.signatures.size() == 1U);
    BOOST_TEST((*recover(made.signed_digest, {ecdsa_signature{made.signatures[0].value},
                                              *made.signatures[0].recovery_id}) == key));
    return made;
  }

  std::string refusal(const signer::question& what) {
    const auto got = answer(what);
    const auto* no = std::get_if<signer::refused_answer>(&got);
    return no == nullptr ? "none" : std::string{name(no->why)};
  }

  std::uint64_t log_size() const { return core->status().log.size; }
  audit::entry entry(std::uint64_t number) const {
    return *decode<audit::entry>(disk.at({table::audit, signer::entry_key(number)}));
  }
  audit::entry last_entry() const { return entry(log_size() - 1); }
  /// Entries of the log that do not tell of a start.
  std::vector<audit::entry> events() const {
    std::vector<audit::entry> all;
    for (std::uint64_t i = 0; i < log_size(); ++i)
      if (auto one = entry(i); one.what != audit::event::signer_started)
        all.push_back(std::move(one));
    return all;
  }
};

} // namespace quorate::testing
