// A small genesis and the keys to everything in it.
#pragma once

#include "core/crypto/hash.hpp"
#include "core/ledger/ledger_state.hpp"
#include "core/pbft/message.hpp"

#include <algorithm>

namespace quorate::testing {

inline signing_key key_named(const std::string& name, crypto_suite suite = crypto_suite::standard) {
  return *signing_key::from_secret(secret_bytes<32>{sha256(as_bytes(name)).data}, suite);
}

struct ledger_fixture {
  crypto_suite suite;
  signing_key alice = named("alice"), bob = named("bob"), carol = named("carol");
  signing_key admin = named("admin"), attester0 = named("attester 0"),
              attester1 = named("attester 1"), attester2 = named("attester 2");
  ledger::genesis genesis = make_genesis();
  ledger::authoriser authoriser{genesis};
  ledger::ledger_state state{genesis};
  std::uint64_t time = 1000;

  explicit ledger_fixture(crypto_suite of = crypto_suite::standard) : suite(of) {}

  /// Of this cluster's suite.
  signing_key named(const std::string& name) const { return key_named(name, suite); }

  ledger::genesis make_genesis() const {
    ledger::genesis g;
    g.name = "fixture";
    g.identity_suite = suite;
    for (int i = 0; i < 4; ++i)
      g.replicas.push_back(named("replica " + std::to_string(i)).key());
    std::sort(g.replicas.begin(), g.replicas.end(),
              [](const auto& a, const auto& b) { return sha256(a.view()) < sha256(b.view()); });
    g.assets = {{{1}, "BTC", 8}, {{2}, "ETH", 18}};
    g.balances = {{alice.key(), {1}, amount{1000}},
                  {alice.key(), {2}, amount{500}},
                  {bob.key(), {1}, amount{100}},
                  {admin.key(), {1}, amount{1}}};
    std::sort(g.balances.begin(), g.balances.end(), [](const auto& a, const auto& b) {
      return std::tie(a.account, a.asset) < std::tie(b.account, b.asset);
    });
    g.attesters = {2, {attester0.key(), attester1.key(), attester2.key()}};
    g.administrators = {1, {admin.key()}};
    g.self_open = true;
    g.unsigned_noops = true;
    return g;
  }

  /// The key at this place of the genesis.
  signing_key key_of_replica(std::uint16_t place) const {
    for (int i = 0; i < 4; ++i)
      if (auto key = named("replica " + std::to_string(i)); key.key() == genesis.replicas[place])
        return key;
    QUORATE_CHECK(false);
  }

  /// The present state as a stable checkpoint, signed by the first `votes` replicas of the genesis.
  pbft::checkpoint_certificate
  checkpoint_of_state(std::uint16_t votes = 3, configuration_epoch epoch = genesis_epoch) const {
    pbft::checkpoint_certificate made{state.height(), ledger::hash(state.last()), {}, epoch};
    const auto statement =
        pbft::statements{authoriser.cluster()}.of_checkpoint(epoch, made.sequence, made.state);
    for (std::uint16_t place = 0; place < votes; ++place)
      made.votes.push_back({{place}, key_of_replica(place).sign(statement)});
    return made;
  }

  /// Without the approvals that it needs.
  ledger::change_membership adding(std::uint16_t id, const std::string& name) const {
    ledger::change_membership change;
    change.what = ledger::membership_change::add;
    change.epoch = state.members().current.epoch.next();
    change.member = {id};
    change.key = named(name).key();
    change.tls_key = sha256(as_bytes(name));
    change.endpoint = "10.0.0.5:7400";
    return change;
  }

  account_sequence next(const signing_key& who) const {
    const auto* account = state.find(who.key());
    return account ? account->last_sequence.next() : account_sequence{1};
  }

  ledger::signed_operation signed_by(const signing_key& who, ledger::operation_body body,
                                     std::optional<std::uint64_t> sequence = {},
                                     std::uint64_t valid_until = 0) const {
    const auto n = sequence ? account_sequence{*sequence} : next(who);
    return ledger::sign(authoriser.cluster(), {who.key(), n, {valid_until}, std::move(body)}, who);
  }

  ledger::operation_ptr checked(const ledger::signed_operation& op) const {
    auto done = authoriser.check(encode(op));
    QUORATE_CHECK(done);
    return std::make_shared<const ledger::authorised_operation>(std::move(*done));
  }

  ledger::applied_block apply(const std::vector<ledger::signed_operation>& operations) {
    ledger::ordered_batch batch{state.height().next(), sha256(as_bytes("batch")), {time}, {}};
    for (const auto& op : operations)
      batch.operations.push_back(checked(op));
    return state.apply(batch);
  }

  /// The code of one operation in a block of its own.
  std::uint16_t run(const ledger::signed_operation& op) { return apply({op}).results[0].code; }
  std::uint16_t run(const signing_key& who, ledger::operation_body body) {
    return run(signed_by(who, std::move(body)));
  }

  std::uint64_t balance(const signing_key& who, std::uint32_t asset) const {
    const auto* account = state.find(who.key());
    const auto* held = account ? account->find({asset}) : nullptr;
    return held ? held->available.low() : 0;
  }

  template <class Body>
  Body approved(Body body, std::vector<std::pair<std::uint16_t, const signing_key*>> by) const {
    const auto statement = ledger::approval_statement(authoriser.cluster(), body);
    for (const auto& [member, key] : by)
      body.approvals.push_back({member, key->sign(statement)});
    return body;
  }
};

inline std::uint16_t number(errc e) { return static_cast<std::uint16_t>(e); }

} // namespace quorate::testing
